import { EAGAIN } from '../../abi/errno.js';
import type { HypercallRecord, TraceRecord } from '../../trace/trace-record.js';
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

  /** The lines of what is there before the first step, without what kernels do as they boot. */
  setup(records: readonly TraceRecord[]): string[] {
    return this.lines(records.filter((record) => record.type !== 'hypercall' || !isBoot(record)));
  }

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

function isBoot({ op }: HypercallRecord): boolean {
  return op !== 'EVTCHNOP_send' && op !== 'EVTCHNOP_close';
}

function isCall({ type }: TraceRecord): boolean {
  return CALLS.has(type);
}

/** It is said by another line, or tells nothing. */
function isSaid(records: readonly TraceRecord[], index: number): boolean {
  const record = records[index]!;
  if (record.type === 'read') return record.result === -EAGAIN;
  if (record.type !== 'hypercall') return SAID_BY_CALLS.has(record.type);
  if (SETUP.test(record.op)) return true;
  const call = records.slice(index + 1).find(({ type, domid }) => {
    return domid === record.domid && (type === 'ioctl' || type === 'write' || type === 'release');
  });
  return call !== undefined && isMadeBy(record, call);
}

/** The kernel makes the hypercall on behalf of the call; others are the scenario's own. */
function isMadeBy({ op, args }: HypercallRecord, call: TraceRecord): boolean {
  if (call.type === 'write') return op === 'EVTCHNOP_unmask';
  if (call.type === 'release') return op === 'EVTCHNOP_close';
  if (call.type !== 'ioctl') return false;
  if (op === 'EVTCHNOP_send') {
    return call.command === 'IOCTL_EVTCHN_NOTIFY' && call.args.port === args.port;
  }
  return call.command !== 'IOCTL_EVTCHN_NOTIFY';
}
