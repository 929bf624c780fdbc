import { DOMID_SELF } from '../abi/domid.js';
import { holdsEvent } from '../trace/fault-name.js';
import type {
  FaultRecord,
  HypercallRecord,
  IoctlRecord,
  TraceRecord,
} from '../trace/trace-record.js';
import { refusal } from './replay-refusal.js';

type Type = TraceRecord['type'];
type Predicate = (record: TraceRecord) => boolean;

/** Records in which a host tells what came of an event that got through; they may follow what raised it. */
const DELIVERY: ReadonlySet<Type> = new Set<Type>(['upcall', 'interrupt', 'overflow', 'fault']);
/** What may stand in front of the record of a bind, once its port is there. */
const BIND_STEPS: ReadonlySet<Type> = new Set<Type>([
  ...DELIVERY,
  'bind',
  'unbind',
  'hypercall',
  'channel-close',
  'set-pending',
]);
/** What may stand in front of the record of a write, behind the first port it enabled. */
const WRITE_STEPS: ReadonlySet<Type> = new Set<Type>([
  ...DELIVERY,
  'eoi',
  'deferred-eoi',
  'hypercall',
]);
/** What may stand in front of the record of a release or an UNBIND, behind the first port that was let go. */
const UNBIND_STEPS: ReadonlySet<Type> = new Set<Type>(['unbind', 'hypercall', 'channel-close']);
const NONE: ReadonlySet<Type> = new Set<Type>();

/** The ioctl that makes a hypercall, by what that is. */
const BINDS: ReadonlyMap<string, string> = new Map([
  ['EVTCHNOP_alloc_unbound', 'IOCTL_EVTCHN_BIND_UNBOUND_PORT'],
  ['EVTCHNOP_bind_interdomain', 'IOCTL_EVTCHN_BIND_INTERDOMAIN'],
  ['EVTCHNOP_bind_virq', 'IOCTL_EVTCHN_BIND_VIRQ'],
]);

/**
 * Finds calls in a trace. What a call causes stands before the call's own record, so where one begins its record has yet to
 * be found; a hypercall may be a call of its own, or a step of an ioctl, a write or a release further on.
 */
export class TracedCalls {
  readonly #records: readonly TraceRecord[];
  readonly #sends: (hypercall: HypercallRecord, domid: number, port: number) => boolean;

  /** @param sends - whether an EVTCHNOP_send leads to that port, as the host is now */
  constructor(
    records: readonly TraceRecord[],
    sends: (hypercall: HypercallRecord, domid: number, port: number) => boolean,
  ) {
    this.#records = records;
    this.#sends = sends;
  }

  /**
   * The own record of the call that begins at a record. A `set-pending`, a `deferred-eoi-end` and an `upcall` that nothing in
   * the trace has caused are their own.
   * @returns its index; that behind the last record if the trace ends before it
   * @throws Error for what cannot be a call, or has another one in its middle
   */
  ownRecord(start: number): number {
    const record = this.#records[start]!;
    switch (record.type) {
      case 'domain-create':
      case 'domain-destroy':
      case 'open':
      case 'release':
      case 'ioctl':
      case 'read':
      case 'write':
      case 'virq':
      case 'deferred-eoi-end':
      case 'upcall':
        return start;
      case 'eoi':
        return this.#find(start, WRITE_STEPS, isOf('write', record.file));
      case 'ring-reset':
        return this.#find(start, NONE, isOf('ioctl', record.file));
      case 'bind':
        return this.#find(start, BIND_STEPS, isOf('ioctl', record.file));
      case 'unbind':
        return this.#unbinding(start, record.file);
      case 'channel-close':
        return this.#closing(start);
      case 'channel-open':
        return this.#opening(start);
      case 'set-pending':
        return this.#raising(start);
      case 'hypercall':
        return this.#ofHypercall(start);
      case 'fault':
        return this.#faulty(start, record);
      case 'interrupt':
      case 'overflow':
      case 'deferred-eoi':
        throw refusal(start, `nothing in the trace has caused this '${record.type}'`);
      default:
        throw unknownType(start, record);
    }
  }

