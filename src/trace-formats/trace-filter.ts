import { DOMID_SELF } from '../abi/domid.js';
import type { HostSnapshot } from '../snapshot/host-snapshot.js';
import type {
  ChannelOpenRecord,
  FaultRecord,
  HypercallRecord,
  IoctlRecord,
  TraceRecord,
} from '../trace/trace-record.js';

/** What of a trace is wanted; nothing given is everything. */
export interface TraceSelection {
  /** Events received or sent there. */
  readonly domains: readonly number[];
  /** Channels that have one of these ports at one end; with `domains`, of one of them. */
  readonly ports: readonly number[];
  /** Channels that a process of this name or number holds at one end. */
  readonly processes: readonly string[];
}

/** Ports of one domain, at most. */
const PORTS = 0x20000;
/** Calls whose result is a port. */
const GIVES_PORT: ReadonlySet<string> = new Set([
  'EVTCHNOP_bind_interdomain',
  'EVTCHNOP_bind_virq',
  'EVTCHNOP_bind_pirq',
  'EVTCHNOP_bind_ipi',
  'EVTCHNOP_alloc_unbound',
  'IOCTL_EVTCHN_BIND_VIRQ',
  'IOCTL_EVTCHN_BIND_INTERDOMAIN',
  'IOCTL_EVTCHN_BIND_UNBOUND_PORT',
]);

/** A port of a domain as one number. */
function keyOf(domid: number, port: number): number {
  return domid * PORTS + port;
}

/**
 * Picks the records of a trace that are about certain channels, whole: both ends of each, and the calls of those who use
 * them. For that it follows who is connected to whom and who holds what, from a snapshot on. Who opens and closes the device
 * is always wanted.
 */
export class TraceFilter {
  readonly #domains: ReadonlySet<number>;
  readonly #ports: ReadonlySet<number>;
  readonly #processes: ReadonlySet<string>;
  /** Whether everything is wanted, and nothing need be followed. */
  readonly #all: boolean;
  readonly #peers = new Map<number, number>();
  /** The open file that holds a port. */
  readonly #holders = new Map<number, number>();
  /** Open files of wanted processes. */
  readonly #wantedFiles = new Set<number>();
  /** Whether a file holds a wanted port, while nothing changes. */
  readonly #holdsWanted = new Map<number, boolean>();

  constructor({ domains, ports, processes }: TraceSelection) {
    this.#domains = new Set(domains);
    this.#ports = new Set(ports);
    this.#processes = new Set(processes);
    this.#all = domains.length + ports.length + processes.length === 0;
  }

  /** Nothing is left out. */
  get wantsAll(): boolean {
    return this.#all;
  }

  /** Begins with what a host is like; records that are older than that do no harm. */
  begin({ domains }: HostSnapshot): void {
    for (const { domid, files, channels } of domains) {
      for (const { file, process } of files) this.#open(file, process.comm, process.pid);
      for (const { port, peer, file } of channels) {
        const key = keyOf(domid, port);
        if (peer?.port !== undefined) this.#connect(key, keyOf(peer.domid, peer.port));
        if (file !== undefined) this.#holders.set(key, file);
      }
    }
    this.#holdsWanted.clear();
  }

  /** Whether a record is wanted. All records must be asked about, in order. */
  wants(record: TraceRecord): boolean {
    if (this.#all) return true;
    this.#learn(record);
    return this.#isWanted(record);
  }

  #learn(record: TraceRecord): void {
    const { type, domid } = record;
    if (type === 'open') this.#open(record.file, record.name, record.pid);
    else if (type === 'bind') this.#holders.set(keyOf(domid, record.port), record.file);
    else if (type === 'channel-open') this.#openChannel(record);
    else return;
    this.#holdsWanted.clear();
  }

  #open(file: number, name: string, pid: number): void {
    if (this.#processes.has(name) || this.#processes.has(String(pid))) this.#wantedFiles.add(file);
  }

  #connect(end: number, peer: number): void {
    this.#peers.set(end, peer);
    this.#peers.set(peer, end);
  }

  /** Until its port is used again, a channel counts as what it was: what is said after its end is about it. */
  #openChannel({ domid, port, state, remote, remotePort }: ChannelOpenRecord): void {
    const end = keyOf(domid, port);
    this.#holders.delete(end);
    this.#peers.delete(end);
    if (state === 'interdomain') this.#connect(end, keyOf(remote, remotePort));
  }

  #isWanted(record: TraceRecord): boolean {
    switch (record.type) {
      case 'domain-create':
      case 'domain-destroy':
      case 'upcall':
        return this.#isWantedDomain(record.domid);
      case 'hypercall':
      case 'ioctl':
        return this.#isWantedCall(record);
      case 'read':
        return record.ports.length === 0
          ? this.#isWantedFile(record.domid, record.file)
          : record.ports.some((port) => this.#isWantedChannel(keyOf(record.domid, port)));
      // Other records name files by their numbers.
      case 'open':
      case 'release':
        return true;
      case 'fault':
        return this.#isWantedFault(record);
      case 'write':
      case 'ring-reset':
        return this.#isWantedFile(record.domid, record.file);
      case 'virq':
        return record.port === 0
          ? this.#isWantedDomain(record.domid)
          : this.#isWantedChannel(keyOf(record.domid, record.port));
      default:
        return this.#isWantedChannel(keyOf(record.domid, record.port));
    }
  }

  #isWantedFault({ domid, file, port }: FaultRecord): boolean {
    if (port !== 0) return this.#isWantedChannel(keyOf(domid, port));
    return file === 0 ? this.#isWantedDomain(domid) : this.#isWantedFile(domid, file);
  }

  /** Whether what is not about a port is wanted. */
  #isWantedDomain(domid: number): boolean {
    return this.#ports.size === 0 && this.#processes.size === 0 && this.#domains.has(domid);
  }

  #isWantedCall(record: HypercallRecord | IoctlRecord): boolean {
    const { domid, args, result } = record;
    const name = record.type === 'ioctl' ? record.command : record.op;
    const port = args.port ?? (GIVES_PORT.has(name) && result > 0 ? result : undefined);
    if (port === undefined) {
      if (record.type === 'hypercall') return this.#isWantedDomain(domid);
      return this.#isWantedFile(domid, record.file);
    }
    const { dom = DOMID_SELF } = args;
    return this.#isWantedChannel(keyOf(dom === DOMID_SELF ? domid : dom, port));
  }

  #isWantedFile(domid: number, file: number): boolean {
    if (this.#processes.size > 0 && !this.#wantedFiles.has(file)) return false;
    if (this.#domains.size > 0 && !this.#domains.has(domid)) return false;
    return this.#ports.size === 0 || this.#hasWantedPort(file);
  }

  #hasWantedPort(file: number): boolean {
    let held = this.#holdsWanted.get(file);
    if (held === undefined) {
      held = [...this.#holders].some(
        ([end, holder]) => holder === file && this.#isWantedChannel(end),
      );
      this.#holdsWanted.set(file, held);
    }
    return held;
  }

  #isWantedChannel(end: number): boolean {
    if (this.#isWantedEnd(end)) return true;
    const peer = this.#peers.get(end);
    return peer !== undefined && this.#isWantedEnd(peer);
  }

  #isWantedEnd(end: number): boolean {
    const port = end % PORTS;
    if (this.#ports.size > 0 && !this.#ports.has(port)) return false;
    if (this.#domains.size > 0 && !this.#domains.has((end - port) / PORTS)) return false;
    if (this.#processes.size === 0) return true;
    const holder = this.#holders.get(end);
    return holder !== undefined && this.#wantedFiles.has(holder);
  }
}
