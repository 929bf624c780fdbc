import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Client } from './client.js';
import { ran, startRun } from './run-client.js';
import { ServedHost } from './served-host.js';
import { removeFolder, temporaryFolder } from './temporary-folder.js';

const compiled = (name: string) =>
  fileURLToPath(new URL(`../../.build/examples/console/${name}.js`, import.meta.url));

/** Where the two programs meet. */
let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  removeFolder(folder);
});

/** The words of a program, which opens the console of this folder and the device of its domain. */
const words = (name: 'back' | 'front', peer: number) => [
  process.execPath,
  compiled(name),
  'console',
  String(peer),
];

/** The same, with files as its standard streams. */
const redirected = (name: 'back' | 'front', peer: number, input: string, output: string) => [
  ...['sh', '-c', 'exec < "$0" > "$1"; shift; exec "$@"', input, output],
  ...words(name, peer),
];

/** So many lines, all different. */
const lines = (count: number, word: string) =>
  Array.from({ length: count }, (_, i) => `${word} ${i} ${'long '.repeat(i % 40)}\n`).join('');

describe('the console of two processes under run', () => {
  it.each([
    ['two domains', 0, 7],
    ['one domain', 0, 0],
  ])('carries far more than its rings hold, both ways, in %s', async (_, backDomid, frontDomid) => {
    const said = lines(3000, 'said');
    const typed = lines(2000, 'typed');
    writeFileSync(join(folder, 'said'), said);
    writeFileSync(join(folder, 'typed'), typed);
    const outcome = await ran(
      [
        ...['--domain', backDomid, ...redirected('back', frontDomid, 'typed', 'heard'), ':::'],
        ...['--domain', frontDomid, ...redirected('front', backDomid, 'said', 'seen')],
      ],
      { cwd: folder },
    );
    expect(outcome).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(readFileSync(join(folder, 'heard'), 'utf8')).toBe(said);
    expect(readFileSync(join(folder, 'seen'), 'utf8')).toBe(typed);
    expect(readdirSync(folder).sort()).toEqual(['heard', 'said', 'seen', 'typed']);
  });

  it('is not made where there is one already, whose file is left alone', async () => {
    writeFileSync(join(folder, 'console'), 'of somebody else');
    const outcome = await ran(words('back', 7), { cwd: folder });
    expect(outcome).toMatchObject({ status: 1, stdout: '' });
    expect(outcome.stderr).toMatch(/^back: EEXIST: .*'console'\n$/);
    expect(readdirSync(folder)).toEqual(['console']);
    expect(readFileSync(join(folder, 'console'), 'utf8')).toBe('of somebody else');
  });

  it.each([
    ['back', [], 2, 'usage: back FILE FRONT-END-DOMAIN\n'],
    ['front', ['console', 'zero'], 2, 'usage: front FILE BACK-END-DOMAIN\n'],
    ['back', ['console', '70000'], 1, /^back: .*0 to 65535/],
    ['back', ['nowhere/console', '7'], 1, /^back: ENOENT: /],
    ['front', ['nowhere/console', '0'], 1, /^front: ENOENT: /],
  ])('is not begun by %s %j', async (name, args, status, message) => {
    const outcome = await ran([process.execPath, compiled(name), ...args], { cwd: folder });
    expect(outcome).toEqual({ status, stdout: '', stderr: expect.stringMatching(message) });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('the console of two processes that come and go', () => {
  let host: ServedHost;
  beforeEach(async () => {
    host = await ServedHost.start({ domains: [0, 7] });
  });

  const start = (domain: number, command: readonly string[]) =>
    startRun(['--host', host.directory, '--domain', domain, ...command], { cwd: folder });
  const startBack = () => start(0, words('back', 7));
  const startFront = () => start(7, words('front', 0));

  /** A line that one end sends has come to the other. */
  async function passes(from: Client, to: Client, line: string): Promise<void> {
    from.say(line);
    expect(await to.line()).toBe(line);
  }

  /** The one process that has the device of a domain open. */
  async function processIn(domain: number): Promise<number> {
    const [file] = await vi.waitFor(async () => {
      const files = await host.files(domain);
      expect(files).toHaveLength(1);
      return files;
    });
    return Number.parseInt(file!.process!, 10);
  }

  async function leftNothing(): Promise<void> {
    await host.untilUnused(0);
    await host.untilUnused(7);
    await host.stop();
    expect(readdirSync(folder)).toEqual([]);
  }

  it('is a conversation, which ends when both have nothing more to say', async () => {
    const [back, front] = await Promise.all([startBack(), startFront()]);
    await passes(front, back, 'login:');
    await passes(back, front, 'root');
    front.hangUp();
    await passes(back, front, 'one more word');
    back.hangUp();
    await Promise.all([front.endedWell(), back.endedWell()]);
    await leftNothing();
  });

  it('begins also when the front end was there first', async () => {
    const front = await startFront();
    await processIn(7);
    const back = await startBack();
    await passes(front, back, 'at last');
    front.hangUp();
    back.hangUp();
    await Promise.all([front.endedWell(), back.endedWell()]);
    await leftNothing();
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends both with 0 when either gets %s',
    async (signal) => {
      for (const which of [0, 1]) {
        const both = await Promise.all([startBack(), startFront()]);
        await passes(both[1], both[0], 'hello');
        await passes(both[0], both[1], 'hello');
        both[which]!.signal(signal);
        await Promise.all(both.map((each) => each.endedWell()));
      }
      await leftNothing();
    },
  );

  it('ends with 0 when SIGTERM comes while nobody is there', async () => {
    const front = await startFront();
    await processIn(7);
    front.signal('SIGTERM');
    await front.endedWell();
    const back = await startBack();
    await vi.waitFor(() => expect(existsSync(join(folder, 'console'))).toBe(true));
    back.signal('SIGTERM');
    await back.endedWell();
    await leftNothing();
  });

  it('hears nothing of a front end that is killed, serves the next one, and ends by SIGTERM', async () => {
    const back = await startBack();
    const first = await startFront();
    await passes(first, back, 'one');
    process.kill(await processIn(7), 'SIGKILL');
    expect((await first.ended()).status).toBe(137);

    const second = await startFront();
    await passes(second, back, 'two');
    await passes(back, second, 'three');
    process.kill(await processIn(7), 'SIGKILL');
    await second.ended();
    expect(back.alive).toBe(true);
    back.signal('SIGTERM');
    expect(await back.endedWell()).toBe('one\ntwo\n');
    await leftNothing();
  });

  it('leaves a front end waiting when the back end is killed, until SIGTERM', async () => {
    const [back, front] = await Promise.all([startBack(), startFront()]);
    await passes(front, back, 'hello');
    process.kill(await processIn(0), 'SIGKILL');
    expect((await back.ended()).status).toBe(137);
    expect(front.alive).toBe(true);
    front.signal('SIGTERM');
    await front.endedWell();
    await host.stop();
    // What a killed program leaves, and what the next one will refuse to overwrite.
    expect(readdirSync(folder)).toEqual(['console']);
  });

  it('ends with an error when the device goes', async () => {
    const [back, front] = await Promise.all([startBack(), startFront()]);
    await passes(front, back, 'hello');
    await host.stop();
    for (const [name, program] of [
      ['back', back],
      ['front', front],
    ] as const) {
      const { status, stderr } = await program.ended();
      expect(status).toBe(1);
      expect(stderr).toMatch(new RegExp(`^${name}: (ENOTCONN|ECONNABORTED|ENODEV): `));
    }
    expect(readdirSync(folder)).toEqual([]);
  });
});
