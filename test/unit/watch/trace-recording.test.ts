import { describe, expect, it } from 'vitest';
import type { HostSnapshot } from '../../../src/snapshot/host-snapshot.js';
import type { TraceBatch } from '../../../src/trace/trace-batch.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';
import { TraceFilter, type TraceSelection } from '../../../src/trace-formats/trace-filter.js';
import type { TraceFormat } from '../../../src/trace-formats/trace-format.js';
import type { TraceOutput } from '../../../src/watch/trace-output.js';
import { type RecordingOptions, TraceRecording } from '../../../src/watch/trace-recording.js';
import type { WatchedHost } from '../../../src/watch/watched-host.js';
import { snapshotOf } from '../snapshot/snapshot-fixture.js';

const QUIET: TraceBatch = { records: [], dropped: 0 };

/** An event on a port of domain 0, and the write-back. */
function steps(port: number): TraceRecord[] {
  return [
    { time: 1, type: 'set-pending', domid: 0, port, vcpu: 0, coalesced: false, masked: false },
    { time: 2, type: 'eoi', domid: 0, file: 1, port },
  ];
}

/** A host that gives these batches, then what `then` says, and ends. */
class ScriptedHost {
  readonly log: string[] = [];
  /** Milliseconds since 1970 at time 0. */
  wallTime: number | undefined;
  readonly #batches: readonly TraceBatch[];
  readonly #then: (() => TraceBatch) | undefined;

  constructor(batches: readonly TraceBatch[], then?: () => TraceBatch) {
    this.#batches = batches;
    this.#then = then;
  }

  async snapshot(): Promise<HostSnapshot> {
    this.log.push('snapshot');
    return { ...snapshotOf(), wallTime: this.wallTime };
  }

  async *follow(): AsyncGenerator<TraceBatch> {
    try {
      this.log.push('on');
      yield* this.#batches;
      while (this.#then !== undefined) yield this.#then();
    } finally {
      this.log.push('off');
    }
  }
}

/** An output that keeps what it is given; `write` may be told to do something else. */
class KeptOutput implements TraceOutput {
  readonly name = 'kept';
  readonly busy = false;
  unread = false;
  text = '';
  onWrite: (text: string) => void = () => {};

  get bytes(): number {
    return this.text.length;
  }

  async write(text: string): Promise<void> {
    this.onWrite(text);
    if (!this.unread) this.text += text;
  }

