import type { HostSnapshot } from '../snapshot/host-snapshot.js';
import type { TraceBatch } from '../trace/trace-batch.js';
import type { TraceRecord } from '../trace/trace-record.js';
import type { TraceFormat, TraceStart, TraceSummary } from './trace-format.js';

/** Version of the layout of {@link JsonLinesFormat}; another one is written when what is there changes its meaning. */
export const JSON_LINES_VERSION = 1;

/** The first line of a trace in JSON lines. */
export interface JsonLinesHeader {
  readonly type: 'trace';
  readonly version: typeof JSON_LINES_VERSION;
  /** What the host was like when the trace began, if whoever wrote it knew. */
  readonly snapshot?: HostSnapshot | undefined;
  /** Some records are left out on purpose: it was asked for some domains, ports, processes or kinds only. */
  readonly filtered?: true | undefined;
}

/** What a {@link JsonLinesFormat} may say of its trace in the first line. */
export interface JsonLinesOptions extends TraceStart {
  /** Records will be left out: only some domains, ports, processes or kinds are wanted. */
  readonly filtered?: true | undefined;
}

/** A line that stands where records were lost. */
export interface JsonLinesDropped {
  readonly type: 'dropped';
  /** How many. */
  readonly records: number;
}

/** The last line, missing where the writer died. */
export interface JsonLinesEnd extends TraceSummary {
  readonly type: 'end';
}

/** Any line. */
export type JsonLine = JsonLinesHeader | TraceRecord | JsonLinesDropped | JsonLinesEnd;

/**
 * A trace as JSON, an object a line ({@link JsonLine}): a header, then each {@link TraceRecord} as it is, in order, with
 * times in milliseconds of the host's clock; `{"type":"dropped"}` where records were lost; `{"type":"end"}` last. Nothing is
 * left out, so the trace can be told again from it; {@link readJsonLines} reads it.
 */
export class JsonLinesFormat implements TraceFormat {
  readonly #start: JsonLinesOptions;

  constructor(start: JsonLinesOptions = {}) {
    this.#start = start;
  }

  begin(): string {
    const { snapshot, filtered } = this.#start;
    return line({ type: 'trace', version: JSON_LINES_VERSION, snapshot, filtered });
  }

  batch({ records, dropped }: TraceBatch): string {
    let text = dropped > 0 ? line({ type: 'dropped', records: dropped }) : '';
    for (const record of records) text += line(record);
    return text;
  }

  /** Each line stands by itself. */
  leaveOut(): void {}

  end({ records, dropped }: TraceSummary): string {
    return line({ type: 'end', records, dropped });
  }
}

function line(value: JsonLine): string {
  return `${JSON.stringify(value)}\n`;
}
