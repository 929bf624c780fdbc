import { raisesEvent } from '../trace/fault-name.js';
import type {
  ChannelCloseRecord,
  ChannelOpenRecord,
  InterruptRecord,
  IoctlRecord,
  OverflowRecord,
  ReadRecord,
  SetPendingRecord,
  TraceRecord,
} from '../trace/trace-record.js';
import type { EventPath, PathCause, PathStep, PathStepKind } from './event-path.js';
import { FollowedDomain, type FollowedPort } from './followed-domain.js';
import { LivePath, type LiveSender } from './live-path.js';

/**
 * Makes paths of events from the records of a trace. The records may begin in the middle of a host's life: what was under way
 * then is followed from where it is first seen. Kept is what is open: channels, and events that are not done with.
 *
 * What an event is, and whether its EOI took effect, only the record after it tells; so a step may be told of one record late.
 */
export class EventPaths {
  readonly #onStep: (path: EventPath, step: PathStep) => void;
  readonly #domains = new Map<number, FollowedDomain>();
  #lastId = 0;
  #previous: TraceRecord | undefined;
  /** Made pending, and by what is not known yet. */
  #held: SetPendingRecord | undefined;
  /** Written back, and not known whether the EOI was put off. */
  #written: LivePath | undefined;

  /**
   * @param onStep - called for each step of each path, in order; the path is the same object each time, so that keeping it is
   * enough to know the rest
   */
  constructor(onStep: (path: EventPath, step: PathStep) => void) {
    this.#onStep = onStep;
  }

  /** Goes on with the next record. */
  take(record: TraceRecord): void {
    if (this.#written !== undefined) this.#settleWritten(record);
    if (this.#held !== undefined) this.#settleHeld(record);
    this.#follow(record);
    this.#previous = record;
  }

  /** No record is to come soon, or ever: says what the last one was, as far as that can be told without the next. */
  settle(): void {
    if (this.#written !== undefined) this.#settleWritten(undefined);
    if (this.#held !== undefined) this.#settleHeld(undefined);
  }

  /** Records were lost: paths that are open cannot be followed on, and are forgotten as they are. */
  forget(): void {
    this.#domains.clear();
    this.#held = undefined;
    this.#written = undefined;
    this.#previous = undefined;
  }

  #follow(record: TraceRecord): void {
    switch (record.type) {
      case 'set-pending':
        this.#setPending(record);
        break;
      case 'interrupt':
      case 'overflow':
        this.#interrupt(record);
        break;
      case 'read':
        this.#read(record);
        break;
      case 'eoi': {
        const path = this.#known(record.domid, record.port)?.service;
        if (path === undefined) break;
        this.#step(path, 'enabled', record.time);
        this.#written = path;
        break;
      }
      case 'deferred-eoi': {
        const port = this.#known(record.domid, record.port);
        if (port?.service !== undefined) this.#step(port.service, 'deferred', record.time);
        else if (port !== undefined) this.#handled(port, record.time);
        break;
      }
      case 'deferred-eoi-end': {
        const path = this.#known(record.domid, record.port)?.service;
        if (path !== undefined) this.#unmasked(path, record.time);
        break;
      }
      case 'ioctl':
        this.#ioctl(record);
        break;
      case 'unbind': {
        const port = this.#known(record.domid, record.port);
        if (port !== undefined) this.#closeService(port, record.time);
        break;
      }
      case 'ring-reset':
        this.#dropRing(this.#domains.get(record.domid), record.file, record.time);
        break;
      case 'release':
        this.#dropRing(this.#domains.get(record.domid), record.file, record.time);
        this.#domains.get(record.domid)?.rings.delete(record.file);
        break;
      case 'channel-open':
        this.#channelOpen(record);
        break;
      case 'channel-close':
        this.#channelClose(record);
        break;
      case 'domain-destroy': {
        const domain = this.#domains.get(record.domid);
        for (const file of domain?.rings.keys() ?? []) this.#dropRing(domain, file, record.time);
        this.#domains.delete(record.domid);
        break;
      }
      default:
        break;
    }
  }

  #setPending(record: SetPendingRecord): void {
    const previous = this.#previous;
    const cause = previous === undefined ? undefined : causeBefore(previous, record);
    if (cause === undefined) this.#held = record;
    else this.#begin(record, cause, undefined);
  }

  /** The record behind the one that made a port pending tells what did it: a hypercall, or nothing that has a record. */
  #settleHeld(next: TraceRecord | undefined): void {
    const record = this.#held!;
    this.#held = undefined;
    const { domid, port } = record;
    if (next?.type === 'hypercall') {
      const { op, args, result } = next;
      if (op === 'EVTCHNOP_send' && result === 0) {
        const from = args.port!;
        if (this.#sends(next.domid, from, domid, port)) {
          const sender: LiveSender = { domid: next.domid, port: from, file: undefined };
          this.#begin(record, 'send', sender);
          this.#port(sender.domid, from).sending = sender;
          return;
        }
      } else if (op === 'EVTCHNOP_bind_interdomain' && result === port && next.domid === domid) {
        this.#begin(record, 'bind', undefined);
        return;
      }
    }
    this.#begin(record, 'other', undefined);
  }

  /** A send on one port raises the other, as far as is known of them. */
  #sends(domid: number, port: number, receiver: number, receiverPort: number): boolean {
    const from = this.#known(domid, port);
    if (from?.state === 'ipi') return domid === receiver && port === receiverPort;
    if (from?.state === 'interdomain') {
      return from.peerDomid === receiver && from.peerPort === receiverPort;
    }
    if (from?.state !== undefined) return false;
    const to = this.#known(receiver, receiverPort);
    if (to?.state === undefined) return true;
    if (to.state === 'ipi') return domid === receiver && port === receiverPort;
    return to.state === 'interdomain' && to.peerDomid === domid && to.peerPort === port;
  }

