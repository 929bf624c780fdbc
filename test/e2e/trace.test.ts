import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TraceRecord } from '../../src/trace/trace-record.js';
import { readJsonLines } from '../../src/trace-formats/json-lines-reader.js';
import { readChromeTrace } from '../unit/trace-formats/chrome-validator.js';
import { Client, output } from './client.js';
import { PATIENCE } from './deadline.js';
import { program } from './programs.js';
import { onDevice, startRun } from './run-client.js';
import { COMMAND, ServedHost } from './served-host.js';
import { removeFolder, temporaryFolder } from './temporary-folder.js';
import { startTrace, untilTracing } from './trace-client.js';

let folder: string;
let host: ServedHost;
beforeEach(async () => {
  folder = temporaryFolder();
  host = await ServedHost.start({ domains: [0, 7] });
});
afterEach(async () => {
  await host.stop();
  removeFolder(folder);
});

const inFolder = (name: string): string => join(folder, name);

/** A program over libxenevtchn under a name of its own. */
function named(name: string): string {
  const path = inFolder(name);
  copyFileSync(program('two-domains'), path);
  execFileSync('chmod', ['755', path]);
  return path;
}

/** A back end in domain 0 and a front end in domain 7 exchange events, each the answer to the last. */
async function exchange(events: number): Promise<void> {
  const half = (name: string, peer: number) => [
    ...[existsSync(inFolder(name)) ? inFolder(name) : named(name), name, peer],
    ...[inFolder(`shared-${events}`), 'lockstep', events],
  ];
  const words = [COMMAND, 'run', '--host', host.directory, '--domain', 0, ...half('back', 7)];
  await output(process.execPath, [...words, ':::', '--domain', 7, ...half('front', 0)]);
  await host.untilUnused(0);
  await host.untilUnused(7);
}

/** The line that a trace ends with, which ends well. */
async function summaryOf(trace: Client): Promise<string> {
  const { status, stderr } = await trace.ended();
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return stderr;
}

/** The same of one that is ended as Ctrl-C does. */
async function interrupted(trace: Client): Promise<string> {
  trace.signal('SIGINT');
  return summaryOf(trace);
}

/** The states of a process' threads, as /proc tells. */
function states(pid: number): Set<string> {
  const tasks = `/proc/${pid}/task`;
  const statuses = readdirSync(tasks).map((tid) => readFileSync(`${tasks}/${tid}/status`, 'utf8'));
  return new Set(statuses.map((status) => /^State:\t(\S)/m.exec(status)![1]!));
}

function recordsOf(file: string): TraceRecord[] {
  return readJsonLines(readFileSync(file, 'utf8')).batches.flatMap(({ records }) => records);
}