  /** The first record behind `start` that is wanted, if there are only certain others in between. */
  #find(start: number, between: ReadonlySet<Type>, wanted: Predicate): number {
    const records = this.#records;
    let at = start + 1;
    while (at < records.length && !wanted(records[at]!) && isStep(records[at]!, between)) at++;
    if (at === records.length || wanted(records[at]!)) return at;
    const { type } = records[start]!;
    throw refusal(
      at,
      `this '${records[at]!.type}' is in the middle of the call that record ${start + 1}, '${type}', is of: calls made inside others, as by a handler of SIGIO, cannot be replayed`,
    );
  }

  /** A fault by itself, or the ioctl that it has refused. */
  #faulty(start: number, { fault, file }: FaultRecord): number {
    if (fault === 'bind') return this.#find(start, NONE, isOf('ioctl', file));
    if (!holdsEvent(fault)) return start;
    throw refusal(start, `nothing in the trace has caused the event that this '${fault}' holds`);
  }

  /** The next record of another type. */
  #behind(start: number, type: Type): number {
    let at = start;
    while (this.#records[at]?.type === type) at++;
    return at;
  }

  #closing(start: number): number {
    const { domid } = this.#records[start]!;
    const next = this.#behind(start, 'channel-close');
    const record = this.#records[next];
    if (record === undefined) return next;
    if (record.type === 'domain-destroy' && record.domid === domid) return next;
    if (record.type === 'hypercall') return this.#ofHypercall(next);
    throw refusal(start, 'nothing in the trace has closed this port');
  }

  #opening(start: number): number {
    const next = this.#behind(start + 1, 'set-pending');
    const record = this.#records[next];
    if (record === undefined) return next;
    if (record.type === 'hypercall') return this.#ofHypercall(next);
    throw refusal(start, 'nothing in the trace has opened this port');
  }

  /** An event is of the send that follows, if that leads to its port; else it came from outside. */
  #raising(start: number): number {
    const record = this.#records[start]!;
    const next = this.#records[start + 1];
    if (record.type !== 'set-pending' || next?.type !== 'hypercall') return start;
    if (next.op !== 'EVTCHNOP_send' || next.result !== 0) return start;
    return this.#sends(next, record.domid, record.port) ? this.#ofHypercall(start + 1) : start;
  }

  /** The call that a hypercall is a step of, or itself. */
  #ofHypercall(at: number): number {
    const record = this.#records[at]!;
    if (record.type !== 'hypercall') return at;
    const ioctl = BINDS.get(record.op);
    if (ioctl !== undefined) return this.#ofBind(at, record, ioctl);
    if (record.op === 'EVTCHNOP_send') return this.#ofSend(at, record);
    if (record.op !== 'EVTCHNOP_close') return at;
    const next = this.#records[at + 1];
    const unbinds =
      next?.type === 'unbind' && next.domid === record.domid && next.port === record.args.port;
    return unbinds ? this.#unbinding(at + 1, next.file) : at;
  }

  #unbinding(start: number, file: number): number {
    const record = this.#records[start];
    const port = record?.type === 'unbind' ? record.port : -1;
    return this.#find(
      start,
      UNBIND_STEPS,
      (other) =>
        (other.type === 'release' && other.file === file) ||
        (other.type === 'ioctl' && other.file === file && other.args.port === port),
    );
  }

  #ofSend(at: number, { domid, args }: HypercallRecord): number {
    let next = at + 1;
    while (next < this.#records.length && isDelivery(this.#records[next]!)) next++;
    const record = this.#records[next];
    const notifies =
      record?.type === 'ioctl' &&
      record.domid === domid &&
      record.command === 'IOCTL_EVTCHN_NOTIFY' &&
      record.args.port === args.port &&
      record.result === 0;
    return notifies ? next : at;
  }

  #ofBind(at: number, hypercall: HypercallRecord, command: string): number {
    const { domid, result } = hypercall;
    const records = this.#records;
    for (let next = at + 1; next < records.length; next++) {
      const record = records[next]!;
      if (record.type === 'ioctl') {
        const binds =
          record.domid === domid &&
          record.command === command &&
          record.result < 0 &&
          (result >= 0 || result === record.result) &&
          asks(record, hypercall);
        return binds ? next : at;
      }
      if (result < 0) return at;
      if (record.type === 'bind' && record.domid === domid && record.port === result) {
        const own = this.#find(next, BIND_STEPS, isOf('ioctl', record.file));
        const by = records[own];
        // It may be of a port that was there before: BIND_STATIC makes no hypercall.
        return by?.type === 'ioctl' && by.command !== command ? at : own;
      }
      // A port that was left unmasked by its last user is delivered to before it is anybody's.
      if (isDelivery(record)) continue;
      // What the driver cannot take it gives back.
      const givesBack =
        (record.type === 'channel-close' && record.port === result) ||
        (record.type === 'hypercall' &&
          record.op === 'EVTCHNOP_close' &&
          record.args.port === result);
      if (!givesBack || record.domid !== domid) return at;
    }
    return at;
  }
}

/** Records of consequences that may follow the own record of a call. */
export function isConsequence(record: TraceRecord): boolean {
  return isStep(record, DELIVERY);
}

/** Of faults only those that hold events back are in the middle of a call. */
function isStep(record: TraceRecord, steps: ReadonlySet<Type>): boolean {
  return steps.has(record.type) && (record.type !== 'fault' || holdsEvent(record.fault));
}

/** As {@link isConsequence}; or an event that was held back is let go in the middle of an upcall, as another has come. */
function isDelivery(record: TraceRecord): boolean {
  return isConsequence(record) || (record.type === 'hypercall' && record.op === 'EVTCHNOP_unmask');
}

/** What is said of a type that this does not know. */
export function unknownType(index: number, record: { readonly type: string }): Error {
  return refusal(
    index,
    `this version of xen-evtchn does not know records of type '${record.type}'`,
  );
}

function isOf(type: 'ioctl' | 'write', file: number): Predicate {
  return (record) => record.type === type && record.file === file;
}

/** Whether an ioctl asks for what a hypercall was made with: it cuts domains to 16 bits. */
function asks({ args }: IoctlRecord, hypercall: HypercallRecord): boolean {
  const wanted = hypercall.args;
  switch (hypercall.op) {
    case 'EVTCHNOP_alloc_unbound':
      return wanted.dom === DOMID_SELF && wanted.remote_dom === (args.remote_domain! & 0xffff);
    case 'EVTCHNOP_bind_interdomain':
      return (
        wanted.remote_dom === (args.remote_domain! & 0xffff) &&
        wanted.remote_port === args.remote_port
      );
    default:
      return wanted.virq === args.virq && wanted.vcpu === 0;
  }
}
