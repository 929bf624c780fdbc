/**
 * What a host is like at one moment: every domain, open file and channel, as plain data that JSON carries unchanged. Times
 * are milliseconds of the host's clock; what is undefined never happened, or was not watched (a host keeps times and counts
 * only while a `ChannelStatistics` is attached).
 */
export interface HostSnapshot {
  /** Version of this layout. */
  readonly version: 1;
  /** When it was taken. */
  readonly time: number;
  /** The same moment in milliseconds since 1970, where there is a wall clock. */
  readonly wallTime?: number | undefined;
  /** Since when times and counts are kept; undefined where they are not. */
  readonly watchedSince?: number | undefined;
  /** By number. */
  readonly domains: readonly DomainSnapshot[];
  /** Domains that are gone, youngest first, a few at most. */
  readonly destroyed: readonly DestroyedDomain[];
  /** It is of some of the domains only. */
  readonly partial?: true | undefined;
  /** Events wait until the host is told to run (`XenHost.run`), however open their ports are. */
  readonly deferredDelivery?: true | undefined;
}

/** A domain that was destroyed. */
export interface DestroyedDomain {
  /** Its number. */
  readonly domid: number;
  /** When. */
  readonly at: number;
}

/** One domain. */
export interface DomainSnapshot {
  /** Its number. */
  readonly domid: number;
  /** The ABI of its kernel, as Xen has it; a domain starts with two-level. */
  readonly abi: 'fifo' | 'two-level';
  /** A kernel runs in it. */
  readonly kernel: boolean;
  /** How many vCPUs it has. */
  readonly vcpus: number;
  /** vCPUs that take no upcalls now (`local_irq_disable`). */
  readonly upcallMasked: readonly number[];
  /** Its controller paused it. */
  readonly paused: boolean;
  /** vCPUs that are blocked in SCHEDOP_poll; undefined if none is. */
  readonly polling?: readonly number[] | undefined;
  /** Highest port it may have. */
  readonly maxPort: number;
  /** Open files of its device, by number. */
  readonly files: readonly FileSnapshot[];
  /** Ports in use, by number. */
  readonly channels: readonly ChannelSnapshot[];
  /** Ports that were closed and not opened again, youngest first, a few at most. */
  readonly closed: readonly ClosedChannel[];
  /** VIRQs that were raised while nobody had them bound, by number. */
  readonly lostVirqs?: readonly LostVirq[] | undefined;
}

/** A virtual interrupt that was raised and reached nobody. */
export interface LostVirq {
  /** Its number. */
  readonly virq: number;
  /** How often. */
  readonly count: number;
  /** The last time. */
  readonly at: number;
}

/** A process that opened the device. */
export interface OpeningProcess {
  /** Its number as who serves the host sees it; 0 where there is none, as embedded. */
  readonly pid: number;
  /** Its name, whatever bytes it is made of. */
  readonly comm: string;
}

/** An open file of the device. */
export interface FileSnapshot {
  /** Its number in the host. */
  readonly file: number;
  /** The process that opened it; it may be gone, and its descriptor another's by now. */
  readonly process: OpeningProcess;
  /** Ports it holds. */
  readonly ports: number;
  /** Events in its ring that nobody has read. */
  readonly unread: number;
  /** Events that fit into its ring. */
  readonly ringSize: number;
  /** The ring overflowed: reads fail until a reset. */
  readonly overflow: boolean;
  /** Calls that are blocked in read(2) on it; embedded: handles that wait. */
  readonly readers: number;
  /** Somebody waits for it in poll, select or epoll. */
  readonly polled: boolean;
  /** The domain it is restricted to. */
  readonly restrictedTo?: number | undefined;
  /** When it was opened. */
  readonly openedAt?: number | undefined;
  /** Last read that gave a port. */
  readonly lastReadAt?: number | undefined;
  /** Last write. */
  readonly lastWriteAt?: number | undefined;
  /** When its ring overflowed. */
  readonly overflowedAt?: number | undefined;
  /** Events that met its full ring since then. */
  readonly overflows?: number | undefined;
}

/** Why a guest keeps a port masked (`EVT_MASK_REASON_*`): disabled, about to move, or its event's EOI is to come. */
export type MaskReason = 'explicit' | 'temporary' | 'eoi-pending';

/** Where the event is for which a file has a port disabled: read, or gone, unread, by an overflow or a reset of the ring. */
export type DisabledBy = 'read' | 'overflow' | 'reset';