describe('a trace of a pair of programs over libxenevtchn', () => {
  it('has every step in order, by the right processes', async () => {
    const trace = await startTrace(host);
    await exchange(3);
    const summary = await interrupted(trace);
    expect(summary).toMatch(/^xen-evtchn: \d+ records of \d+ events in \d+\.\d s, none dropped\n$/);
    const { stdout } = await trace.ended();
    const lines = stdout.split('\n').map((line) => line.replace(/^\d\d:\d\d:\d\d\.\d{6} /, ''));
    const actors = new Set(stdout.match(/\b(back|front)\[\d+\]/g));
    expect([...actors].map((actor) => actor.replace(/\[.*/, '')).sort()).toEqual(['back', 'front']);
    const steps = lines.map((line) => line.replace(/ +/g, ' ').replace(/\[\d+\]/, ''));
    const at = steps.lastIndexOf('dom0 xen -- port 14 <- dom7:9 pending');
    expect(steps.slice(at, at + 8)).toEqual([
      'dom0 xen -- port 14 <- dom7:9 pending',
      'dom7 guest EVTCHNOP_send({port=9}) = 0',
      'dom0 guest -- upcall on vcpu 0',
      'dom0 back -- port 14 -> ring, 1 in it, readers woken',
      'dom7 front ioctl(IOCTL_EVTCHN_NOTIFY, {port=9}) = 0',
      'dom0 back read({14}) = 4',
      'dom0 back -- port 14 enabled',
      'dom0 back write({14}) = 4',
    ]);
    expect(lines.at(-2)).toMatch(/^-- end of the trace: \d+ records, none lost$/);
  });

  it('is the same for all who trace at once, in every format', async () => {
    const files = ['a.jsonl', 'b.jsonl', 'c.json', 'd.txt'].map(inFolder);
    const traces = await Promise.all(files.map((file) => startTrace(host, '-o', file)));
    await exchange(5);
    const summaries = await Promise.all(traces.map(interrupted));
    const [records, again] = files.slice(0, 2).map(recordsOf);
    expect(records).toEqual(again);
    const sent = records!.filter(({ type }) => type === 'set-pending').length;
    for (const [index, summary] of summaries.entries()) {
      const { size } = statSync(files[index]!);
      const bytes = size < 1000 ? `${size} B` : `${(size / 1000).toFixed(1)} kB`;
      expect(summary).toContain(`: ${records!.length} records of ${sent} events in `);
      expect(summary).toContain(`none dropped; ${bytes} in ${files[index]}\n`);
    }
    const lines = readFileSync(files[3]!, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(records!.length + 1);
    const { processes, threads, arrows, loose } = readChromeTrace(readFileSync(files[2]!, 'utf8'));
    // Named as they come: either program may be the first to open the device.
    expect([...processes.values()].sort()).toEqual(['domain 0', 'domain 7']);
    for (const name of ['port 9', 'port 14'])
      expect([...threads.values()].some((thread) => thread.startsWith(name))).toBe(true);
    expect({ loose, arrows: arrows.length }).toEqual({ loose: 0, arrows: 10 });
  });

  it('is of one end only if that is asked for, and has the other with it', async () => {
    const all = await startTrace(host, '-o', inFolder('all.jsonl'));
    const one = await startTrace(host, '-o', inFolder('one.jsonl'), '--domain', 7, '--port', 9);
    const back = await startTrace(host, '-o', inFolder('back.jsonl'), '--process', 'back');
    const calls = await startTrace(host, '-o', inFolder('calls.jsonl'), '--only', 'calls');
    const events = await startTrace(host, '-o', inFolder('events.txt'), '--only', 'events');
    const none = await startTrace(host, '-o', inFolder('none.jsonl'), '--domain', 5);
    await exchange(3);
    for (const trace of [all, one, back, calls, events, none]) await interrupted(trace);
    const records = recordsOf(inFolder('all.jsonl'));
    const pending = (from: TraceRecord[]) => from.filter(({ type }) => type === 'set-pending');
    for (const name of ['one', 'back']) {
      const left = recordsOf(inFolder(`${name}.jsonl`));
      expect(pending(left)).toEqual(pending(records));
      expect(records).toEqual(expect.arrayContaining(left));
      expect(left.some(({ type }) => type === 'upcall')).toBe(false);
    }
    const types = new Set(recordsOf(inFolder('calls.jsonl')).map(({ type }) => type));
    expect(types).toEqual(new Set(['open', 'release', 'ioctl', 'read', 'write', 'hypercall']));
    const text = readFileSync(inFolder('events.txt'), 'utf8');
    expect(text).toContain(' -- port 14 <- dom7:9 pending\n');
    expect(text).not.toContain('ioctl');
    const others = new Set(recordsOf(inFolder('none.jsonl')).map(({ type }) => type));
    expect(others).toEqual(new Set(['open', 'release']));
  });

  it('is of the private host of run, by its process', async () => {
    const script = 'p = bind(0); q = connect(0, p); sys.stdin.readline(); notify(q)';
    const run = await startRun(onDevice(`say(1); ${script}; say(2); sys.stdin.readline()`));
    await run.line();
    const file = inFolder('private.jsonl');
    const words = [COMMAND, 'trace', '--pid', run.pid, '-o', file];
    const trace = await Client.start(process.execPath, words);
    const told = (text: string) =>
      vi.waitFor(() => expect(readFileSync(file, 'utf8')).toContain(text), { timeout: PATIENCE });
    // Its first line is written when it traces.
    await told('\n');
    run.say();
    await run.line();
    await told('EVTCHNOP_send');
    run.say();
    await run.endedWell();
    const { status, stderr } = await trace.ended();
    expect(status).toBe(0);
    expect(stderr).toMatch(/^xen-evtchn: the host has ended: \d+ records of \d+ events? in /);
    const sent = recordsOf(file).filter(
      (record) => record.type === 'hypercall' && record.op === 'EVTCHNOP_send',
    );
    expect(sent).toHaveLength(1);
  });
});

describe('the end of a trace', () => {
  /** Sends events on a loopback channel of domain 0, one for each line. */
  const sender = (): Promise<Client> =>
    startRun([
      ...['--host', host.directory],
      ...onDevice(
        'p = bind(0); q = connect(0, p); say(p)\nfor line in sys.stdin: notify(q); say("sent")',
      ),
    ]);
  const send = async (client: Client): Promise<void> => {
    client.say();
    await client.line();
  };
  const end = async (client: Client): Promise<void> => {
    client.hangUp();
    await client.endedWell();
    await host.untilUnused(0);
  };

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'at %s has all that has happened by then, and a whole file',
    async (signal) => {
      const files = ['a.jsonl', 'b.json', 'c.txt'].map(inFolder);
      const client = await sender();
      await client.line();
      const traces = await Promise.all(files.map((file) => startTrace(host, '-o', file)));
      await send(client);
      for (const trace of traces) trace.signal(signal);
      for (const trace of traces) expect((await trace.ended()).status).toBe(0);
      const { complete, batches } = readJsonLines(readFileSync(files[0]!, 'utf8'));
      expect(complete).toBe(true);
      const types = batches.flatMap(({ records }) => records.map(({ type }) => type));
      expect(types).toContain('ioctl');
      expect(readChromeTrace(readFileSync(files[1]!, 'utf8')).slices.length).toBeGreaterThan(0);
      expect(readFileSync(files[2]!, 'utf8')).toMatch(/NOTIFY.*\n-- end of the trace: .*\n$/);
      await end(client);
    },
  );

  it('leaves what was written by then, of one that is killed', async () => {
    const files = ['a.jsonl', 'b.json', 'c.txt'].map(inFolder);
    const client = await sender();
    await client.line();
    const traces = await Promise.all(files.map((file) => startTrace(host, '-o', file)));
    await send(client);
    const written = () => files.map((file) => /NOTIFY|"ph":"s"/.test(readFileSync(file, 'utf8')));
    await vi.waitFor(() => expect(written()).toEqual([true, true, true]), { timeout: PATIENCE });
    for (const trace of traces) {
      trace.signal('SIGKILL');
      expect((await trace.ended()).status).toBe(137);
    }
    const { complete, batches } = readJsonLines(readFileSync(files[0]!, 'utf8'));
    expect(complete).toBe(false);
    expect(batches[0]!.records.length).toBeGreaterThan(0);
    const { slices } = readChromeTrace(readFileSync(files[1]!, 'utf8'), true);
    expect(slices.length).toBeGreaterThan(0);
    expect(readFileSync(files[2]!, 'utf8').endsWith('\n')).toBe(true);
    await end(client);
  });

  it('is after a number of records, or a time', async () => {
    const client = await sender();
    await client.line();
    const counted = await startTrace(host, '--count', 2, '-o', inFolder('counted.jsonl'));
    await send(client);
    expect(await summaryOf(counted)).toMatch(/: 2 records of 1 event in /);
    expect(recordsOf(inFolder('counted.jsonl'))).toHaveLength(2);
    const timed = await startTrace(host, '--duration', 0.3);
    expect(await summaryOf(timed)).toMatch(/: 0 records of 0 events in 0\.\d s, none dropped\n/);
    await end(client);
  });

  it('is quiet when its reader has seen enough', async () => {
    const client = await sender();
    await client.line();
    const words = ['"$0" "$@" | head -n 2', process.execPath, COMMAND, 'trace'];
    const piped = await Client.start('bash', [
      // Where its input is a socket and SHLVL is not set, it takes itself for a remote shell, which runs ~/.bashrc.
      ...['--norc', '-o', 'pipefail', '-c', ...words, '--host', host.directory],
    ]);
    const traces = async (): Promise<number> => {
      const children = readFileSync(`/proc/${piped.pid}/task/${piped.pid}/children`, 'utf8');
      return Number(children.split(' ')[0]);
    };
    await vi.waitFor(async () => expect(await traces()).toBeGreaterThan(0), { timeout: PATIENCE });
    await untilTracing(await traces(), host);
    await send(client);
    await piped.line();
    await piped.line();
    // The next that it writes tells it.
    while (piped.alive) {
      await send(client);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await piped.ended()).toMatchObject({ status: 0, stderr: '' });
    await end(client);
  });

  it('is when the host ends', async () => {
    const other = await ServedHost.start({ domains: [0] });
    const trace = await startTrace(other, '-o', inFolder('other.jsonl'));
    await other.stop();
    expect(await summaryOf(trace)).toMatch(/^xen-evtchn: the host has ended: 0 records of 0 /);
    expect(readJsonLines(readFileSync(inFolder('other.jsonl'), 'utf8')).complete).toBe(true);
  });

  it('is soon even if the host does not answer', async () => {
    const trace = await startTrace(host, '-o', inFolder('stopped.jsonl'));
    // It must not be waiting for an answer that the server has begun: for that the kernel waits whatever comes.
    for (const client of [trace, host.server]) {
      client.signal('SIGSTOP');
      await vi.waitFor(() => expect(states(client.pid)).toEqual(new Set(['T'])), {
        timeout: PATIENCE,
      });
    }
    trace.signal('SIGINT');
    trace.signal('SIGCONT');
    const { status, stderr } = await trace.ended();
    host.server.signal('SIGCONT');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^xen-evtchn: 0 records .*\n.*the host does not answer: the end .*\n$/);
  });

  it.each([
    ['a folder that is not there', '/no/such/folder/trace.txt', 'No such file or directory'],
    ['a full disk', '/dev/full', 'No space left on device'],
  ])('is a failure of one line for %s', async (_, path, reason) => {
    const words = [COMMAND, 'trace', '--host', host.directory, '--format', 'json', '-o', path];
    const trace = await Client.start(process.execPath, words);
    expect(await trace.ended()).toEqual({
      status: 1,
      stdout: '',
      stderr: `xen-evtchn: cannot write the trace to ${path}: ${reason}\n`,
    });
  });

  it('leaves a file alone if there is no host', async () => {
    const path = inFolder('precious.txt');
    writeFileSync(path, 'an older trace');
    const words = [COMMAND, 'trace', '--host', folder, '-o', path];
    const { status, stderr } = await (await Client.start(process.execPath, words)).ended();
    expect(status).toBe(1);
    expect(stderr).toContain(`no host is served at ${folder}`);
    expect(readFileSync(path, 'utf8')).toBe('an older trace');
  });
});

