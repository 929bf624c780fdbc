import type { FaultName } from './fault-name.js';

/**
 * What every record of a trace carries.
 */
interface TraceBase {
  /** When, in milliseconds of the host's clock. */
  readonly time: number;
  /** The domain it happened in. */
  readonly domid: number;
}

/** A domain came into being (`domain_create`). */
export interface DomainCreateRecord extends TraceBase {
  readonly type: 'domain-create';
}

/** A domain was destroyed (`evtchn_destroy`): its channels are closed by now. */
export interface DomainDestroyRecord extends TraceBase {
  readonly type: 'domain-destroy';
  /** How many channels were closed with it. */
  readonly closed: number;
}

/** A port was taken into use (`evtchn_alloc_unbound` and the like): before the hypercall that asked for it is over. */
export interface ChannelOpenRecord extends TraceBase {
  readonly type: 'channel-open';
  /** The port, of the record's domain. */
  readonly port: number;
  /** What it is; `interdomain` connects its peer, which was unbound until now. */
  readonly state: 'unbound' | 'interdomain' | 'pirq' | 'virq' | 'ipi';
  /** The domain that may connect or is connected, the pirq or the virq; 0 for an ipi. */
  readonly remote: number;
  /** The peer's port of an interdomain channel; 0 for others. */
  readonly remotePort: number;
}

/** The other end of a channel. */
export interface ChannelPeer {
  /** Its domain. */
  readonly domid: number;
  /** Its port, of that domain. */
  readonly port: number;
}

/** A port was closed (`evtchn_close`). Its peer, if it had one, is unbound from now on and not told. */
export interface ChannelCloseRecord extends TraceBase {
  readonly type: 'channel-close';
  /** The port, of the record's domain. */
  readonly port: number;
  /** The peer it had; undefined if none. */
  readonly peer: ChannelPeer | undefined;
}

/** One `EVTCHNOP_*` or `SCHEDOP_poll` hypercall, written when its result is known. */
export interface HypercallRecord extends TraceBase {
  readonly type: 'hypercall';
  /** The operation's name in the public header, e.g. `EVTCHNOP_send`. */
  readonly op: string;
  /** Its input fields, by the header's names. */
  readonly args: Readonly<Record<string, number>>;
  /** 0, the port, or a negative errno. */
  readonly result: number;
}

/** A virtual interrupt was raised (`send_guest_vcpu_virq`, `send_guest_global_virq`). */
export interface VirqRecord extends TraceBase {
  readonly type: 'virq';
  /** Its number. */
  readonly virq: number;
  /** The vCPU it was raised on. */
  readonly vcpu: number;
  /** The port it is bound to, of the record's domain; 0 where nobody bound it, and it is lost. */
  readonly port: number;
}

/** An event was made pending on a port (`evtchn_port_set_pending`). */
export interface SetPendingRecord extends TraceBase {
  readonly type: 'set-pending';
  /** The port, of the record's domain. */
  readonly port: number;
  /** The vCPU the port notifies. */
  readonly vcpu: number;
  /** The port was pending already: this event merged into that one. */
  readonly coalesced: boolean;
  /** The port was masked: it is remembered, and nobody is told yet. */
  readonly masked: boolean;
}

/** A vCPU of a guest entered its upcall handler (`xen_evtchn_do_upcall`). */
export interface UpcallRecord extends TraceBase {
  readonly type: 'upcall';
  /** The vCPU. */
  readonly vcpu: number;
}

/** The driver's interrupt handler put an event into the ring of an open file (`evtchn_interrupt`). */
export interface InterruptRecord extends TraceBase {
  readonly type: 'interrupt';
  /** The open file, by its number in the host. */
  readonly file: number;
  /** The port, of the record's domain. */
  readonly port: number;
  /** Entries in the ring, this one included. */
  readonly queued: number;
  /** The ring was empty: waiters were woken and SIGIO sent. */
  readonly woke: boolean;
}

/** The ring of an open file was full: the event is gone until RESET and a write (`evtchn_interrupt`). */
export interface OverflowRecord extends TraceBase {
  readonly type: 'overflow';
  /** The open file, by its number in the host. */
  readonly file: number;
  /** The port, of the record's domain. */
  readonly port: number;
}

/** A read of an open file (`evtchn_read`). */
export interface ReadRecord extends TraceBase {
  readonly type: 'read';
  /** The open file, by its number in the host. */
  readonly file: number;
  /** Ports handed over, oldest first; empty when the call failed. */
  readonly ports: readonly number[];
  /** Bytes read or a negative errno. */
  readonly result: number;
}

/** A write of an open file (`evtchn_write`). */
export interface WriteRecord extends TraceBase {
  readonly type: 'write';
  /** The open file, by its number in the host. */
  readonly file: number;
  /** Bytes taken or a negative errno. */
  readonly result: number;
}

