import { describe, expect, it } from 'vitest';
import type { Case } from '../case-folder.js';
import type { Deviation } from './deviation.js';
import { DEVIATIONS } from './deviation-list.js';
import { judge, type Known, type Verdict } from './judge.js';

const ROWS: readonly Deviation[] = [
  {
    what: 'first',
    fuse: { 'a/listed': [[2, 'read A n=4', 'EFAULT', 'EAGAIN']] },
    cuse: { 'a/listed': [[2, 'read A n=4', 'EFAULT', '0 bytes']] },
    rules: [],
  },
  {
    what: 'second',
    fuse: { 'a/listed': [[3, 'sendfile A', 'EINVAL', { since: [6, 5], now: 'ok', earlier: '0' }]] },
    rules: [{ step: /^ioctl /, real: /^ENOSYS$/, served: 'ENOTTY' }],
  },
];
const REAL = 'open A -> ok\nread A n=4 -> EFAULT\nsendfile A -> EINVAL\n';
const SERVED = 'open A -> ok\nread A n=4 -> EAGAIN\nsendfile A -> ok\n';

function caseOf(name: string, recording: string, text = ''): Case {
  const recorded = { text: recording, ownAbi: true };
  return { name, language: 'device', file: '', text, tags: new Set(), recording: recorded };
}

function verdict(
  name: string,
  recording: string,
  output: string,
  known: Partial<Known> = {},
  text = '',
): Verdict {
  const all: Known = { deviations: ROWS, over: 'fuse', kernel: [6, 18], strict: true, ...known };
  return judge(caseOf(name, recording, text), output, all);
}

describe('a case that no row lists', () => {
  it('passes with the answers that were recorded', () => {
    expect(verdict('a/other', REAL, REAL)).toEqual({ outcome: 'passed' });
  });

  it('fails with any other, and shows which', () => {
    const result = verdict('a/other', REAL, SERVED);
    expect(result).toMatchObject({ outcome: 'failed' });
    expect('diff' in result && result.diff).toContain('-read A n=4 -> EFAULT\n');
    expect('diff' in result && result.diff).toContain('+read A n=4 -> EAGAIN\n');
  });

  it('fails even where a rule would explain it, among the project’s own', () => {
    const output = 'ioctl A cmd=1 -> ENOTTY\n';
    const real = 'ioctl A cmd=1 -> ENOSYS\n';
    expect(verdict('a/other', real, output)).toMatchObject({ outcome: 'failed' });
    const foreign = verdict('a/other', real, output, { strict: false });
    expect(foreign).toEqual({ outcome: 'deviates', rows: ['second'] });
  });

  it('fails where a rule explains one line, but not another', () => {
    const real = 'ioctl A cmd=1 -> ENOSYS\nread A -> 0 bytes\n';
    const output = 'ioctl A cmd=1 -> ENOTTY\nread A -> EAGAIN\n';
    expect(verdict('a/other', real, output, { strict: false })).toMatchObject({
      outcome: 'failed',
    });
  });

  it('fails where lines are missing or more, whatever the rules', () => {
    const real = 'ioctl A cmd=1 -> ENOSYS\nread A -> 0 bytes\n';
    for (const output of ['ioctl A cmd=1 -> ENOTTY\n', `${real}CASE-HANG\n`]) {
      expect(verdict('a/other', real, output, { strict: false })).toMatchObject({
        outcome: 'failed',
      });
    }
  });

  it('has no use for a rule of another transport', () => {
    const result = verdict('a/other', 'ioctl A cmd=1 -> ENOSYS\n', 'ioctl A cmd=1 -> ENOTTY\n', {
      strict: false,
      over: 'cuse',
    });
    expect(result).toMatchObject({ outcome: 'failed' });
  });
});

