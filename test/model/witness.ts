import type { EmbeddedHost } from './embedded-host.js';
import type { FileOperation, Operation } from './operation.js';
import { OK, type Outcome, portBound, portsRead } from './outcome.js';
import { decodeStatus, type StatusCode, unboundFor } from './status-code.js';

/** What was seen of one open file from outside. */
export interface FileSeen {
  readonly file: number;
  readonly domid: number;
  references: number;
  /** Ports bound through it now. */
  readonly ports: Set<number>;
  /** Ports that ever were. */
  readonly everBound: Set<number>;
  /** Most ports it held at once. */
  mostPorts: number;
  /** Ports with an event since they were last read. */
  readonly owed: Set<number>;
  /** By port number: events that were raised, times it was enabled, times it was read. */
  readonly raised: Map<number, number>;
  readonly enabled: Map<number, number>;
  readonly read: Map<number, number>;
  /** It said POLLERR and was not reset since. */
  overflowed: boolean;
  lost: boolean;
}

/** A channel end that must have fallen back to unbound. */
export interface OrphanedPeer {
  readonly domid: number;
  readonly port: number;
  readonly expected: StatusCode;
}

/** What an operation was about, as far as it can be seen before it is done. */
interface Foresight {
  /** Ports the operation frees, if it succeeds. */
  readonly freed: readonly number[];
  readonly orphans: readonly OrphanedPeer[];
  /** Where an event goes, if it succeeds. */
  readonly target: { readonly domid: number; readonly port: number } | undefined;
}

const NOTHING: Foresight = { freed: [], orphans: [], target: undefined };

/**
 * Looks at a host from outside and keeps book: who bound what, which events were raised, what was read. It believes answers
 * and EVTCHNOP_status, predicts nothing, and knows no model; the invariants are checked against it.
 */
export class Witness {
  readonly files = new Map<number, FileSeen>();
  /** Of each domain, its ports and who holds them. */
  readonly owned = new Map<number, Map<number, number | 'domain'>>();
  /** Of each domain, the highest port that was ever in use. */
  readonly highest = new Map<number, number>();
  /**
   * Of each domain with FIFO, how many ports have an event word: pages of 1024 of them, as many as its kernel ever needed.
   * Xen remembers an event of a port without one even when the port is closed, and its next binder gets it.
   */
  readonly #words = new Map<number, number>();
  readonly #remembered = new Map<number, Set<number>>();
  /** Ends that the last operation cut off. */
  orphans: readonly OrphanedPeer[] = [];
  readonly #host: EmbeddedHost;
  readonly #virqHandlers = new Map<number, number>();
  #foresight: Foresight = NOTHING;

  constructor(host: EmbeddedHost) {
    this.#host = host;
  }

  /** Before an operation. */
  before(operation: Operation): void {
    this.#foresight = this.#foresee(operation);
  }

  /** After it, with what it answered. */
  after(operation: Operation, outcome: Outcome): void {
    this.orphans = [];
    if ('file' in operation && operation.op !== 'open') this.#sawFile(operation, outcome);
    else this.#saw(operation as Exclude<Operation, FileOperation>, outcome);
  }

  /** A port that the kernel of a new domain bound. */
  ownByKernel(domid: number, port: number): void {
    this.own(domid, port, 'domain');
    this.#served(domid, port);
  }

  /** A port has an owner now. */
  own(domid: number, port: number, owner: number | 'domain'): void {
    this.owned.get(domid)!.set(port, owner);
    this.highest.set(domid, Math.max(this.highest.get(domid)!, port));
    if (owner === 'domain' && port < this.#words.get(domid)!) {
      this.#remembered.get(domid)!.delete(port);
    }
  }

  /** The domains the operation acts in, or undefined if it may be any. To be asked before it is done. */
  actors(operation: Operation): readonly number[] | undefined {
    if ('caller' in operation) {
      const { caller } = operation;
      // A controller acts in the domain it names; whoever may not is refused, and then nothing changes there.
      const controls = operation.op === 'alloc_unbound' || operation.op === 'reset_domain';
      return controls && caller === 0 ? [caller, operation.dom] : [caller];
    }
    if (operation.op === 'create domain') return [operation.shape.domid];
    if (operation.op === 'raise global virq') return undefined;
    if (operation.op === 'open' || !('file' in operation)) return [operation.domid];
    return [this.files.get(operation.file)!.domid];
  }

