import type { TraceRecord } from '../trace/trace-record.js';

/** What a field of a record may be. */
export type FieldKind =
  | 'number'
  | 'boolean'
  | 'text'
  | 'numbers'
  | 'fields'
  | 'state'
  | 'peer'
  | 'fault';

/** Fields that records of a type have beside `type`, `time` and `domid`. */
export const RECORD_FIELDS: {
  readonly [T in TraceRecord['type']]: {
    readonly [F in Exclude<
      keyof Extract<TraceRecord, { type: T }>,
      'type' | 'time' | 'domid'
    >]: FieldKind;
  };
} = {
  'domain-create': {},
  'domain-destroy': { closed: 'number' },
  'channel-open': { port: 'number', state: 'state', remote: 'number', remotePort: 'number' },
  'channel-close': { port: 'number', peer: 'peer' },
  hypercall: { op: 'text', args: 'fields', result: 'number' },
  virq: { virq: 'number', vcpu: 'number', port: 'number' },
  'set-pending': { port: 'number', vcpu: 'number', coalesced: 'boolean', masked: 'boolean' },
  upcall: { vcpu: 'number' },
  interrupt: { file: 'number', port: 'number', queued: 'number', woke: 'boolean' },
  overflow: { file: 'number', port: 'number' },
  read: { file: 'number', ports: 'numbers', result: 'number' },
  write: { file: 'number', result: 'number' },
  eoi: { file: 'number', port: 'number' },
  'deferred-eoi': { port: 'number', until: 'number' },
  'deferred-eoi-end': { port: 'number' },
  ioctl: { file: 'number', command: 'text', args: 'fields', result: 'number' },
  bind: { file: 'number', port: 'number' },
  unbind: { file: 'number', port: 'number' },
  'ring-reset': { file: 'number', dropped: 'number', overflowed: 'boolean' },
  open: { file: 'number', name: 'text', pid: 'number' },
  release: { file: 'number' },
  fault: { number: 'number', fault: 'fault', file: 'number', port: 'number', value: 'number' },
};