describe('what a trace shows while it runs', () => {
  it('is a line of progress on a terminal, none elsewhere', async () => {
    const file = inFolder('a.txt');
    const words = `'${process.execPath}' '${COMMAND}' trace --host '${host.directory}' --duration 0.5`;
    const shown = await output('script', ['-qec', `${words} -o '${file}'`, '/dev/null']);
    expect(shown).toContain('\r\x1b[K0 records, 0 dropped, 0/s');
    expect(shown).toMatch(/K(xen-evtchn: 0 records of 0 events in .*)\r\n$/);
    const trace = await startTrace(host, '--duration', 0.3, '-o', file);
    expect(await summaryOf(trace)).toMatch(/^xen-evtchn: 0 records of 0 events in .*\n$/);
  });

  it('is how many records were lost while nobody read it', async () => {
    const pipe = inFolder('pipe');
    execFileSync('mkfifo', [pipe]);
    // Opens the other end of the pipe, and reads it when it is told so.
    const reader = spawn(
      'sh',
      ['-c', 'exec 3<"$0"; read go; exec cat <&3 >"$1"', pipe, inFolder('read')],
      {
        stdio: ['pipe', 'ignore', 'inherit'],
      },
    );
    const trace = await startTrace(host, '-o', pipe);
    const storm = await Client.start(program('storm'), [host.device()]);
    expect(await storm.line()).toBe('storming');
    // More events than the host keeps records.
    const events = async (): Promise<number> => {
      const text = readFileSync(join(host.directory, 'state'), 'utf8');
      const { domains } = JSON.parse(text) as { domains: { channels: { events?: number }[] }[] };
      return domains[0]!.channels.reduce((sum, { events: count = 0 }) => sum + count, 0);
    };
    await vi.waitFor(async () => expect(await events()).toBeGreaterThan(100_000), {
      timeout: 50_000,
    });
    storm.hangUp();
    await storm.endedWell();
    reader.stdin.end('go\n');
    trace.signal('SIGINT');
    const { status, stderr } = await trace.ended();
    expect(status).toBe(0);
    if (reader.exitCode === null) await once(reader, 'exit');
    const dropped = Number(/ (\d+) dropped/.exec(stderr)?.[1]);
    expect(dropped).toBeGreaterThan(0);
    const told =
      readFileSync(inFolder('read'), 'utf8').match(/^-- (\d+) records lost here/gm) ?? [];
    const lost = told.map((line) => Number(/\d+/.exec(line)?.[0]));
    expect(lost.reduce((sum, count) => sum + count, 0)).toBe(dropped);
  });
});
