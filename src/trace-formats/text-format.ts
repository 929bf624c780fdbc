import type { TraceBatch } from '../trace/trace-batch.js';
import type { TraceRecord } from '../trace/trace-record.js';
import { actorText, recordText } from './record-text.js';
import type { TraceFormat, TraceStart, TraceSummary } from './trace-format.js';
import { TraceNames } from './trace-names.js';

/** How a trace is written as text. */
export interface TextFormatOptions extends TraceStart {
  /** How a time is written, in milliseconds of the host's clock; of one width, so that lines are aligned. */
  readonly formatTime: (time: number) => string;
}

/** Characters that columns are at least wide; they grow with what comes and do not shrink. */
const DOMAIN_WIDTH = 5;
const ACTOR_WIDTH = 12;

/**
 * A line for each record, as strace has one for each call: when, in which domain, who, what, and with what result.
 *
 * ```
 * 19:04:11.204518 dom0  xen          -- port 14 <- dom7:9 pending
 * 19:04:11.204518 dom7  guest        EVTCHNOP_send({port=9}) = 0
 * ```
 *
 * What made a port pending is told by the record behind it, so that the line of one that is the last of its batch comes with
 * the next, an empty one too.
 */
export class TextFormat implements TraceFormat {
  readonly #formatTime: (time: number) => string;
  readonly #names: TraceNames;
  #domainWidth = DOMAIN_WIDTH;
  #actorWidth = ACTOR_WIDTH;
  #before: TraceRecord | undefined;
  #held: TraceRecord | undefined;
  /** Ports that an open file's write has re-enabled so far. */
  readonly #enabled = new Map<number, number[]>();

  constructor({ formatTime, snapshot }: TextFormatOptions) {
    this.#formatTime = formatTime;
    this.#names = new TraceNames(snapshot);
  }

  begin(): string {
    return '';
  }

  batch({ records, dropped }: TraceBatch): string {
    const lines: string[] = [];
    if (dropped > 0) {
      this.#release(lines, undefined);
      lines.push(`-- ${dropped} records lost here: they came faster than they could be written\n`);
      this.#before = undefined;
      this.#enabled.clear();
    }
    // The record behind it would have come with it, or soon after.
    if (records.length === 0) this.#release(lines, undefined);
    for (const record of records) {
      this.#release(lines, record);
      if (record.type === 'set-pending') this.#held = record;
      else lines.push(this.#line(record, undefined));
    }
    return lines.join('');
  }

  leaveOut(record: TraceRecord): void {
    this.#names.take(record);
  }

  end({ records, dropped }: TraceSummary): string {
    const lines: string[] = [];
    this.#release(lines, undefined);
    lines.push(
      `-- end of the trace: ${records} records, ${dropped === 0 ? 'none' : dropped} lost\n`,
    );
    return lines.join('');
  }

  /** Writes the record that waited for the one behind it. */
  #release(lines: string[], after: TraceRecord | undefined): void {
    if (this.#held === undefined) return;
    lines.push(this.#line(this.#held, after));
    this.#held = undefined;
  }

  #line(record: TraceRecord, after: TraceRecord | undefined): string {
    const { time, domid } = record;
    const domain = `dom${domid}`;
    const actor = actorText(record, this.#names);
    const text = recordText(record, {
      names: this.#names,
      before: this.#before,
      after,
      enabled: this.#enabledBy(record),
    });
    this.#names.take(record);
    this.#before = record;
    this.#domainWidth = Math.max(this.#domainWidth, domain.length);
    this.#actorWidth = Math.max(this.#actorWidth, actor.length);
    const columns = [
      this.#formatTime(time),
      domain.padEnd(this.#domainWidth),
      actor.padEnd(this.#actorWidth),
      text,
    ];
    return `${columns.join(' ')}\n`;
  }

  #enabledBy(record: TraceRecord): readonly number[] {
    if (record.type === 'eoi') {
      const enabled = this.#enabled.get(record.file);
      if (enabled === undefined) this.#enabled.set(record.file, [record.port]);
      else enabled.push(record.port);
    }
    if (record.type !== 'write') return [];
    const enabled = this.#enabled.get(record.file) ?? [];
    this.#enabled.delete(record.file);
    return enabled;
  }
}
