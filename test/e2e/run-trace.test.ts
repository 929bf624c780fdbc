import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TraceRecord } from '../../src/trace/trace-record.js';
import { readJsonLines } from '../../src/trace-formats/json-lines-reader.js';
import { need } from './need.js';
import { program } from './programs.js';
import { missingUserNamespace } from './requirements.js';
import { OrdinaryUser } from './run-as-user.js';
import { onDevice, ran } from './run-client.js';
import { ServedHost } from './served-host.js';
import { removeFolder, temporaryFolder } from './temporary-folder.js';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => removeFolder(folder));

/** One line that says what a trace has come to. */
const SUMMARY = /^xen-evtchn: \d+ records of \d+ events in \d+\.\d s, none dropped; [^\n]*\n$/;

/** Sends one event to itself, and ends at once. */
const SUDDEN = onDevice('p = bind(0); q = connect(0, p); notify(q); os._exit(3)');

function recordsOf(path: string): TraceRecord[] {
  const { batches, complete } = readJsonLines(readFileSync(path, 'utf8'));
  expect(complete).toBe(true);
  return batches.flatMap(({ records }) => records);
}

/** The last of what every program that opens the device does. */
function expectWhole(records: readonly TraceRecord[]): void {
  expect(records[0]).toMatchObject({ type: 'open', name: 'python3' });
  expect(records.at(-1)).toMatchObject({ type: 'release', file: 1 });
  const notify = { type: 'ioctl', command: 'IOCTL_EVTCHN_NOTIFY', result: 0 };
  expect(records.filter(({ type }) => type === 'ioctl').at(-1)).toMatchObject(notify);
}

describe('run --trace', () => {
  it('has all that a program does which ends at once, and its exit status', async () => {
    const path = join(folder, 'a.jsonl');
    const { status, stdout, stderr } = await ran(['--trace', path, ...SUDDEN]);
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toMatch(SUMMARY);
    expectWhole(recordsOf(path));
  });

  it('takes the format from the name of the file, which is where it was called', async () => {
    await ran(['--trace', 'a.json', ...SUDDEN], { cwd: folder });
    await ran(['--trace', 'a.txt', ...SUDDEN], { cwd: folder });
    expect(JSON.parse(readFileSync(join(folder, 'a.json'), 'utf8'))).toBeInstanceOf(Array);
    const text = readFileSync(join(folder, 'a.txt'), 'utf8');
    expect(text).toMatch(/ python3\[\d+\] +ioctl\(IOCTL_EVTCHN_NOTIFY, \{port=15\}\) = 0\n/);
    expect(text).toMatch(/\n-- end of the trace: \d+ records, none lost\n$/);
  });

  it('has the programs of all domains', async () => {
    const path = join(folder, 'a.jsonl');
    const half = (role: string, peer: number) => [
      ...[program('two-domains'), role, peer, join(folder, 'shared'), 'lockstep', 5],
    ];
    const words = ['--trace', path, ...half('back', 7), ':::', '--domain', 7, ...half('front', 0)];
    const { status, stderr } = await ran(words);
    expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.stringMatching(SUMMARY) });
    const opened = recordsOf(path).filter(({ type }) => type === 'open');
    expect(opened.map(({ domid }) => domid).sort()).toEqual([0, 7]);
  });

  it('traces a host that is joined', async () => {
    const host = await ServedHost.start({ domains: [0] });
    const path = join(folder, 'a.jsonl');
    const { status } = await ran(['--host', host.directory, '--trace', path, ...SUDDEN]);
    expect(status).toBe(3);
    expectWhole(recordsOf(path));
    await host.stop();
  });

  it('is for an ordinary user too', async (context) => {
    need(context, missingUserNamespace());
    const user = new OrdinaryUser();
    const open = join(folder, 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);
    const { status, stderr } = await user.ran(['--trace', join(open, 'a.jsonl'), ...SUDDEN]);
    expect({ status, stderr }).toEqual({ status: 3, stderr: expect.stringMatching(SUMMARY) });
    expectWhole(recordsOf(join(open, 'a.jsonl')));
    user.leave();
  });

  it('starts nothing if it cannot open the file', async () => {
    const proof = join(folder, 'started');
    expect(await ran(['--trace', '/no/such/folder/a.txt', 'touch', proof])).toEqual({
      status: 125,
      stdout: '',
      stderr:
        'xen-evtchn: cannot write the trace to /no/such/folder/a.txt: No such file or directory\n',
    });
    expect(existsSync(proof)).toBe(false);
  });

  it('ends with 125 if the disk is full while a program goes on that ends well', async () => {
    expect(await ran(['--trace', '/dev/full', 'echo', 'well'])).toEqual({
      status: 125,
      stdout: 'well\n',
      stderr: 'xen-evtchn: cannot write the trace to /dev/full: No space left on device\n',
    });
  });

  it('ends soon with 125 if nobody reads the trace of a program that ended well', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reader = spawn('sh', ['-c', 'exec 3<"$0"; read end', pipe], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    const events = 'p = bind(0); q = connect(0, p)\nfor i in range(2000): notify(q)';
    const { status, stderr } = await ran(['--trace', pipe, ...onDevice(events)]);
    reader.stdin.end();
    await once(reader, 'exit');
    expect(status).toBe(125);
    expect(stderr).toContain(`xen-evtchn: nobody reads ${pipe}: the end of the trace is missing\n`);
  });

  it.each([
    [['--trace', '', 'true'], '--trace needs a file'],
    [['--trace', 'a.json', '--cuse', 'true'], 'which a private one has not with --cuse'],
  ])('refuses %j', async (words, reason) => {
    const { status, stderr } = await ran(words, { cwd: folder });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^xen-evtchn: [^\n]+; see xen-evtchn run --help\n$/);
    expect(stderr).toContain(reason);
  });
});
