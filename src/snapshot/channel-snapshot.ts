import { EVTCHN_FIFO_LINK_MASK, EVTCHN_FIFO_LINKED } from '../abi/fifo.js';
import {
  MASK_REASON_EOI_PENDING,
  MASK_REASON_EXPLICIT,
  MASK_REASON_TEMPORARY,
} from '../guest/irq-table.js';
import type { GuestKernel } from '../guest/kernel.js';
import { PortGate } from '../guest/port-gate.js';
import type { HostDomain } from '../host/host-domain.js';
import {
  ECS_INTERDOMAIN,
  ECS_IPI,
  ECS_PIRQ,
  ECS_UNBOUND,
  ECS_VIRQ,
} from '../hypervisor/channel-table.js';
import type { Domain } from '../hypervisor/domain.js';
import { PortStatistics } from '../statistics/port-statistics.js';
import type { ChannelSnapshot, LostPeer, MaskReason } from './host-snapshot.js';
import { known, toMicroseconds } from './snapshot-time.js';
import { UnreadEvents } from './unread-events.js';

const LINKED = 1 << EVTCHN_FIFO_LINKED;

/** Names of the states of a port in use, by `ECS_*`. */
const STATES: Readonly<Record<number, ChannelSnapshot['state']>> = {
  [ECS_UNBOUND]: 'unbound',
  [ECS_INTERDOMAIN]: 'interdomain',
  [ECS_PIRQ]: 'pirq',
  [ECS_VIRQ]: 'virq',
  [ECS_IPI]: 'ipi',
};

/** Every combination of mask reasons, by their bits: most channels share one of these lists. */
const MASK_REASONS: readonly (readonly MaskReason[])[] = Array.from({ length: 8 }, (_, bits) => {
  const reasons: MaskReason[] = [];
  if ((bits & MASK_REASON_EXPLICIT) !== 0) reasons.push('explicit');
  if ((bits & MASK_REASON_TEMPORARY) !== 0) reasons.push('temporary');
  if ((bits & MASK_REASON_EOI_PENDING) !== 0) reasons.push('eoi-pending');
  return reasons;
});

/** Of what nobody watches nothing is known. */
const UNWATCHED = new PortStatistics();

/** Reads the channels of one domain, as they are while it is made. */
export class ChannelReader {
  readonly #xen: Domain;
  readonly #kernel: GuestKernel | undefined;
  /** What holds events back, if anything may. */
  readonly #gate: PortGate | undefined;
  /** Of each port its open file << 1 | enabled. */
  readonly #owners: Int32Array | undefined;
  readonly #unread: UnreadEvents;
  readonly #statistics: PortStatistics;
  readonly #watched: boolean;

  /** @param statistics - undefined where nothing is counted */
  constructor(domain: HostDomain, statistics: PortStatistics | undefined) {
    this.#xen = domain.xen;
    this.#kernel = domain.kernel;
    const handler = domain.kernel?.abi.handler;
    this.#gate = handler instanceof PortGate ? handler : undefined;
    this.#owners = domain.driver?.ports.owners;
    this.#unread = new UnreadEvents(domain, domain.xen.channels.valid);
    this.#statistics = statistics ?? UNWATCHED;
    this.#watched = statistics !== undefined;
  }

  /** What a port is like that is in use. */
  read(port: number): ChannelSnapshot {
    const { channels, ports } = this.#xen;
    const state = channels.state(port);
    const word = this.#owners?.[port] ?? 0;
    const file = word >> 1 || undefined;
    const enabled = file === undefined ? undefined : (word & 1) !== 0;
    const queued = this.#unread.count(port);
    const pending = ports.isPending(port) || channels.remembered(port);
    const of = this.#statistics;
    const watched = this.#watched;
    return {
      port,
      state: STATES[state]!,
      peer: this.#peer(port, state),
      number: state === ECS_VIRQ || state === ECS_PIRQ ? channels.remote(port) : undefined,
      vcpu: channels.vcpu(port),
      priority: ports.abi === 'fifo' ? channels.priority(port) : undefined,
      pending,
      missing: this.#missing(port),
      masked: ports.isMasked(port),
      heldByFault: this.#gate?.holder(port),
      selected: this.#selected(port),
      link: this.#link(port),
      maskReasons: MASK_REASONS[(this.#kernel?.irqs.flagsOfAny(port) ?? 0) & 7]!,
      xenConsumer: channels.consumerIsXen(port) || undefined,
      file,
      enabled,
      disabledBy: enabled === false && queued === 0 ? of.disabledBy(port) : undefined,
      handler: file === undefined ? this.#kernel?.irqs.handlers[port]?.name : undefined,
      queued,
      queuedBehind: queued > 0 ? this.#unread.behind(port) : undefined,
      deferredUntil: this.#deferredUntil(port),
      events: watched ? of.events(port) : undefined,
      coalesced: watched ? of.coalesced(port) : undefined,
      overflows: watched ? of.overflows(port) : undefined,
      sends: watched ? of.sends(port) : undefined,
      openedAt: known(of.openedAt(port)),
      connectedAt: known(of.connectedAt(port)),
      lostPeer: state === ECS_UNBOUND ? this.#lostPeer(port) : undefined,
      lastEventAt: known(of.lastEventAt(port)),
      pendingSince: pending ? known(of.pendingSince(port)) : undefined,
      queuedSince: queued > 0 ? known(of.queuedSince(port)) : undefined,
      lastReadAt: known(of.lastReadAt(port)),
      lastEnabledAt: known(of.lastEnabledAt(port)),
      lastSendAt: known(of.lastSendAt(port)),
      lastReader: of.lastReader(port) || undefined,
    };
  }

  #peer(port: number, state: number): ChannelSnapshot['peer'] {
    const { channels } = this.#xen;
    const domid = channels.remote(port);
    if (state === ECS_INTERDOMAIN) return { domid, port: channels.remotePort(port) };
    return state === ECS_UNBOUND ? { domid } : undefined;
  }

  #missing(port: number): ChannelSnapshot['missing'] {
    const { fifo, channels } = this.#xen;
    if (fifo === undefined) return undefined;
    if (!fifo.hasWord(port)) return 'event-word';
    return fifo.hasControlBlock(channels.vcpu(port)) ? undefined : 'control-block';
  }

  #selected(port: number): true | undefined {
    const { ports, channels, vcpus } = this.#xen;
    if (ports.abi === 'fifo') return undefined;
    const selector = vcpus[channels.vcpu(port)]!.pendingSel;
    return (selector[port >>> 11]! & (1 << ((port >>> 6) & 31))) === 0 ? undefined : true;
  }

  #link(port: number): number | undefined {
    const word = this.#xen.fifo?.word(port) ?? 0;
    return (word & LINKED) === 0 ? undefined : word & EVTCHN_FIFO_LINK_MASK;
  }

  #deferredUntil(port: number): number | undefined {
    const due = this.#kernel?.deferred.dueAt(port);
    return due === undefined ? undefined : toMicroseconds(due);
  }

  #lostPeer(port: number): LostPeer | undefined {
    const of = this.#statistics;
    const peerPort = of.lostPeerPort(port);
    if (peerPort === 0) return undefined;
    const how = of.lostPeerDestroyed(port) ? 'destroyed' : 'closed';
    const at = toMicroseconds(of.lostPeerAt(port));
    return { domid: of.lostPeerDomid(port), port: peerPort, at, how };
  }
}
