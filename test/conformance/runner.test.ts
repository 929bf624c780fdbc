import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { atoi, strtol, strtoul, unsigned } from './c-numbers.js';
import { CaseRun } from './case-run.js';
import { conformance } from './command.js';
import { unifiedDiff } from './diff.js';
import { Machine } from './machine.js';
import { ownFolder } from './own-folder.js';
import { portNames } from './result-text.js';
import { stepLines } from './script.js';
import { expand } from './step-arguments.js';

/** What the steps of a case print. */
async function printed(...steps: readonly string[]): Promise<string[]> {
  const output = await new CaseRun(new Machine('fifo')).run(`${steps.join('\n')}\n`);
  return output.split('\n').slice(0, -1);
}

/** The answer to the last step. */
async function lastAnswer(...steps: readonly string[]): Promise<string> {
  const line = (await printed(...steps)).at(-1)!;
  return line.slice(line.indexOf(' -> ') + 4);
}

describe('the command', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function put(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  }

  async function run(...args: readonly string[]) {
    const written = { out: '', err: '' };
    const code = await conformance(args, ownFolder(), {
      out: (text) => {
        written.out += text;
      },
      err: (text) => {
        written.err += text;
      },
    });
    return { code, ...written, lastLine: written.out.trimEnd().split('\n').at(-1) };
  }

  it('passes what answers as recorded, and counts it in its last line', async () => {
    put({
      'cases/a/poll.case': '# idle\nopen A\npoll A\n',
      'expected/a/poll.out': 'open A -> ok\npoll A -> POLLOUT|POLLWRNORM\n',
      'hv-cases/b/send.case': 'send #0\n',
      'hv-expected/b/send.out': 'send #0 -> EINVAL\n',
    });
    const { code, out } = await run(folder);
    expect(out).toBe('2 passed, 0 failed, 0 left out\n');
    expect(code).toBe(0);
  });

  it('shows where an answer differs from the recording, and fails', async () => {
    put({
      'cases/a/poll.case': 'open A\npoll A\nclose A\n',
      'expected/a/poll.out': 'open A -> ok\npoll A -> POLLHUP\nclose A -> ok\n',
    });
    const { code, out } = await run(folder);
    expect(out).toBe(
      [
        'FAILED a/poll',
        '--- a/poll recorded',
        '+++ a/poll embedded',
        '@@ -1,3 +1,3 @@',
        ' open A -> ok',
        '-poll A -> POLLHUP',
        '+poll A -> POLLOUT|POLLWRNORM',
        ' close A -> ok',
        '',
        '0 passed, 1 failed, 0 left out',
        '',
      ].join('\n'),
    );
    expect(code).toBe(1);
  });

  it('fails a case that hangs', async () => {
    put({ 'cases/a/hang.case': 'open A\nread A\n', 'expected/a/hang.out': 'open A -> ok\n' });
    const { code, out } = await run(folder);
    expect(out).toContain('+read A -> CASE-HANG\n');
    expect(code).toBe(1);
  });

  it('names what it leaves out, with the reason', async () => {
    put({
      'cases/a/new.case': 'open A\n',
      'cases/a/other.case': 'child C\n@C bg J open A path=/dev/null\n',
      'expected/a/other.out': '',
      'cases/a/two.case': '# @2l\nopen A\n',
      'expected/a/two.out': 'open A -> ok\n',
    });
    const { code, out } = await run(folder);
    expect(out).toBe(
      [
        'left out:',
        '  a/new: no recording of it',
        '  a/other: opens /dev/null: there is no other file here than /dev/xen/evtchn',
        '  a/two: tagged @2l: only with --two-level',
        '0 passed, 0 failed, 3 left out',
        '',
      ].join('\n'),
    );
    expect(code).toBe(0);
    expect((await run('--two-level', folder)).lastLine).toBe('1 passed, 0 failed, 2 left out');
  });

  it('takes the two-level recording where there is one', async () => {
    put({
      'cases/a/range.case': 'open A\nunbind A #2000\n',
      'expected/a/range.out': 'open A -> ok\nunbind A #2000 -> EINVAL\n',
      'expected-2l/a/range.out': 'open A -> ok\nunbind A #2000 -> ENOTCONN\n',
    });
    expect((await run(folder)).lastLine).toBe('1 passed, 0 failed, 0 left out');
    expect((await run('--two-level', folder)).lastLine).toBe('1 passed, 0 failed, 0 left out');
  });

  it('accepts the folder of cases itself, and one within it', async () => {
    put({ 'cases/a/open.case': 'open A\n', 'expected/a/open.out': 'open A -> ok\n' });
    const all = '1 passed, 0 failed, 0 left out';
    expect((await run(join(folder, 'cases'))).lastLine).toBe(all);
    expect((await run(join(folder, 'cases', 'a'))).lastLine).toBe(all);
  });

  it('runs the project’s own cases when no folder is named, those asked for only', async () => {
    const { code, lastLine } = await run('--only', 'poll/*epoll');
    expect(lastLine).toBe('6 passed, 0 failed, 0 left out');
    expect(code).toBe(0);
  });

  it('runs a big case on the host the earlier big ones have left', async () => {
    const { lastLine } = await run('--only', 'range-check-after-growth');
    expect(lastLine).toBe('1 passed, 0 failed, 0 left out');
  });

  it('prints every step with its answer when asked', async () => {
    put({ 'cases/a/open.case': 'open A\n', 'expected/a/open.out': 'open A -> ok\n' });
    const { out } = await run('--verbose', folder);
    expect(out).toBe('=== a/open: passed\nopen A -> ok\n1 passed, 0 failed, 0 left out\n');
  });

  it.each([
    ['an option there is not', ['--no-such-option']],
    ['a folder there is not', ['no/such/folder']],
    ['two folders', ['one', 'two']],
    ['a pattern nothing matches', ['--only', 'no-such-case']],
    ['an option without its value', ['--only']],
  ])('ends with 2 and one line for %s', async (_, args) => {
    const { code, out, err } = await run(...args);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/^conformance: [^\n]+\n$/);
  });

  it('ends with 2 for a folder without cases', async () => {
    const { code, err } = await run(folder);
    expect(code).toBe(2);
    expect(err).toContain(`no cases in ${folder}`);
  });

  it('explains itself', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    expect(out).toMatch(/^usage: npm run conformance -- /);
  });
});