  #foresee(operation: Operation): Foresight {
    switch (operation.op) {
      case 'notify': {
        const { domid, lost, ports } = this.files.get(operation.file)!;
        if (lost || !ports.has(operation.port)) return NOTHING;
        return { ...NOTHING, target: this.#peer(domid, operation.port) };
      }
      case 'send':
        if (!this.owned.get(operation.caller)!.has(operation.port)) return NOTHING;
        return { ...NOTHING, target: this.#sentTo(operation.caller, operation.port) };
      case 'raise virq': {
        const { domid, virq, vcpu } = operation;
        return { ...NOTHING, target: this.#virqPort(domid, virq, vcpu) };
      }
      case 'raise global virq': {
        const domid = this.#virqHandlers.get(operation.virq) ?? 0;
        if (!this.owned.has(domid)) return NOTHING;
        return { ...NOTHING, target: this.#virqPort(domid, operation.virq, 0) };
      }
      case 'unbind': {
        const { domid, ports, lost } = this.files.get(operation.file)!;
        return lost || !ports.has(operation.port)
          ? NOTHING
          : this.#freeing(domid, [operation.port]);
      }
      case 'close': {
        const { domid, ports, references, lost } = this.files.get(operation.file)!;
        return lost || references > 1 ? NOTHING : this.#freeing(domid, [...ports]);
      }
      case 'close_port': {
        const { caller, port } = operation;
        return this.owned.get(caller)!.has(port) ? this.#freeing(caller, [port]) : NOTHING;
      }
      case 'destroy domain':
        return this.#freeing(operation.domid, [...this.owned.get(operation.domid)!.keys()]);
      case 'reset_domain': {
        const dom = operation.dom === 0x7ff0 ? operation.caller : operation.dom;
        return this.#freeing(dom, [...(this.owned.get(dom)?.keys() ?? [])]);
      }
      default:
        return NOTHING;
    }
  }

  #peer(domid: number, port: number): Foresight['target'] {
    const status = decodeStatus(this.#host.status(domid, port));
    if (status.kind !== 'interdomain') return undefined;
    return { domid: status.dom, port: status.port };
  }

  /** Where an event sent on a port goes: to its peer, and with an IPI to itself. */
  #sentTo(domid: number, port: number): Foresight['target'] {
    const { kind } = decodeStatus(this.#host.status(domid, port));
    return kind === 'ipi' ? { domid, port } : this.#peer(domid, port);
  }

  #virqPort(domid: number, virq: number, vcpu: number): Foresight['target'] {
    const perVcpu = [0, 1, 7, 13].includes(virq);
    for (const port of this.owned.get(domid)!.keys()) {
      const status = decodeStatus(this.#host.status(domid, port));
      if (status.kind !== 'virq' || status.nr !== virq) continue;
      if (!perVcpu || status.vcpu === vcpu) return { domid, port };
    }
    return undefined;
  }

  #freeing(domid: number, freed: readonly number[]): Foresight {
    const orphans: OrphanedPeer[] = [];
    for (const port of freed) {
      const peer = this.#peer(domid, port);
      if (peer === undefined || (peer.domid === domid && freed.includes(peer.port))) continue;
      const { vcpu } = decodeStatus(this.#host.status(peer.domid, peer.port));
      orphans.push({ ...peer, expected: unboundFor(domid, vcpu) });
    }
    return { freed, orphans, target: undefined };
  }

  #saw(operation: Exclude<Operation, FileOperation>, outcome: Outcome): void {
    const port = portBound(outcome);
    if (port === undefined) return;
    switch (operation.op) {
      case 'create domain':
        this.owned.set(operation.shape.domid, new Map());
        this.highest.set(operation.shape.domid, 0);
        this.#remembered.set(operation.shape.domid, new Set());
        if (operation.shape.abi === 'fifo' && operation.shape.kernel) {
          this.#words.set(operation.shape.domid, 0);
        } else {
          this.#words.set(operation.shape.domid, Number.POSITIVE_INFINITY);
        }
        return;
      case 'destroy domain': {
        const { domid } = operation;
        this.owned.delete(domid);
        for (const [virq, handler] of this.#virqHandlers) {
          if (handler === domid) this.#virqHandlers.delete(virq);
        }
        for (const file of this.files.values()) if (file.domid === domid) file.lost = true;
        this.orphans = this.#foresight.orphans;
        return;
      }
      case 'open':
        this.files.set(operation.file, fileSeen(operation.file, operation.domid));
        return;
      case 'alloc_unbound': {
        const { caller, dom } = operation;
        this.own(dom === 0x7ff0 ? caller : dom, port, 'domain');
        return;
      }
      case 'bind_interdomain':
      case 'bind_virq':
      case 'bind_ipi':
        this.own(operation.caller, port, 'domain');
        if (operation.op === 'bind_interdomain') this.#unseen(operation.caller, port);
        return;
      case 'close_port':
        this.#free(operation.caller);
        return;
      case 'reset_domain':
        this.#free(operation.dom === 0x7ff0 ? operation.caller : operation.dom);
        return;
      case 'send':
      case 'raise virq':
      case 'raise global virq':
        this.#raised();
        return;
      case 'set virq handler':
        this.#virqHandlers.set(operation.virq, operation.domid);
        return;
    }
  }

  #sawFile(operation: FileOperation, outcome: Outcome): void {
    const file = this.files.get(operation.file)!;
    switch (operation.op) {
      case 'share':
        file.references++;
        return;
      case 'close':
        file.references--;
        if (file.references > 0) return;
        if (!file.lost) this.#free(file.domid);
        this.files.delete(operation.file);
        return;
      case 'bind unbound':
      case 'bind interdomain':
      case 'bind virq': {
        const port = portBound(outcome);
        if (port === undefined) return;
        this.own(file.domid, port, file.file);
        file.ports.add(port);
        file.everBound.add(port);
        file.mostPorts = Math.max(file.mostPorts, file.ports.size);
        count(file.enabled, port);
        // The number is new to the file: what the old channel owed went with it.
        file.owed.delete(port);
        this.#served(file.domid, port);
        if (this.#remembered.get(file.domid)!.delete(port)) this.#event(file, port);
        if (operation.op === 'bind interdomain') this.#event(file, port);
        return;
      }
      case 'unbind':
        if (outcome !== OK) return;
        this.#free(file.domid);
        file.ports.delete(operation.port);
        file.owed.delete(operation.port);
        return;
      case 'notify':
        if (outcome === OK) this.#raised();
        return;
      case 'read':
        for (const port of portsRead(outcome)) {
          count(file.read, port);
          file.owed.delete(port);
        }
        return;
      case 'write': {
        const bytes = portBound(outcome);
        if (bytes === undefined) return;
        for (const port of operation.ports.slice(0, bytes / 4)) {
          if (file.ports.has(port)) count(file.enabled, port);
        }
        return;
      }
      case 'reset':
        if (outcome !== OK) return;
        file.owed.clear();
        file.overflowed = false;
        return;
    }
  }

  #free(domid: number): void {
    const { freed, orphans } = this.#foresight;
    for (const port of freed) this.owned.get(domid)!.delete(port);
    this.orphans = orphans;
  }

  #raised(): void {
    const { target } = this.#foresight;
    if (target === undefined) return;
    const owner = this.owned.get(target.domid)?.get(target.port);
    if (typeof owner === 'number') this.#event(this.files.get(owner)!, target.port);
    else this.#unseen(target.domid, target.port);
  }