  async close(): Promise<void> {}
}

/** One letter a record. */
const letters: TraceFormat = {
  begin: () => '<',
  batch: ({ records, dropped }) =>
    `${dropped > 0 ? `(${dropped} dropped)` : ''}${records.map(({ type }) => type[0]).join('')}`,
  leaveOut: () => {},
  end: ({ records, dropped }) => `> ${records} ${dropped}`,
};

function recording(
  host: ScriptedHost,
  output: TraceOutput,
  options: Partial<RecordingOptions> = {},
  selection: Partial<TraceSelection> = {},
): TraceRecording {
  return new TraceRecording(host as unknown as WatchedHost, {
    filter: new TraceFilter({ domains: [], ports: [], processes: [], ...selection }),
    format: () => letters,
    output,
    ...options,
  });
}

describe('TraceRecording', () => {
  it('writes what comes until the host ends, and counts it', async () => {
    const output = new KeptOutput();
    const host = new ScriptedHost([
      { records: steps(14), dropped: 0 },
      QUIET,
      { records: steps(15), dropped: 3 },
    ]);
    const trace = recording(host, output);
    expect(await trace.run()).toBe('host');
    expect(output.text).toBe('<se(3 dropped)se> 4 3');
    expect(trace.progress).toEqual({ records: 4, events: 2, dropped: 3 });
  });

  it('has the trace on before it looks at the host, and off in the end', async () => {
    const host = new ScriptedHost([QUIET]);
    await recording(host, new KeptOutput()).run();
    expect(host.log).toEqual(['on', 'snapshot', 'off']);
  });

  it('tells the format what the host is like', async () => {
    const host = new ScriptedHost([QUIET]);
    const seen: unknown[] = [];
    const format = (snapshot: HostSnapshot): TraceFormat => {
      seen.push(snapshot);
      return letters;
    };
    await recording(host, new KeptOutput(), { format }).run();
    expect(seen).toEqual([snapshotOf()]);
  });

  it.each<[boolean, Partial<RecordingOptions>, Partial<TraceSelection>]>([
    [false, {}, {}],
    [false, { groups: [] }, {}],
    [true, { groups: ['events'] }, {}],
    [true, {}, { domains: [7] }],
    [true, {}, { processes: ['qemu'] }],
  ])('tells the format whether records will be left out: %s for %j and %j', async (...given) => {
    const [left, options, selection] = given;
    const seen: unknown[] = [];
    const format = (_: HostSnapshot, filtered?: true): TraceFormat => {
      seen.push(filtered);
      return letters;
    };
    const output = new KeptOutput();
    await recording(new ScriptedHost([QUIET]), output, { ...options, format }, selection).run();
    expect(seen).toEqual([left ? true : undefined]);
  });

  it('ends with the number of records that is wanted, in the middle of a batch', async () => {
    const output = new KeptOutput();
    const host = new ScriptedHost([{ records: [...steps(14), ...steps(15)], dropped: 0 }], () => {
      throw new Error('asked for more');
    });
    expect(await recording(host, output, { count: 3 }).run()).toBe('asked');
    expect(output.text).toBe('<ses> 3 0');
  });

  it('writes what is selected only, and of the kinds that are wanted', async () => {
    const output = new KeptOutput();
    const host = new ScriptedHost([{ records: [...steps(14), ...steps(15)], dropped: 0 }]);
    const upcall: TraceRecord = { time: 0, type: 'upcall', domid: 0, vcpu: 0 };
    const calls = new ScriptedHost([
      { records: [upcall, { time: 0, type: 'write', domid: 0, file: 1, result: 4 }], dropped: 0 },
    ]);
    await recording(host, output, {}, { ports: [15] }).run();
    await recording(calls, output, { groups: ['calls'] }).run();
    expect(output.text).toBe('<se> 2 0<w> 1 0');
  });

  it('has the format take note of what is left out, in its place', async () => {
    const left: string[] = [];
    const output = new KeptOutput();
    const format = (): TraceFormat => ({
      ...letters,
      batch: ({ records }) => {
        left.push(...records.map(({ type }) => type));
        return '';
      },
      leaveOut: ({ type }) => left.push(`(${type})`),
    });
    const upcall: TraceRecord = { time: 0, type: 'upcall', domid: 0, vcpu: 0 };
    const host = new ScriptedHost([{ records: [...steps(14), upcall, ...steps(14)], dropped: 0 }]);
    await recording(host, output, { format }, { ports: [14] }).run();
    const both = ['set-pending', 'eoi'];
    expect(left).toEqual([...both, '(upcall)', ...both]);
  });

  it('ends with what has happened by then', async () => {
    const output = new KeptOutput();
    const later: TraceBatch[] = [{ records: steps(15), dropped: 0 }, QUIET, QUIET];
    const host = new ScriptedHost([{ records: steps(14), dropped: 0 }], () => later.shift()!);
    const trace = recording(host, output);
    output.onWrite = (text) => {
      if (text === 'se') trace.end();
    };
    expect(await trace.run()).toBe('asked');
    expect(output.text).toBe('<sese> 4 0');
    expect(later).toHaveLength(1);
  });

  it('ends with the last record from before its end, though more keep coming', async () => {
    const output = new KeptOutput();
    const at = (time: number): TraceRecord => ({ time, type: 'upcall', domid: 0, vcpu: 0 });
    // The time of the scripted host counts from a second ago on.
    const begin = Date.now() - 1000;
    const batches = [{ records: [at(1), at(2), at(60_000), at(3)], dropped: 7 }];
    const host = new ScriptedHost(batches, () => {
      throw new Error('asked for more');
    });
    host.wallTime = begin;
    const trace = recording(host, output, { onBegin: () => trace.end() });
    expect(await trace.run()).toBe('asked');
    expect(output.text).toBe('<(7 dropped)uu> 2 7');
  });

  it('ends in the middle of a storm when it takes too long', async () => {
    const host = new ScriptedHost([], () => ({ records: steps(14), dropped: 0 }));
    const trace = recording(host, new KeptOutput());
    trace.end(0);
    expect(await trace.run()).toBe('late');
    expect(host.log.at(-1)).toBe('off');
  });

  it('ends when nobody reads it any more', async () => {
    const output = new KeptOutput();
    output.onWrite = (text) => {
      if (text === 'se') output.unread = true;
    };
    const host = new ScriptedHost([], () => ({ records: steps(14), dropped: 0 }));
    expect(await recording(host, output).run()).toBe('unread');
    expect(output.text).toBe('<');
  });

  it('fails with the output, and turns the trace off', async () => {
    const output = new KeptOutput();
    output.onWrite = () => {
      throw new Error('the disk is full');
    };
    const host = new ScriptedHost([QUIET]);
    await expect(recording(host, output).run()).rejects.toThrow('the disk is full');
    expect(host.log.at(-1)).toBe('off');
  });

  it('reports progress after every look', async () => {
    let looks = 0;
    const host = new ScriptedHost([QUIET, QUIET, QUIET]);
    await recording(host, new KeptOutput(), { onProgress: () => looks++ }).run();
    expect(looks).toBe(3);
  });
});
