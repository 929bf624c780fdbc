import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compileC } from '../c/compile.js';
import { Client, type Outcome } from './client.js';
import { COMMAND } from './served-host.js';
import { removeFolder, temporaryFolder } from './temporary-folder.js';

const DEMO = fileURLToPath(new URL('../../.build/demo/main.js', import.meta.url));
const HELLO = 'Hello, domain 0.\n';

const demoProgram = (name: string) => compileC(`demo/c/${name}.c`, { libraries: ['xenevtchn'] });

/** Where the two programs meet, and where the demo has its folder. */
let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  removeFolder(folder);
});

/** Runs the pair of C programs, with this input of the front end. */
async function runPair(input: string, frontArguments = ['.', '0']): Promise<Outcome> {
  const back = [demoProgram('back'), '.', '7'];
  const front = [demoProgram('front'), ...frontArguments];
  const command = [COMMAND, 'run', '--domain', '0', ...back, ':::', '--domain', '7', ...front];
  const pair = await Client.start(process.execPath, command, { cwd: folder });
  pair.write(input);
  pair.hangUp();
  return pair.ended();
}

describe('the C programs of the demo', () => {
  it('hand text over and back, more than fits into the ring, and leave nothing', async () => {
    const lines = Array.from({ length: 3000 }, (_, i) => `line ${i} ${'long '.repeat(i % 40)}\n`);
    const { status, stdout, stderr } = await runPair(lines.join(''));
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(stdout).toBe(lines.join('').toUpperCase());
    expect(readdirSync(folder)).toEqual([]);
    const requests = [...stderr.matchAll(/^(back|front) .*, (\d+) requests, /gm)];
    expect(requests.map(([, end]) => end).sort()).toEqual(['back', 'front']);
    expect(requests[0]![2]).toBe(requests[1]![2]);
    expect(Number(requests[0]![2])).toBeGreaterThan(3000);
  });

  it('say what they do, event by event', async () => {
    const { status, stdout, stderr } = await runPair(HELLO);
    expect({ status, stdout }).toEqual({ status: 0, stdout: HELLO.toUpperCase() });
    const said = stderr.trimEnd().split('\n');
    expect(said.slice(0, 8)).toEqual([
      'back   port 14 is for domain 7',
      'front  port 9 is connected to port 14 of domain 0',
      'front  event 1: takes 0',
      'front  puts 1, notifies',
      'back   event 1: serves 1, notifies',
      'front  event 2: takes 1',
      'front  puts 1, notifies',
      'back   event 2: serves 1, notifies',
    ]);
    // Both end at the same time.
    expect(said.slice(8).sort()).toEqual([
      'back   in all: 2 events read, 2 requests, 2 notifies',
      'front  event 3: takes 1',
      'front  in all: 3 events read, 2 requests, 2 notifies',
    ]);
  });

  it.each([
    ['a domain that is none', ['.', '32752'], 2, '32752 is no domain number'],
    ['a domain that is no number', ['.', '0x0'], 2, '0x0 is no domain number'],
    ['no domain', ['.'], 2, /usage: \S+front DIRECTORY BACK-END-DOMAIN/],
    ['a folder that is not there', ['nowhere', '0'], 1, 'No such file or directory'],
    ['a domain that has no such port', ['.', '7'], 1, 'cannot connect to port 14 of domain 7'],
  ])('refuse %s, and the other one is ended', async (_, args, status, message) => {
    const outcome = await runPair(HELLO, args);
    expect(outcome).toMatchObject({ status, stdout: '', stderr: expect.stringMatching(message) });
  });
});

describe('npm run demo', () => {
  const start = (environment: Record<string, string> = {}) =>
    Client.start(process.execPath, [DEMO], {
      environment: { TMPDIR: folder, CI: '', ...environment },
    });

  it('ends with the C programs, and leaves nothing', async () => {
    const { status, stdout, stderr } = await (await start({ CI: 'true' })).ended();
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(
      '  ✓ Two processes, two domains: 3 requests, 1 notify, 1 event that says "look", and 3 answers.\n',
    );
    expect(stdout).toMatch(/^ +14 {2}interdomain {2}7:9 .* \d+ back$/m);
    expect(stdout).toMatch(/^ +9 {2}interdomain {2}0:14 .* \d+ front$/m);
    expect(stdout).toMatch(/✓ Who is connected to whom, .*\n$/);
    expect(stdout).not.toContain('\u001b');
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['SIGINT', 130, '$ gcc'],
    ['SIGTERM', 143, '    xen-evtchn run'],
    ['SIGHUP', 129, '$ xen-evtchn serve'],
  ] as const)('leaves nothing if %s ends it', async (signal, status, moment) => {
    const demo = await start();
    for (let line = ''; !line.startsWith(moment); line = await demo.line());
    demo.signal(signal);
    expect(await demo.ended()).toMatchObject({ status, stderr: '' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['', 0],
    ['true', 1],
  ])('says what it cannot show; with CI=%s that ends it with %i', async (CI, status) => {
    const demo = await start({ PATH: join(folder, 'empty'), CI });
    const outcome = await demo.ended();
    expect(outcome).toMatchObject({ status, stderr: expect.not.stringContaining('Error') });
    expect(outcome.stdout).toMatch(
      /\nleft out: the C programs under xen-evtchn run: .*apt-get install .*gcc libc6-dev libxen-dev.*\n$/,
    );
    expect(readdirSync(folder)).toEqual([]);
  });
});
