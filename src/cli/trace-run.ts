import { exitAtOnce } from '../native/process.js';
import type { StopRequest } from '../serve/stop-request.js';
import type { RecordGroup } from '../trace-formats/record-groups.js';
import { TraceFilter, type TraceSelection } from '../trace-formats/trace-filter.js';
import { type TraceFormatName, traceFormat } from '../watch/trace-file-format.js';
import type { TraceOutput } from '../watch/trace-output.js';
import { type RecordingOptions, type TraceEnd, TraceRecording } from '../watch/trace-recording.js';
import { cutShortText, END_PATIENCE, progressText, summaryText } from '../watch/trace-report.js';
import type { HostChoice } from '../watch/watched-host.js';
import { ProgressLine } from './progress-line.js';
import { standardError } from './standard-streams.js';

/** What `xen-evtchn trace` is to do. */
export interface TraceRequest {
  readonly choice: HostChoice;
  readonly selection: TraceSelection;
  /** Kinds of records that are written; all if empty. */
  readonly groups: readonly RecordGroup[];
  readonly format: TraceFormatName;
  /** The file; standard output unless given. */
  readonly path: string | undefined;
  /** Milliseconds after which it ends. */
  readonly duration: number | undefined;
  /** Records after which it ends. */
  readonly count: number | undefined;
}

const say = (text: string): void => standardError(`xen-evtchn: ${text}\n`);

async function openOutput(path: string | undefined): Promise<TraceOutput> {
  const { fileTraceOutput, standardTraceOutput } = await import('../watch/trace-output.js');
  return path === undefined ? standardTraceOutput() : fileTraceOutput(path);
}

/** One trace, from the start to its summary. */
export class TraceRun {
  readonly #request: TraceRequest;
  readonly #stop: StopRequest;
  #line: ProgressLine | undefined;
  #current:
    | { readonly output: TraceOutput; readonly recording: TraceRecording; readonly began: number }
    | undefined;
  /** Runs out when it should have ended. */
  #patience: NodeJS.Timeout | undefined;
  /** Records when the line was written last. */
  #shown = 0;

  /** @param stop - has it end */
  constructor(request: TraceRequest, stop: StopRequest) {
    this.#request = request;
    this.#stop = stop;
  }

  /**
   * Traces until the end. If it is to end and the output or the host does not go on, the process ends there. Signals have it
   * end once it has begun; before that they end the process, as ever.
   * @throws (rejects) Error if the host cannot be followed, or the output not be written
   */
  async run(): Promise<void> {
    const { choice, format, path, duration } = this.#request;
    const { openWatchedHost } = await import('../watch/open-watched-host.js');
    const host = await openWatchedHost(choice);
    const makeFormat = await traceFormat(format);
    const output = await openOutput(path);
    const recording = new TraceRecording(host, this.#recordingOptions(makeFormat, output));
    this.#current = { output, recording, began: performance.now() };
    if (path !== undefined && process.stderr.isTTY === true)
      this.#line = new ProgressLine(standardError, () => performance.now());
    const time = duration === undefined ? undefined : setTimeout(() => this.#end(), duration);
    this.#stop.listen();
    void this.#stop.wished.then(() => this.#end());
    try {
      const end = await recording.run();
      await output.close();
      this.#tell(end);
    } finally {
      this.#stop.ignore();
      clearTimeout(time);
      clearTimeout(this.#patience);
      this.#line?.clear();
    }
  }

  /** Has it end, one way or the other. */
  #end(): void {
    this.#current?.recording.end();
    this.#patience ??= setTimeout(() => this.#giveUp(), END_PATIENCE);
  }

  #recordingOptions(format: RecordingOptions['format'], output: TraceOutput): RecordingOptions {
    const { selection, groups, count } = this.#request;
    return {
      filter: new TraceFilter(selection),
      groups,
      format,
      output,
      count,
      onProgress: () => this.#showProgress(),
    };
  }

  #showProgress(): void {
    this.#line?.show((elapsed) => {
      const { progress } = this.#current!.recording;
      const rate = ((progress.records - this.#shown) * 1000) / elapsed;
      this.#shown = progress.records;
      return progressText(progress, rate);
    });
  }

  /** The last line: what it came to. */
  #tell(end: TraceEnd): void {
    const { output, recording, began } = this.#current!;
    const { path } = this.#request;
    this.#line?.clear();
    // As of head: whoever reads standard output has seen enough, and wants no more words.
    if (end === 'unread' && path === undefined) return;
    const file = path === undefined ? undefined : output;
    say(summaryText(recording.progress, performance.now() - began, end, file));
  }

  /** Ends the process in the middle of a call that does not return. */
  #giveUp(): never {
    const { output } = this.#current!;
    this.#tell('asked');
    say(cutShortText(output));
    return exitAtOnce(1);
  }
}