/** The other end of a port. */
export interface PeerEnd {
  /** The domain, connected or free to connect. */
  readonly domid: number;
  /** The port there; undefined while nobody is connected. */
  readonly port?: number | undefined;
}

/** A port in use. */
export interface ChannelSnapshot {
  /** Its number in its domain. */
  readonly port: number;
  /** What it is for, by Xen's `ECS_*`. */
  readonly state: 'unbound' | 'interdomain' | 'pirq' | 'virq' | 'ipi';
  /** The connected peer; of an unbound port the domain that may connect, without a port. */
  readonly peer?: PeerEnd | undefined;
  /** Number of its VIRQ or pirq. */
  readonly number?: number | undefined;
  /** The vCPU it notifies. */
  readonly vcpu: number;
  /** 0 (first) to 15; FIFO only. */
  readonly priority?: number | undefined;
  /** An event is pending in Xen, or Xen remembers one until there is an event word for it. */
  readonly pending: boolean;
  /** What FIFO needs to deliver and the guest has not given: the port's event word, or its vCPU's control block. */
  readonly missing?: 'event-word' | 'control-block' | undefined;
  /** Masked in Xen. */
  readonly masked: boolean;
  /** Why its guest masks it; none where the guest has no irq for it. */
  readonly maskReasons: readonly MaskReason[];
  /** The number of the fault that holds its event back, on a host that was asked to show faults. */
  readonly heldByFault?: number | undefined;
  /** Two-level only: its word's bit in the selector of its vCPU is set; undefined if not. */
  readonly selected?: boolean | undefined;
  /** FIFO only: the port behind it in its queue, 0 if it is the last; undefined if it is in none. */
  readonly link?: number | undefined;
  /** Only Xen's own side consumes it. */
  readonly xenConsumer?: boolean | undefined;
  /** The open file that holds it. */
  readonly file?: number | undefined;
  /** It is enabled there: no event was put into the ring since it was bound or written back last. */
  readonly enabled?: boolean | undefined;
  /** Of a disabled port whose event is not in the ring: where that is. */
  readonly disabledBy?: DisabledBy | undefined;
  /** What of the kernel handles it, if no open file does. */
  readonly handler?: string | undefined;
  /** Its events in the ring of its file. */
  readonly queued: number;
  /** Events before the first of them. */
  readonly queuedBehind?: number | undefined;
  /** When its deferred late EOI will be done. */
  readonly deferredUntil?: number | undefined;
  /** Events made pending on it, those that merged included. */
  readonly events?: number | undefined;
  /** Events that merged into one that was pending already. */
  readonly coalesced?: number | undefined;
  /** Events that met a full ring. */
  readonly overflows?: number | undefined;
  /** Sends made on it, to its peer. */
  readonly sends?: number | undefined;
  /** When it was opened. */
  readonly openedAt?: number | undefined;
  /** When its peer connected, or it to its peer. */
  readonly connectedAt?: number | undefined;
  /** The peer it had last, how it went and when; while it is unbound. */
  readonly lostPeer?: LostPeer | undefined;
  /** When an event was made pending last, one that merged included. */
  readonly lastEventAt?: number | undefined;
  /** When the event was made pending that is pending now. */
  readonly pendingSince?: number | undefined;
  /** When the event was made pending that is in the ring now. */
  readonly queuedSince?: number | undefined;
  /** When its file took the last event out of the ring. */
  readonly lastReadAt?: number | undefined;
  /** When its file wrote it back last. */
  readonly lastEnabledAt?: number | undefined;
  /** When a send was made on it last. */
  readonly lastSendAt?: number | undefined;
  /** The file that read it last. */
  readonly lastReader?: number | undefined;
}

/** A peer that went. */
export interface LostPeer {
  /** Its domain. */
  readonly domid: number;
  /** Its port there. */
  readonly port: number;
  /** When it went. */
  readonly at: number;
  /** It closed its port, or its domain was destroyed. */
  readonly how: 'closed' | 'destroyed';
}

/** A port that was closed. */
export interface ClosedChannel {
  /** Its number in its domain. */
  readonly port: number;
  /** When it was closed. */
  readonly at: number;
  /** The open file that held it. */
  readonly file?: number | undefined;
  /** The process of that file. */
  readonly process?: OpeningProcess | undefined;
}
