import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type TraceRequest, TraceRun } from '../../../src/cli/trace-run.js';
import { exitAtOnce } from '../../../src/native/process.js';
import { StopRequest } from '../../../src/serve/stop-request.js';
import type { HostSnapshot } from '../../../src/snapshot/host-snapshot.js';
import type { TraceBatch } from '../../../src/trace/trace-batch.js';
import { openWatchedHost } from '../../../src/watch/open-watched-host.js';
import type { WatchedHost } from '../../../src/watch/watched-host.js';
import { snapshotOf } from '../snapshot/snapshot-fixture.js';

vi.mock('../../../src/watch/open-watched-host.js', () => ({ openWatchedHost: vi.fn() }));
vi.mock('../../../src/native/process.js', () => ({ exitAtOnce: vi.fn() }));

const QUIET: TraceBatch = { records: [], dropped: 0 };
const EVENT: TraceBatch = {
  records: [
    { time: 1, type: 'set-pending', domid: 0, port: 14, vcpu: 0, coalesced: false, masked: false },
    { time: 2, type: 'eoi', domid: 0, file: 1, port: 14 },
  ],
  dropped: 0,
};
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** A standard stream that keeps what is written. */
class KeptStream extends Writable {
  readonly fd = 1;
  isTTY = false;
  text = '';
  /** Called within each write; what it throws is what is wrong with the stream. */
  onWrite: () => void = () => {};

  constructor() {
    super({ decodeStrings: false });
  }

  override _write(text: string, _: BufferEncoding, done: (error?: Error) => void): void {
    try {
      this.onWrite();
      this.text += text;
      done();
    } catch (error) {
      done(error as Error);
    }
  }
}

let directory: string;
let path: string;
let out: KeptStream;
let err: KeptStream;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'trace-run-'));
  path = join(directory, 'trace');
  out = new KeptStream();
  err = new KeptStream();
  vi.spyOn(process, 'stdout', 'get').mockReturnValue(out as unknown as typeof process.stdout);
  vi.spyOn(process, 'stderr', 'get').mockReturnValue(err as unknown as typeof process.stderr);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.mocked(exitAtOnce).mockReset();
  rmSync(directory, { recursive: true });
});

/** Traces a host that gives these batches, each when it is asked for, and ends then. */
async function traced(
  batches: readonly (() => TraceBatch | Promise<TraceBatch>)[],
  request: Partial<TraceRequest> = {},
): Promise<void> {
  const host: Pick<WatchedHost, 'name' | 'snapshot' | 'follow'> = {
    name: '/srv/xen',
    snapshot: async (): Promise<HostSnapshot> => snapshotOf(),
    async *follow() {
      for (const batch of batches) yield await batch();
    },
  };
  vi.mocked(openWatchedHost).mockResolvedValue(host as WatchedHost);
  const whole: TraceRequest = {
    choice: { host: '/srv/xen' },
    selection: { domains: [], ports: [], processes: [] },
    groups: [],
    format: 'json',
    path,
    duration: undefined,
    count: undefined,
    ...request,
  };
  await new TraceRun(whole, new StopRequest(() => {})).run();
}

/** Types of the records in a trace. */
function types(text: string): unknown[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => (JSON.parse(line) as { type?: unknown }).type);
}

/** How many listen to the signals that end a trace. */
const listeners = (): number[] => SIGNALS.map((signal) => process.listenerCount(signal));

