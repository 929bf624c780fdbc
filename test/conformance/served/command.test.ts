import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ownFolder } from '../own-folder.js';
import { servedConformance } from './command.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'served-command-'));
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

/** Runs the command on hosts that answer to every case as given. */
async function run(answer: string, ...args: readonly string[]) {
  const written = { out: '', err: '' };
  const ran: string[] = [];
  const code = await servedConformance(args, {
    ownFolder: ownFolder(),
    signal: new AbortController().signal,
    output: {
      out: (text) => {
        written.out += text;
      },
      err: (text) => {
        written.err += text;
      },
    },
    start: async () => ({
      device: {
        broken: undefined,
        fresh: async () => 'device',
        state: async () => '',
        stop: async () => {},
      },
      program: async (file) => {
        ran.push(file);
        return { output: answer, trouble: '' };
      },
    }),
  });
  return { code, ran, ...written, lastLine: written.out.trimEnd().split('\n').at(-1) };
}

describe('the command', () => {
  it('passes what answers as recorded, and counts it in its last line', async () => {
    put({ 'cases/a/one.case': 'open A\n', 'expected/a/one.out': 'open A -> ok\n' });
    const { code, out } = await run('open A -> ok\n', folder);
    expect(out).toBe('1 passed, 0 failed, 0 left out\n');
    expect(code).toBe(0);
  });

  it('shows a difference, and fails', async () => {
    put({ 'cases/a/one.case': 'open A\n', 'expected/a/one.out': 'open A -> ok\n' });
    const { code, out, lastLine } = await run('open A -> EACCES\n', folder);
    expect(out).toContain('FAILED a/one\n--- a/one recorded\n+++ a/one served\n');
    expect(lastLine).toBe('0 passed, 1 failed, 0 left out');
    expect(code).toBe(1);
  });

  it('names what differs as the table says', async () => {
    put({ 'cases/a/one.case': 'isatty A\n', 'expected/a/one.out': 'isatty A -> ENOSYS\n' });
    const { code, out } = await run('isatty A -> ENOTTY\n', folder);
    expect(out).toBe(
      'answers as listed in docs/deviations.md, "Served over FUSE":\n' +
        '  a/one: an ioctl the device does not know\n' +
        '1 passed, 0 failed, 0 left out\n',
    );
    expect(code).toBe(0);
  });

  it('leaves out what needs a real Xen, and what has no recording', async () => {
    put({
      'cases/a/real.case': '# @real-only\nxenkey q\n',
      'expected/a/real.out': 'xenkey q -> ok\n',
      'cases/a/two.case': '# @2l\nopen A\n',
      'expected/a/two.out': 'open A -> ok\n',
      'cases/a/unrecorded.case': 'open A\n',
    });
    const { code, out, ran } = await run('', folder);
    expect(ran).toEqual([]);
    expect(out).toBe(
      'left out:\n' +
        '  a/real: tagged @real-only: needs the hypercalls of a real Xen\n' +
        '  a/two: tagged @2l: a served host uses FIFO\n' +
        '  a/unrecorded: no recording of it\n' +
        '0 passed, 0 failed, 3 left out\n',
    );
    expect(code).toBe(0);
  });

  it('runs the project’s own cases when no folder is named, those asked for only', async () => {
    const { ran, lastLine } = await run('', '--only', 'ring/wrap', '--jobs', '1');
    expect(ran.length).toBeGreaterThan(1);
    for (const file of ran) expect(file).toContain('/cases/ring/wrap');
    expect(lastLine).toBe(`0 passed, ${ran.length} failed, 0 left out`);
  });

  it('runs the big cases before the one asked for, without showing them', async () => {
    const files = (name: string) => ({
      [`cases/${name}.case`]: '# @big\nopen A\n',
      [`expected/${name}.out`]: 'open A -> ok\n',
    });
    put({ ...files('a/big'), ...files('b/big'), ...files('c/big') });
    const { ran, out } = await run('open A -> ok\n', '--only', 'b/', folder);
    expect(ran.map((file) => file.slice(folder.length))).toEqual([
      '/cases/a/big.case',
      '/cases/b/big.case',
    ]);
    expect(out).toBe('1 passed, 0 failed, 0 left out\n');
  });

  it('prints every step with its answer when asked', async () => {
    put({ 'cases/a/one.case': 'open A\n', 'expected/a/one.out': 'open A -> ok\n' });
    const { out } = await run('open A -> ok\n', '--verbose', folder);
    expect(out).toBe('=== a/one: passed\nopen A -> ok\n1 passed, 0 failed, 0 left out\n');
  });

  it.each([
    [['--bad'], /Unknown option '--bad'/],
    [['--jobs', '0'], /--jobs takes a number from 1 to 64, not "0"/],
    [['--jobs', 'many'], /--jobs takes a number/],
    [['a', 'b'], /one DIR, not 2/],
    [['--only', 'no such case'], /no case matches no such case/],
    [['/nowhere'], /no such folder: \/nowhere/],
  ])('ends with 2 for wrong usage: %j', async (args, message) => {
    const { code, out, err } = await run('', ...args);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(message);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });

  it('has no use for a folder of hypercalls alone', async () => {
    put({ 'hv-cases/a/send.case': 'send #0\n' });
    const { code, err } = await run('', folder);
    expect(code).toBe(2);
    expect(err).toContain('no cases of the device');
  });

  it('explains itself', async () => {
    const { code, out } = await run('', '--help');
    expect(code).toBe(0);
    expect(out).toMatch(/^usage: npm run conformance:served/);
  });
});
