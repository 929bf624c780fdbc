import type { HostSnapshot } from '../snapshot/host-snapshot.js';
import type { TraceBatch } from '../trace/trace-batch.js';
import type { TraceRecord } from '../trace/trace-record.js';
import { isOfGroup, type RecordGroup } from '../trace-formats/record-groups.js';
import type { TraceFilter } from '../trace-formats/trace-filter.js';
import type { TraceFormat } from '../trace-formats/trace-format.js';
import type { TraceOutput } from './trace-output.js';
import type { WatchedHost } from './watched-host.js';

/** How far a trace has come. */
export interface TraceProgress {
  /** Records written. */
  readonly records: number;
  /** Events among them: each that was made pending, those that merged included. */
  readonly events: number;
  /** Records lost, because they were not read in time. */
  readonly dropped: number;
}

/** Why a trace is over. */
export type TraceEnd =
  /** It was to end: by a signal, after its time, or with enough records. */
  | 'asked'
  /** The same, and more had happened by then than could be written soon: its end is missing. */
  | 'late'
  /** The host has ended. */
  | 'host'
  /** Nobody reads the output any more. */
  | 'unread';

/** What is traced, and how it is written. */
export interface RecordingOptions {
  readonly filter: TraceFilter;
  /** Kinds of records that are written; all if there are none. */
  readonly groups?: readonly RecordGroup[] | undefined;
  /** Makes the format when it is known what the host is like; told whether records will be left out. */
  readonly format: (snapshot: HostSnapshot, filtered?: true) => TraceFormat;
  readonly output: TraceOutput;
  /** Records after which it ends. */
  readonly count?: number | undefined;
  /** Called when it has begun: from then on nothing is missed. */
  readonly onBegin?: (() => void) | undefined;
  /** Called after every look, with news or without. */
  readonly onProgress?: (() => void) | undefined;
}

/** What a look brings when nothing has happened since the one before. */
function isQuiet({ records, dropped }: TraceBatch): boolean {
  return records.length === 0 && dropped === 0;
}

/**
 * Writes a trace of a host. Each batch is written before the next is read, so that a slow output makes the host drop records,
 * and say so, rather than this process grow.
 */
export class TraceRecording {
  readonly #host: WatchedHost;
  readonly #options: RecordingOptions;
  #records = 0;
  #events = 0;
  #dropped = 0;
  /** When it was to end, in milliseconds since 1970, and when it does at the latest, in those of `performance.now`. */
  #ending: { readonly at: number; readonly deadline: number } | undefined;
  /** A record was seen from after its end. */
  #passed = false;
  /** Milliseconds since 1970 at time 0 of the host; undefined if it does not tell. */
  #epoch: number | undefined;

  constructor(host: WatchedHost, options: RecordingOptions) {
    this.#host = host;
    this.#options = options;
  }

  /** How far it has come. */
  get progress(): TraceProgress {
    return { records: this.#records, events: this.#events, dropped: this.#dropped };
  }

  /**
   * Has it end with what has happened by now.
   * @param patience - milliseconds that may take where more keeps coming
   */
  end(patience = 500): void {
    this.#ending ??= { at: Date.now(), deadline: performance.now() + patience };
  }

  /** Records until the end. @throws (rejects) Error if the host cannot be followed, or the output not be written */
  async run(): Promise<TraceEnd> {
    const { filter, groups = [], format, output, onBegin } = this.#options;
    const batches = this.#host.follow()[Symbol.asyncIterator]();
    try {
      // With the first batch the trace is on: nothing happens unseen between it and the snapshot.
      const first = await batches.next();
      if (first.done === true) return 'host';
      const snapshot = await this.#host.snapshot();
      this.#epoch = snapshot.wallTime && snapshot.wallTime - snapshot.time;
      filter.begin(snapshot);
      const text = format(snapshot, filter.wantsAll && groups.length === 0 ? undefined : true);
      await output.write(text.begin());
      onBegin?.();
      const end = await this.#record(text, first, batches);
      const { records, dropped } = this.progress;
      await output.write(text.end({ records, dropped }));
      return output.unread ? 'unread' : end;
    } finally {
      await batches.return?.();
    }
  }

  async #record(
    format: TraceFormat,
    first: IteratorResult<TraceBatch>,
    batches: AsyncIterator<TraceBatch>,
  ): Promise<TraceEnd> {
    const { output, onProgress } = this.#options;
    // A look that began before the end may have come too early for what happened until then.
    let lookedAfter = false;
    for (let next = first; next.done !== true; ) {
      await output.write(this.#text(next.value, format));
      onProgress?.();
      if (output.unread) return 'unread';
      const end = this.#endWith(next.value, lookedAfter);
      if (end !== undefined) return end;
      lookedAfter = this.#ending !== undefined;
      next = await batches.next();
    }
    return 'host';
  }

  /** What is written of a batch. */
  #text(batch: TraceBatch, format: TraceFormat): string {
    const { filter, groups = [], count = Number.POSITIVE_INFINITY } = this.#options;
    if (isQuiet(batch)) return format.batch(batch);
    let text = '';
    let wanted: TraceRecord[] = [];
    let { dropped } = batch;
    const flush = (): void => {
      if (wanted.length === 0 && dropped === 0) return;
      text += format.batch({ records: wanted, dropped });
      wanted = [];
      dropped = 0;
    };
    this.#dropped += dropped;
    for (const record of batch.records) {
      if (this.#records >= count || this.#isPast(record)) break;
      const ofGroup = groups.length === 0 || groups.some((group) => isOfGroup(record, group));
      if (filter.wants(record) && ofGroup) {
        wanted.push(record);
        this.#records++;
        if (record.type === 'set-pending') this.#events++;
      } else {
        flush();
        format.leaveOut(record);
      }
    }
    flush();
    return text;
  }

  /** Whether a record is from after the end; by a clock that tells milliseconds only, and those of both sides. */
  #isPast({ time }: TraceRecord): boolean {
    if (this.#ending === undefined || this.#epoch === undefined) return false;
    if (this.#epoch + time > this.#ending.at + 2) this.#passed = true;
    return this.#passed;
  }

  /** Whether a batch was the last one, and how. */
  #endWith(batch: TraceBatch, lookedAfter: boolean): TraceEnd | undefined {
    const { count = Number.POSITIVE_INFINITY } = this.#options;
    if (this.#records >= count || this.#passed) return 'asked';
    if (this.#ending === undefined) return undefined;
    if (isQuiet(batch) && lookedAfter) return 'asked';
    return performance.now() >= this.#ending.deadline ? 'late' : undefined;
  }
}
