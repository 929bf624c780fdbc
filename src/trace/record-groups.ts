import type { TraceRecord } from './trace-record.js';

/** Kinds of records that are looked at together. */
export type RecordGroup = 'events' | 'calls' | 'channels';

/** All of them, in the order in which they are shown. */
export const RECORD_GROUPS: readonly RecordGroup[] = ['events', 'calls', 'channels'];

/** Which group the records of a type are of; those of every group say who a file is of, which the others name by number. */
const GROUPS: Readonly<Record<TraceRecord['type'], RecordGroup | 'every'>> = {
  virq: 'events',
  'set-pending': 'events',
  upcall: 'events',
  interrupt: 'events',
  overflow: 'events',
  eoi: 'events',
  'deferred-eoi': 'events',
  'deferred-eoi-end': 'events',
  'ring-reset': 'events',
  hypercall: 'calls',
  ioctl: 'calls',
  read: 'calls',
  write: 'calls',
  open: 'every',
  release: 'every',
  bind: 'channels',
  unbind: 'channels',
  'channel-open': 'channels',
  'channel-close': 'channels',
  'domain-create': 'channels',
  'domain-destroy': 'channels',
};

/** The types of the records of some groups. */
export function recordTypes(groups: readonly RecordGroup[]): ReadonlySet<TraceRecord['type']> {
  const types = Object.keys(GROUPS) as TraceRecord['type'][];
  const wanted: readonly string[] = [...groups, 'every'];
  return new Set(types.filter((type) => wanted.includes(GROUPS[type])));
}