  #begin(record: SetPendingRecord, cause: PathCause, sender: LiveSender | undefined): void {
    const { time, domid, coalesced, masked } = record;
    const port = this.#port(domid, record.port);
    if (!coalesced) {
      this.#handled(port, time);
      const path = this.#newPath(domid, record.port, cause);
      port.pending = path;
      this.#onStep(path, path.begin(time, sender, masked));
      return;
    }
    port.pending ??= this.#newPath(domid, record.port, 'unknown');
    this.#onStep(port.pending, port.pending.merge(time, sender));
  }

  /** What was pending on a port is not any more, and no open file got it. */
  #handled(port: FollowedPort, time: number): void {
    if (port.pending === undefined) return;
    this.#step(port.pending, 'handled', time);
    port.pending = undefined;
  }

  #interrupt(record: InterruptRecord | OverflowRecord): void {
    const { time, domid, file } = record;
    const port = this.#port(domid, record.port);
    const path = port.pending ?? this.#newPath(domid, record.port, 'unknown');
    port.pending = undefined;
    port.service = path;
    path.file = file;
    const ring = this.#domain(domid).ring(file);
    if (record.type === 'interrupt') ring.push(path, record.queued);
    this.#step(path, record.type === 'interrupt' ? 'queued' : 'overflow', time);
  }

  /** What was in the ring before the trace began is not followed any more. */
  #read({ time, domid, file, ports }: ReadRecord): void {
    if (ports.length === 0) return;
    const ring = this.#domain(domid).ring(file);
    for (const port of ports) {
      const path = ring.take(port);
      if (path !== undefined) this.#step(path, 'read', time);
    }
  }

  #settleWritten(next: TraceRecord | undefined): void {
    const path = this.#written!;
    this.#written = undefined;
    const { domid, port, deferred } = path;
    if (deferred) return;
    if (next?.type === 'deferred-eoi' && next.domid === domid && next.port === port) return;
    this.#unmasked(path, path.steps.at(-1)!.time);
  }

  #unmasked(path: LivePath, time: number): void {
    const port = this.#known(path.domid, path.port);
    if (port?.service === path) port.service = undefined;
    this.#step(path, 'unmasked', time);
  }

  #ioctl({ domid, file, command, args, result }: IoctlRecord): void {
    if (command !== 'IOCTL_EVTCHN_NOTIFY' || result !== 0) return;
    const port = this.#known(domid, args.port!);
    if (port?.sending === undefined) return;
    port.sending.file = file;
    port.sending = undefined;
  }

  #closeService(port: FollowedPort, time: number): void {
    const path = port.service;
    if (path === undefined) return;
    port.service = undefined;
    this.#step(path, 'closed', time);
  }

  #dropRing(domain: FollowedDomain | undefined, file: number, time: number): void {
    const ring = domain?.rings.get(file);
    for (const path of ring?.clear() ?? []) this.#step(path, 'dropped', time);
  }

  #channelOpen({ domid, port: number, state, remote, remotePort }: ChannelOpenRecord): void {
    const port = this.#port(domid, number);
    port.state = state;
    if (state !== 'interdomain') return;
    port.peerDomid = remote;
    port.peerPort = remotePort;
    const peer = this.#port(remote, remotePort);
    peer.state = 'interdomain';
    peer.peerDomid = domid;
    peer.peerPort = number;
  }

  #channelClose({ time, domid, port: number, peer }: ChannelCloseRecord): void {
    const domain = this.#domains.get(domid);
    const port = domain?.known(number);
    if (port !== undefined) {
      this.#closeService(port, time);
      if (port.pending !== undefined) this.#step(port.pending, 'closed', time);
      domain!.forget(number);
    }
    const other = peer === undefined ? undefined : this.#known(peer.domid, peer.port);
    if (other !== undefined) other.state = 'unbound';
  }

  #newPath(domid: number, port: number, cause: PathCause): LivePath {
    return new LivePath(++this.#lastId, domid, port, cause);
  }

  #step(path: LivePath, kind: PathStepKind, time: number): void {
    this.#onStep(path, path.step(kind, time));
  }

  #known(domid: number, port: number): FollowedPort | undefined {
    return this.#domains.get(domid)?.known(port);
  }

  #port(domid: number, port: number): FollowedPort {
    return this.#domain(domid).port(port);
  }

  #domain(domid: number): FollowedDomain {
    let domain = this.#domains.get(domid);
    if (domain === undefined) {
      domain = new FollowedDomain();
      this.#domains.set(domid, domain);
    }
    return domain;
  }
}

/** What made a port pending, where the record before says it. */
function causeBefore(
  before: TraceRecord,
  { domid, port }: SetPendingRecord,
): PathCause | undefined {
  if (before.type !== 'virq' && before.type !== 'fault') return undefined;
  if (before.domid !== domid || before.port !== port) return undefined;
  if (before.type === 'virq') return 'virq';
  return raisesEvent(before.fault) ? 'fault' : undefined;
}