describe('the case language', () => {
  it('has an answer to what is no step of it', async () => {
    expect(await printed('frobnicate A', 'read A', 'open A', 'notify A p1')).toEqual([
      'frobnicate A -> SCRIPT-ERROR unknown step',
      'read A -> SCRIPT-ERROR no handle',
      'open A -> ok',
      'notify A p1 -> SCRIPT-ERROR port',
    ]);
  });

  it('leaves out comments and space around steps', () => {
    expect(stepLines('# a\n\n  open A  ## b\n\t# c\nsame 1 1 #d\r\n')).toEqual([
      'open A',
      'same 1 1 #d',
    ]);
  });

  it('expands lists up and down, and nothing else', () => {
    expect(expand('p[1..3]')).toEqual(['p1', 'p2', 'p3']);
    expect(expand('p[2..1]')).toEqual(['p2', 'p1']);
    expect(expand('p[0..x]')).toEqual(['p[0..x]']);
    expect(expand('[0..1]')).toEqual(['[0..1]']);
  });

  it('reads numbers as C does', () => {
    expect(strtoul('0x10')).toBe(16n);
    expect(strtoul('010')).toBe(8n);
    expect(strtoul('09')).toBe(0n);
    expect(strtoul('-1')).toBe(2n ** 64n - 1n);
    expect(strtoul('99999999999999999999')).toBe(2n ** 64n - 1n);
    expect(strtol('0x8000000000000000')).toBe(2n ** 63n - 1n);
    expect(unsigned('0x100000005')).toBe(5);
    expect(unsigned('frob')).toBe(0);
    expect(atoi('0x10')).toBe(0);
  });

  it('writes ports that count up as a range, from three on', () => {
    expect(portNames(['q0', 'q1', 'q2', 'r1', 'q4', 'q3', '?'])).toBe(' q[0..2] r1 q4 q3 ?');
  });

  it('counts the results of repeated steps', async () => {
    expect(await lastAnswer('open A', 'repeat 3 : poll A ; read A n=2 ; bogus')).toBe(
      '{POLLOUT|POLLWRNORM *3} ; {0 bytes *3} ; {SCRIPT-ERROR unknown step *3}',
    );
    expect(await lastAnswer('each 8..10 : open A$i', 'each 10..8 : close A$i')).toBe('{ok *3}');
  });

  it('shows a port by the newest name that had its number', async () => {
    const steps = [
      'open A O_NONBLOCK',
      'alloc A p1 remote=0',
      'inter A old dom=0 port=p1',
      'unbind A old',
      'inter A new dom=0 port=p1',
      'read A',
    ];
    expect(await lastAnswer(...steps)).toBe('8 bytes: new new');
  });

  it('stops a list of opens when descriptors run out', async () => {
    expect(await lastAnswer('rlimit nofile=8', 'open A[0..9]')).toBe('ok x4 EMFILE');
  });

  it('kills a case whose process gets a signal it does nothing about', async () => {
    const steps = ['open A', 'bg J read A', 'signal J SIGUSR1', 'poll A'];
    expect((await printed(...steps)).slice(-2)).toEqual([
      'signal J SIGUSR1 -> ',
      'CASE-KILLED signal 10',
    ]);
  });

  it('kills the owner of a file that has no handler for its SIGIO', async () => {
    const steps = [
      'open A O_NONBLOCK',
      'child C',
      '@C setown A',
      '@C ioctl A cmd=FIOASYNC u32=1',
      'alloc A p1 remote=0',
      'inter A q1 dom=0 port=p1',
      '@C poll A',
      'kill C',
      'read A',
    ];
    expect((await printed(...steps)).slice(-3)).toEqual([
      '@C poll A -> CHILD-GONE',
      'kill C -> signal 29',
      'read A -> 4 bytes: q1',
    ]);
  });

  it('ends a case that waits for what can never come', async () => {
    expect((await printed('open A', 'poll A events=IN timeout=-1', 'close A')).at(-1)).toBe(
      'poll A events=IN timeout=-1 -> CASE-HANG',
    );
  });

  it('ends a case that takes too long', async () => {
    expect(await lastAnswer('sleep ms=80000', 'sleep ms=20000')).toBe('CASE-HANG');
  });

  it('sees a pump that stalls because nobody enables its ports', async () => {
    const steps = [
      'open A',
      'open B O_NONBLOCK',
      'alloc A p[0..1] remote=0',
      'inter B q[0..1] dom=0 port=p[0..1]',
      'read B',
      'read B',
      'pump A p[0..1] B q[0..1] n=5',
    ];
    expect(await lastAnswer(...steps)).toBe('STALLED 0:0/5 1:0/5');
  });

  it('cannot enter the driver from a 32-bit program, but the VFS', async () => {
    expect(await lastAnswer('open A', 'ioctl32 A cmd=NOTIFY u32=1')).toBe('ENOTTY');
    expect(await lastAnswer('open A', 'ioctl32 A cmd=FIONBIO u32=1', 'getfl A')).toBe(
      'O_RDWR|O_NONBLOCK',
    );
  });

  it('lets one open file at a time lock the device', async () => {
    const answers = await printed('open A', 'open B', 'flock A', 'flock B', 'close A', 'flock B');
    expect(answers.map((line) => line.split(' -> ')[1])).toEqual([
      'ok',
      'ok',
      'ok',
      'EAGAIN',
      'ok',
      'ok',
    ]);
  });

  it('watches two descriptors of one file separately', async () => {
    const steps = ['epoll E', 'open A', 'dup A B', 'epadd E A events=OUT', 'epadd E B events=OUT'];
    expect(await lastAnswer(...steps, 'epwait E')).toBe('A:POLLOUT B:POLLOUT');
  });

  it('watches epoll sets within epoll sets, but in no circle', async () => {
    const sets = ['epoll E', 'epoll F', 'epoll G', 'dup F F2', 'epadd E F', 'epadd F G'];
    expect(await lastAnswer(...sets, 'epadd G E')).toBe('ELOOP');
    expect(await lastAnswer(...sets, 'epadd E E')).toBe('EINVAL');
    expect(await lastAnswer(...sets, 'epadd E F2')).toBe('ok');
    expect(await lastAnswer(...sets, 'close F', 'epadd G E')).toBe('ELOOP');
    expect(await lastAnswer(...sets, 'close F', 'close F2', 'epadd G E')).toBe('ok');
  });

  it('tells an interrupted poll that its descriptor is gone', async () => {
    const steps = ['handler SIGUSR1 restart', 'open A', 'bg J poll A events=IN timeout=-1'];
    expect(await lastAnswer(...steps, 'signal J SIGUSR1', 'join J')).toBe('done: EINTR');
    expect(await lastAnswer(...steps, 'close A', 'signal J SIGUSR1', 'join J')).toBe(
      'done: POLLNVAL',
    );
  });

  it('refuses every flag of preadv2 but RWF_HIPRI, where there is anything to read', async () => {
    expect(await lastAnswer('open A O_NONBLOCK', 'preadv2 A iov=4 flags=1')).toBe('EAGAIN');
    for (const flags of [2, 4, 8, 16, 32]) {
      const step = `preadv2 A iov=4 flags=${flags}`;
      expect(await lastAnswer('open A O_NONBLOCK', step)).toBe('EOPNOTSUPP');
    }
    expect(await lastAnswer('open A O_NONBLOCK', 'preadv2 A iov=0 flags=8')).toBe('0 bytes');
  });

  it('presses debug keys and makes domains only for root', async () => {
    const steps = ['child C', '@C setuid 1000'];
    expect(await lastAnswer(...steps, '@C xenkey q')).toBe('no privcmd');
    expect(await lastAnswer(...steps, '@C mkdom id=3')).toBe('no privcmd');
    expect(await lastAnswer('mkdom id=3 maxport=70', 'mkdom id=3')).toBe('EEXIST');
  });
});

describe('a diff', () => {
  it('is empty for equal texts', () => {
    expect(unifiedDiff('a\nb\n', 'a\nb\n', 'x', 'y')).toBe('');
  });

  it('has three lines around each difference', () => {
    const from = 'a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n';
    const to = 'a\nb\nc\nd\nE\nf\ng\nh\ni\nj\nk\n';
    expect(unifiedDiff(from, to, 'x', 'y')).toBe(
      '--- x\n+++ y\n@@ -2,9 +2,10 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n i\n j\n+k\n',
    );
  });

  it('shows a missing end of the last line', () => {
    expect(unifiedDiff('a\n', 'a', 'x', 'y')).toContain('+\\ No newline at end of file\n');
  });
});
