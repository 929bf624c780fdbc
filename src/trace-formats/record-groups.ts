import type { TraceRecord } from '../trace/trace-record.js';

/** Kinds of records that are looked at together: what happens to events, what is called, what is bound to what. */
export type RecordGroup = 'events' | 'calls' | 'channels';

/** All of them, in the order in which they are shown. */
export const RECORD_GROUPS: readonly RecordGroup[] = ['events', 'calls', 'channels'];

/** The groups of a type; those of every group say whose a file is, which the others name by its number,
 * or what was done to the host. */
const GROUPS: Readonly<Record<TraceRecord['type'], readonly RecordGroup[]>> = {
  virq: ['events'],
  'set-pending': ['events'],
  upcall: ['events'],
  interrupt: ['events'],
  overflow: ['events'],
  read: ['events', 'calls'],
  eoi: ['events'],
  'deferred-eoi': ['events'],
  'deferred-eoi-end': ['events'],
  'ring-reset': ['events'],
  hypercall: ['calls'],
  ioctl: ['calls'],
  write: ['calls'],
  open: RECORD_GROUPS,
  release: RECORD_GROUPS,
  bind: ['channels'],
  unbind: ['channels'],
  'channel-open': ['channels'],
  'channel-close': ['channels'],
  'domain-create': ['channels'],
  'domain-destroy': ['channels'],
  fault: RECORD_GROUPS,
};

/** Hypercalls that events begin with. */
const SENDS: ReadonlySet<string> = new Set(['EVTCHNOP_send', 'EVTCHNOP_bind_interdomain']);

/** Whether a record is of a group. */
export function isOfGroup(record: TraceRecord, group: RecordGroup): boolean {
  if (GROUPS[record.type].includes(group)) return true;
  return group === 'events' && record.type === 'hypercall' && SENDS.has(record.op);
}
