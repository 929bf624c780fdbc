import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replayTrace } from '../../src/lab.js';
import { readJsonLines } from '../../src/trace-formats/json-lines-reader.js';
import { Client } from './client.js';
import { commanded } from './command.js';
import { program } from './programs.js';
import { onDevice, ran } from './run-client.js';
import { ServedHost } from './served-host.js';
import { removeFolder, temporaryFolder } from './temporary-folder.js';
import { startTrace } from './trace-client.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder, 'a.jsonl');
});
afterEach(() => removeFolder(folder));

const DEVICE = '/dev/xen/evtchn';

/** Records what programs do, and does it again. @returns what the replay says */
async function recordedAndReplayed(...words: readonly (string | number)[]): Promise<string> {
  const run = await ran(['--trace', path, ...words]);
  expect(run).toMatchObject({ status: 0, stderr: expect.stringContaining(', none dropped') });
  const { status, stdout, stderr } = await commanded(['replay', path]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain(': all came out as recorded.\n');
  return stdout;
}

/** The two halves of `two-domains`. */
function halves(mode: string, count: number): (string | number)[] {
  const shared = join(folder, 'shared');
  const half = (role: string, peer: number) => [
    ...[program('two-domains'), role, peer, shared, mode, count],
  ];
  return [...half('back', 7), ':::', '--domain', 7, ...half('front', 0)];
}

describe('what real programs did is done again with the same results', () => {
  it.each([
    ['lockstep', 200],
    ['flood', 2000],
  ])('by two in two domains, %s', async (mode, count) => {
    const said = await recordedAndReplayed(...halves(mode, count));
    expect(said).toContain('No port is stuck: every file is closed.');
  });

  it.each<[string, readonly (string | number)[]]>([
    ['loopback', [DEVICE]],
    ['arguments', [DEVICE, 'bad-pointers']],
    ['arguments', [DEVICE, 'faulting-read']],
    ['sharing', [DEVICE, 'threads']],
    ['sharing', [DEVICE, 'fork']],
    ['sharing', [DEVICE, 'interrupted']],
    ['library-functions', [0]],
    ['kills', [DEVICE, 'read', 10]],
    ['kills', [DEVICE, 'threads', 10]],
    ['kills', [DEVICE, 'churn', 10]],
  ])('by %s, given %j', async (name, words) => {
    await recordedAndReplayed(program(name), ...words);
  });

  it.each<[string, readonly (string | number)[]]>([
    ['many-ports', [DEVICE, 256, 4]],
    ['crowd', [DEVICE, 8, 50]],
  ])('by %s, given %j and a line', async (name, words) => {
    await recordedAndReplayed('sh', '-c', 'echo | "$@"', 'sh', program(name), ...words);
  });

  it('by a program that sends to a full ring', async () => {
    const script = `
p = bind(0); q = connect(0, p)
for i in range(70): notify(q); os.write(device, struct.pack("I", p))
try: os.read(device, 64)
except OSError as error: say(error.errno)
fcntl.ioctl(device, 0x4505)
notify(q)`;
    await recordedAndReplayed(...onDevice(script));
  });
});

describe('what was shown with faults is done again with the same faults', () => {
  const SPECS = [
    'delay:rate=0.3:ms=1..5:until=event,permute:rate=0.3',
    'merge:rate=0.2:ms=2,short-read,slow:rate=0.05:ms=1..2',
    'destroy:domain=7:nth=40,delay:rate=0.2',
    'die:domain=7:nth=40',
  ];

  it.each(SPECS)('%s', async (spec) => {
    const options = ['--faults', spec, '--seed', 7, '--fault-log', join(folder, 'faults.txt')];
    const [back, front] = [halves('flood', 200), ['timeout', 5]];
    const between = back.indexOf(':::') + 3;
    const words = ['timeout', 5, ...back.slice(0, between), ...front, ...back.slice(between)];
    await ran([...options, '--trace', path, ...words]);
    const text = readFileSync(path, 'utf8');
    expect(text).toContain('"type":"fault"');
    const { differences, records } = replayTrace(readJsonLines(text));
    expect(differences.map((each) => each.text)).toEqual([]);
    expect(records).toBeGreaterThan(100);
  });
});

describe('the moment before a program closed the device', () => {
  /** Reads an event and never unmasks its port; then there is another. */
  const FORGETFUL = onDevice(`
p = bind(0); q = connect(0, p)
os.write(device, struct.pack("I", q))
notify(q)
os.read(device, 4); os.read(device, 4)
notify(q)`);

  it('is where replay says what is stuck, as a unit test that it prints wants it', async () => {
    const said = await recordedAndReplayed(...FORGETFUL);
    const until = Number(/--until (\d+)\n/.exec(said)![1]);
    const { status, stdout } = await commanded(['replay', path, '--until', until]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/\nPort \d+ of domain 0 \(interdomain 0:\d+, open file 1 of python3/);

    const printed = await commanded(['replay', path, '--until', until, '--as-test', 'node']);
    const packages = join(folder, 'node_modules');
    mkdirSync(packages);
    symlinkSync(fileURLToPath(new URL('../..', import.meta.url)), join(packages, 'xen-evtchn'));
    const test = join(folder, 'a.test.mjs');
    writeFileSync(test, printed.stdout);
    const execute = promisify(execFile);
    await execute(process.execPath, ['--test', test], { cwd: folder });
    // It tells when the trace has come to say something else.
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('"queued":1,"woke":true', '"queued":2,"woke":false'));
    await expect(execute(process.execPath, ['--test', test], { cwd: folder })).rejects.toThrow();
    expect((await commanded(['replay', path, '--quiet'])).status).toBe(1);
  });
});

describe('a trace of a host that is served', () => {
  it('can be replayed if it began before its programs, and not if they were there', async () => {
    const host = await ServedHost.start({ domains: [0, 7] });
    const trace = await startTrace(host, '-o', path);
    const client = await Client.start(program('waiting'), [host.device(7)]);
    expect(await client.line()).toBe('asleep');
    const late = join(folder, 'late.jsonl');
    const other = ['--host', host.directory, '--duration', 0.1];
    await commanded(['trace', ...other, '-o', late]);
    const filtered = join(folder, 'filtered.jsonl');
    await commanded(['trace', ...other, '--domain', 7, '-o', filtered]);
    client.hangUp();
    await client.ended();
    trace.signal('SIGINT');
    await trace.ended();
    await host.stop();
    expect(replayTrace(readJsonLines(readFileSync(path, 'utf8'))).differences).toEqual([]);
    expect(await commanded(['replay', late])).toEqual({
      status: 3,
      stdout: '',
      stderr: expect.stringMatching(
        /^xen-evtchn: cannot replay this trace: file 1 of waiting\[\d+\] was open when it began\. /,
      ),
    });
    expect(await commanded(['replay', filtered])).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('it was asked for some domains'),
    });
  });
});