describe('a case that rows list', () => {
  it('deviates with the listed answers, and names all rows', () => {
    expect(verdict('a/listed', REAL, SERVED)).toEqual({
      outcome: 'deviates',
      rows: ['first', 'second'],
    });
  });

  it('is held against the list of its transport', () => {
    const output = REAL.replace('EFAULT', '0 bytes');
    expect(verdict('a/listed', REAL, output, { over: 'cuse' })).toEqual({
      outcome: 'deviates',
      rows: ['first'],
    });
    expect(verdict('a/listed', REAL, output)).toMatchObject({ outcome: 'failed' });
  });

  it('is held against the answers of the kernel', () => {
    const old = SERVED.replace('sendfile A -> ok', 'sendfile A -> 0');
    expect(verdict('a/listed', REAL, old, { kernel: [6, 1] }).outcome).toBe('deviates');
    expect(verdict('a/listed', REAL, old).outcome).toBe('failed');
    expect(verdict('a/listed', REAL, SERVED, { kernel: [6, 1] }).outcome).toBe('failed');
  });

  it('fails when it suddenly answers as recorded, and says that the rows are stale', () => {
    const result = verdict('a/listed', REAL, REAL);
    expect(result.outcome).toBe('failed');
    expect('diff' in result && result.diff).toContain('it answers as recorded');
  });

  it('fails when one listed line is as recorded', () => {
    const output = SERVED.replace('EAGAIN', 'EFAULT');
    expect(verdict('a/listed', REAL, output, { strict: false }).outcome).toBe('failed');
  });

  it('fails among the project’s own when the list does not fit the recording', () => {
    const result = verdict('a/listed', 'open A -> ok\n', 'open A -> ok\n');
    expect(result.outcome).toBe('failed');
    expect('diff' in result && result.diff).toContain('not in the recording');
  });

  it('is taken for another case where a foreign folder has one of its name', () => {
    const other = 'open A -> ok\n';
    expect(verdict('a/listed', other, other, { strict: false })).toEqual({ outcome: 'passed' });
  });
});

describe('the rules of the real list', () => {
  it.each([
    ['ioctl A cmd=0x1234 u32=1', 'ENOSYS', 'ENOTTY'],
    ['each 0..3 : ioctl A cmd=$i', '{ENOSYS *4}', '{ENOTTY *4}'],
    ['ioctl A cmd=FIONREAD', 'ENOSYS', 'ok'],
    ['isatty A', 'ENOSYS', 'ENOTTY'],
    ['ftype A', 'chr', 'reg'],
    ['fdev A', 'major=10 mode=0600 size=0', 'major=0 mode=0600 size=0'],
    ['mmap A private', 'ENODEV', 'mapped'],
    ['setdirect A', 'EINVAL', 'ok'],
    ['read A n=2 ptr=bad', '0 bytes', 'EFAULT'],
    ['read A n=8 ptr=null', 'EFBIG', 'EFAULT'],
    ['getfl A', 'O_RDWR|O_ASYNC', 'O_RDWR'],
    ['sigcount', '3', '0'],
  ])('explain %s: %s becomes %s', (step, real, served) => {
    const result = verdict('x/unknown', `${step} -> ${real}\n`, `${step} -> ${served}\n`, {
      deviations: DEVIATIONS,
      strict: false,
    });
    expect(result.outcome).toBe('deviates');
  });

  it.each([
    ['ioctl A cmd=0x1234', 'ENOSYS', 'EINVAL'],
    ['notify A p1', 'ENOSYS', 'ENOTTY'],
    ['mmap A', 'ENODEV', 'mapped'],
    ['sigcount', '0', '1'],
    ['sigcount SIGUSR1', '1', '0'],
    ['read A n=8', 'EAGAIN', 'EFAULT'],
    ['jstate J', 'blocked', 'finished'],
    ['join J', 'done: 4 bytes: q1', 'done: EINTR'],
  ])('do not explain %s: %s becomes %s', (step, real, served) => {
    const result = verdict('x/unknown', `${step} -> ${real}\n`, `${step} -> ${served}\n`, {
      deviations: DEVIATIONS,
      strict: false,
    });
    expect(result.outcome).toBe('failed');
  });

  it('explain an interrupted read only where something interrupts', () => {
    const real = 'handler SIGUSR1 restart -> ok\njstate J -> blocked\n';
    const output = 'handler SIGUSR1 restart -> ok\njstate J -> finished\n';
    const known = { deviations: DEVIATIONS, strict: false };
    expect(verdict('x/unknown', real, output, known, 'handler SIGUSR1 restart\n').outcome).toBe(
      'deviates',
    );
    expect(verdict('x/unknown', real, output, known, 'handler SIGUSR1 norestart\n').outcome).toBe(
      'failed',
    );
  });
});