  /** An event on a port that no open file has. */
  #unseen(domid: number, port: number): void {
    if (port >= this.#words.get(domid)!) this.#remembered.get(domid)!.add(port);
  }

  /** The kernel of a domain serves the port, so there are words up to it. */
  #served(domid: number, port: number): void {
    const words = (Math.floor(port / 1024) + 1) * 1024;
    this.#words.set(domid, Math.max(this.#words.get(domid)!, words));
    const owned = this.owned.get(domid)!;
    // Those of ports in use have reached their words now, and go when the ports are closed.
    for (const other of this.#remembered.get(domid)!) {
      if (other < words && other !== port && owned.has(other)) {
        this.#remembered.get(domid)!.delete(other);
      }
    }
  }

  #event(file: FileSeen, port: number): void {
    count(file.raised, port);
    file.owed.add(port);
  }
}

function fileSeen(file: number, domid: number): FileSeen {
  return {
    file,
    domid,
    references: 1,
    ports: new Set(),
    everBound: new Set(),
    mostPorts: 0,
    owed: new Set(),
    raised: new Map(),
    enabled: new Map(),
    read: new Map(),
    overflowed: false,
    lost: false,
  };
}

function count(of: Map<number, number>, port: number): void {
  of.set(port, (of.get(port) ?? 0) + 1);
}