describe('TraceRun', () => {
  it('writes a file until the host ends, and says what it came to', async () => {
    await traced([() => EVENT, () => QUIET]);
    const text = readFileSync(path, 'utf8');
    expect(types(text)).toEqual(expect.arrayContaining(['set-pending', 'eoi']));
    expect(openWatchedHost).toHaveBeenLastCalledWith({ host: '/srv/xen' });
    expect(err.text).toMatch(
      /^xen-evtchn: the host has ended: 2 records of 1 event in \d+\.\d s, none dropped; \d+ B in /,
    );
    expect(err.text.endsWith(` ${text.length} B in ${path}\n`)).toBe(true);
  });

  it('writes to standard output without a file, and does not tell its size', async () => {
    await traced([() => EVENT], { path: undefined });
    expect(types(out.text)).toEqual(expect.arrayContaining(['set-pending', 'eoi']));
    expect(err.text).toMatch(/none dropped\n$/);
  });

  it('says nothing when whoever read standard output has gone', async () => {
    out.onWrite = () => {
      throw Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    };
    await traced([() => EVENT, () => QUIET], { path: undefined });
    expect(err.text).toBe('');
  });

  it('ends with enough records', async () => {
    await traced([() => EVENT, () => EVENT], { count: 1 });
    expect(err.text).toMatch(/^xen-evtchn: 1 record of 1 event in /);
  });

  it('writes the kinds that are wanted only', async () => {
    await traced([() => EVENT], { groups: ['channels'] });
    expect(err.text).toContain(': 0 records of 0 events in ');
  });

  it('ends after its time', async () => {
    const late = (): TraceBatch => {
      vi.advanceTimersByTime(60_000);
      return QUIET;
    };
    const more = vi.fn(() => EVENT);
    // That look began before the end: one more is made.
    await traced([() => EVENT, late, () => QUIET, more], { duration: 60_000 });
    expect(more).not.toHaveBeenCalled();
    expect(err.text).toMatch(/^xen-evtchn: 2 records of 1 event in /);
  });

  it('ends by a signal, to which nothing listens before and after', async () => {
    const before = listeners();
    let during: number[] = [];
    const signalled = async (): Promise<TraceBatch> => {
      during = listeners();
      process.emit('SIGHUP', 'SIGHUP');
      await Promise.resolve();
      return QUIET;
    };
    const more = vi.fn(() => EVENT);
    await traced([() => EVENT, signalled, () => QUIET, more]);
    expect(during).toEqual(before.map((count) => count + 1));
    expect(listeners()).toEqual(before);
    expect(more).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
    expect(exitAtOnce).not.toHaveBeenCalled();
  });

  it('shows on a terminal how it goes, and takes that away in the end', async () => {
    err.isTTY = true;
    await traced([() => EVENT]);
    const [, progress, summary] = err.text.split('\r\x1b[K');
    expect(progress).toBe('2 records, 0 dropped, 0/s');
    expect(summary).toMatch(/^xen-evtchn: the host has ended: 2 records/);
  });

  it('ends the process when the host does not answer', async () => {
    const stuck = (): TraceBatch => {
      vi.advanceTimersByTime(1000);
      expect(exitAtOnce).not.toHaveBeenCalled();
      vi.advanceTimersByTime(1500);
      expect(exitAtOnce).toHaveBeenCalledWith(1);
      return QUIET;
    };
    await traced([() => EVENT, stuck], { duration: 1000 });
    expect(err.text).toContain(
      'xen-evtchn: the host does not answer: the end of the trace is missing\n',
    );
  });

  it('ends the process when nobody reads what it writes', async () => {
    out.onWrite = () => vi.advanceTimersByTime(2500);
    await traced([() => EVENT], { path: undefined, duration: 1000 });
    expect(exitAtOnce).toHaveBeenCalledWith(1);
    expect(err.text).toContain(
      'xen-evtchn: nobody reads standard output: the end of the trace is missing\n',
    );
  });

  it('leaves signals and timers alone when the host cannot be followed', async () => {
    const before = listeners();
    const broken = (): TraceBatch => {
      throw new Error('it cannot be followed');
    };
    await expect(traced([broken], { duration: 1000 })).rejects.toThrow('it cannot be followed');
    expect(listeners()).toEqual(before);
    expect(vi.getTimerCount()).toBe(0);
    expect(err.text).toBe('');
  });
});