/** A write re-enabled a port: its late EOI (`evtchn_write`, `xen_irq_lateeoi`). */
export interface EoiRecord extends TraceBase {
  readonly type: 'eoi';
  /** The open file, by its number in the host. */
  readonly file: number;
  /** The port, of the record's domain. */
  readonly port: number;
}

/** A late EOI was put off: the port stays masked until `until` (`lateeoi_list_add`). */
export interface DeferredEoiRecord extends TraceBase {
  readonly type: 'deferred-eoi';
  /** The port, of the record's domain. */
  readonly port: number;
  /** When it will be done, in jiffies of the guest. */
  readonly until: number;
}

/** A late EOI that was put off took effect (`xen_irq_lateeoi_worker`). */
export interface DeferredEoiEndRecord extends TraceBase {
  readonly type: 'deferred-eoi-end';
  /** The port, of the record's domain. */
  readonly port: number;
}

/**
 * An ioctl of an open file, written when its result is known (`evtchn_ioctl`). An embedded handle's `notify` is one, though
 * it makes no system call.
 */
export interface IoctlRecord extends TraceBase {
  readonly type: 'ioctl';
  /** The open file, by its number in the host. */
  readonly file: number;
  /** The request's name in the header, e.g. `IOCTL_EVTCHN_NOTIFY`, or the number of an unknown one in hexadecimal. */
  readonly command: string;
  /** Its input fields, by the header's names; those that were not read are missing. */
  readonly args: Readonly<Record<string, number>>;
  /** 0, the port, or a negative errno. */
  readonly result: number;
}

/** A port was bound to an open file (`evtchn_bind_to_user`). */
export interface BindRecord extends TraceBase {
  readonly type: 'bind';
  /** The open file, by its number in the host. */
  readonly file: number;
  /** The port, of the record's domain. */
  readonly port: number;
}

/** A port left its open file (`evtchn_unbind_from_user`). */
export interface UnbindRecord extends TraceBase {
  readonly type: 'unbind';
  /** The open file, by its number in the host. */
  readonly file: number;
  /** The port, of the record's domain. */
  readonly port: number;
}

/** RESET emptied the ring of an open file. */
export interface RingResetRecord extends TraceBase {
  readonly type: 'ring-reset';
  /** The open file, by its number in the host. */
  readonly file: number;
  /** Unread entries thrown away. */
  readonly dropped: number;
  /** An overflow was cleared. */
  readonly overflowed: boolean;
}

/** The device was opened (`evtchn_open`). */
export interface OpenRecord extends TraceBase {
  readonly type: 'open';
  /** The open file, by its number in the host. */
  readonly file: number;
  /** Name of the opening process, as in `/proc/interrupts`. */
  readonly name: string;
  /** Number of the process as the server sees it; 0 where there is none, as embedded. */
  readonly pid: number;
}

/** The last reference to an open file went (`evtchn_release`): its ports are unbound by now. */
export interface ReleaseRecord extends TraceBase {
  readonly type: 'release';
  /** The open file, by its number in the host. */
  readonly file: number;
}

/** A served host was asked to show a fault, and does; what comes of it is in the records behind this one. */
export interface FaultRecord extends TraceBase {
  readonly type: 'fault';
  /** The fault's number: the same in each run with the same seed. A fault that takes several steps has a record for each. */
  readonly number: number;
  /** What happens. */
  readonly fault: FaultName;
  /** The open file it happens to, by its number in the host; 0 if none. */
  readonly file: number;
  /** The port it happens to, of the record's domain; 0 if none. */
  readonly port: number;
  /**
   * How much of it: milliseconds of a `spurious`, `delay`, `merge`, `permute`, `eintr` or `slow`; ports that a `short-read`
   * gives; the negative errno of a `bind`; processes that `die`; events of a `storm` that are still to come; ports that get an
   * event in an `overflow`; 0 of a `destroy`.
   */
  readonly value: number;
}

/**
 * One step in the life of an event, a channel, an open file or a domain. `type` tells which; all carry `time` and
 * `domid`, and those that have them `port` and `file` (the number of the open file, unique in its host).
 */
export type TraceRecord =
  | DomainCreateRecord
  | DomainDestroyRecord
  | ChannelOpenRecord
  | ChannelCloseRecord
  | HypercallRecord
  | VirqRecord
  | SetPendingRecord
  | UpcallRecord
  | InterruptRecord
  | OverflowRecord
  | ReadRecord
  | WriteRecord
  | EoiRecord
  | DeferredEoiRecord
  | DeferredEoiEndRecord
  | IoctlRecord
  | BindRecord
  | UnbindRecord
  | RingResetRecord
  | OpenRecord
  | ReleaseRecord
  | FaultRecord;
