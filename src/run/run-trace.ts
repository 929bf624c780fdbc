import { setTimeout as delay } from 'node:timers/promises';
import { errorText } from '../errors/error-text.js';
import { TraceFilter } from '../trace-formats/trace-filter.js';
import { type TraceFormatName, traceFormat } from '../watch/trace-file-format.js';
import type { TraceOutput } from '../watch/trace-output.js';
import { type TraceEnd, TraceRecording } from '../watch/trace-recording.js';
import { cutShortText, END_PATIENCE, summaryText } from '../watch/trace-report.js';
import { TreeHost } from '../watch/tree-host.js';
import { tell } from './message.js';

/** The trace that a run writes. */
export interface RunTraceRequest {
  /** The file. */
  readonly path: string;
  readonly format: TraceFormatName;
}

/** A trace of what programs do, from before the first starts until after the last has ended. */
export class RunTrace {
  readonly #output: TraceOutput;
  readonly #recording: TraceRecording;
  readonly #began: number;
  /** Why it is over; an error if it failed. */
  readonly #over: Promise<TraceEnd | Error>;

  private constructor(output: TraceOutput, recording: TraceRecording, over: Promise<TraceEnd>) {
    this.#output = output;
    this.#recording = recording;
    this.#began = performance.now();
    this.#over = over.catch((error: unknown) =>
      error instanceof Error ? error : new Error(errorText(error)),
    );
  }

  /**
   * Begins. When it resolves nothing that happens is missed.
   * @param output - closed in the end
   * @param tree - directory of the host's tree, for every thread of this process
   * @throws (rejects) Error if the host cannot be traced, or the output not be written
   */
  static async start(
    format: TraceFormatName,
    output: TraceOutput,
    tree: string,
  ): Promise<RunTrace> {
    const explain = (error: unknown) => new Error(`cannot trace the host: ${errorText(error)}`);
    const host = new TreeHost({ path: tree, name: 'the host', explain });
    const makeFormat = await traceFormat(format);
    let begun = (): void => {};
    const beginning = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const recording = new TraceRecording(host, {
      filter: new TraceFilter({ domains: [], ports: [], processes: [] }),
      format: makeFormat,
      output,
      onBegin: begun,
    });
    const over = recording.run();
    const trace = new RunTrace(output, recording, over);
    await Promise.race([beginning, over]);
    return trace;
  }

  /**
   * Ends it with all that has happened by now, and says what it has come to.
   * @returns whether all of it was written
   */
  async end(): Promise<boolean> {
    this.#recording.end(Number.POSITIVE_INFINITY);
    const end = await this.#overOrStuck();
    if (end instanceof Error) {
      tell(end.message);
      return false;
    }
    const took = performance.now() - this.#began;
    tell(summaryText(this.#recording.progress, took, end ?? 'late', this.#output));
    if (end !== undefined) return this.#close();
    tell(cutShortText(this.#output));
    return false;
  }

  /** Waits for its end; undefined if it does not go on. */
  async #overOrStuck(): Promise<TraceEnd | Error | undefined> {
    const ended = new AbortController();
    const { signal } = ended;
    void this.#over.then(() => ended.abort());
    for (let records = -1; records < this.#recording.progress.records; ) {
      records = this.#recording.progress.records;
      await delay(END_PATIENCE, undefined, { signal }).catch(() => {});
      if (signal.aborted) return this.#over;
    }
    return undefined;
  }

  async #close(): Promise<boolean> {
    try {
      await this.#output.close();
      return true;
    } catch (error) {
      tell(errorText(error));
      return false;
    }
  }
}
