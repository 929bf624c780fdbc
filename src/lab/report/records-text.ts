import { EAGAIN } from '../../abi/errno.js';
import type { TraceRecord } from '../../trace/trace-record.js';
import { recordText } from '../../trace-formats/record-text.js';
import { TraceNames } from '../../trace-formats/trace-names.js';

/** What the call that asked for it says as well. */
const SAID_BY_CALLS: ReadonlySet<TraceRecord['type']> = new Set([
  'domain-create',
  'channel-open',
  'bind',
  'unbind',
  'eoi',
  'upcall',
]);

/** What lines before it are written under. */
const CALLS: ReadonlySet<TraceRecord['type']> = new Set([
  'ioctl',
  'read',
  'write',
  'open',
  'release',
  'hypercall',
  'domain-destroy',
]);

/** Hypercalls that a kernel makes to set its event channels up. */
const SETUP = /^EVTCHNOP_(init_control|expand_array|set_priority)$/;

/** Writes what a host did at each step of a run, as lines of a trace: a call, and under it what it did. */
export class RecordsText {
  readonly #names = new TraceNames();

  /** The lines of a step. */
  lines(records: readonly TraceRecord[]): string[] {
    const lines: string[] = [];
    /** What the next call did. */
    let under: string[] = [];
    const enabled: number[] = [];
    records.forEach((record, index) => {
      const [before, after] = [records[index - 1], records[index + 1]];
      if (record.type === 'eoi') enabled.push(record.port);
      if (!isSaid(records, index)) {
        const context = { names: this.#names, before, after, enabled: [...enabled] };
        const text = recordText(record, context);
        if (isCall(record)) {
          lines.push(text, ...under.map((line) => `  ${line}`));
          under = [];
        } else {
          under.push(text);
        }
      }
      if (record.type === 'write') enabled.length = 0;
      this.#names.take(record);
    });
    return [...lines, ...under];
  }
}

function isCall({ type }: TraceRecord): boolean {
  return CALLS.has(type);
}

/** It is said by another line, or tells nothing. */
function isSaid(records: readonly TraceRecord[], index: number): boolean {
  const record = records[index]!;
  if (record.type === 'read') return record.result === -EAGAIN;
  if (record.type === 'hypercall') {
    // A kernel's, on behalf of the call behind it or as it boots; others are the scenario's own.
    if (SETUP.test(record.op)) return true;
    const next = records
      .slice(index + 1)
      .find(({ type, domid }) => domid === record.domid && isBy(type));
    return next !== undefined;
  }
  return SAID_BY_CALLS.has(record.type);
}

function isBy(type: TraceRecord['type']): boolean {
  return type === 'ioctl' || type === 'write' || type === 'release' || type === 'domain-destroy';
}
