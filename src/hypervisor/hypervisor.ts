import { DOMID_FIRST_RESERVED, DOMID_SELF } from '../abi/domid.js';
import { EEXIST, EINVAL } from '../abi/errno.js';
import { NR_VIRQS, virqKind } from '../abi/virq.js';
import type { Tracepoints } from '../trace/tracepoints.js';
import { closePort } from './close.js';
import { Domain, type DomainConfig, NO_GUEST } from './domain.js';
import { EventChannelOps } from './event-channel-ops.js';
import { NEW_PAGES, type PageSource } from './page-source.js';
import type { Vcpu } from './vcpu.js';

/**
 * When a vCPU that Xen kicked runs its upcall: `immediate`, before the call that raised the event returns (what one
 * physical CPU shows); or `deferred`, when {@link XenHost.run} is called.
 */
export type Delivery = 'immediate' | 'deferred';

/** Counts as many reasons not to post as there can never be others: an upcall runs. */
const DELIVERING = 0x1000000;

/**
 * Xen: its domains and the event channels between them. Pure: no I/O, no clock, no randomness; everything happens inside
 * the call that causes it.
 */
export class Hypervisor {
  readonly trace: Tracepoints;
  /** The `EVTCHNOP_*` operations. */
  readonly eventChannels: EventChannelOps;
  /** When kicked vCPUs run. */
  readonly delivery: Delivery;
  /** Where the memory of domains comes from. */
  readonly pages: PageSource;
  private readonly byId: (Domain | undefined)[] = [];
  /** Handlers of global VIRQs that are not the hardware domain (`global_virq_handlers`). */
  private readonly virqHandlers: (Domain | undefined)[] = new Array(NR_VIRQS).fill(undefined);
  /** vCPUs to run, oldest kick first. */
  private kickedFirst: Vcpu | undefined = undefined;
  private kickedLast: Vcpu | undefined = undefined;
  /**
   * Reasons why no event may take the short way now: delivery is deferred, there is a trace, a vCPU polls, or an upcall runs.
   */
  private blockers = 0;

  /** @param pages - where the memory of domains comes from */
  constructor(trace: Tracepoints, delivery: Delivery, pages: PageSource = NEW_PAGES) {
    this.trace = trace;
    this.delivery = delivery;
    this.pages = pages;
    if (delivery === 'deferred') this.blockers++;
    if (trace.probe !== undefined) this.blockers++;
    // By way of a variable: V8 takes a function that is assigned to a property at once for long-lived, and with it all it reaches.
    const onChange = (tracing: boolean): void => this.block(tracing ? 1 : -1);
    trace.onChange = onChange;
    this.eventChannels = new EventChannelOps(this);
  }

  /**
   * Makes a domain with port 0 reserved and nothing bound (`evtchn_init`).
   * @returns the domain, -EEXIST if the number is taken, -EINVAL if it is reserved
   */
  createDomain(config: DomainConfig): Domain | number {
    if (config.domid >= DOMID_FIRST_RESERVED) return -EINVAL;
    if (this.byId[config.domid] !== undefined) return -EEXIST;
    const domain = new Domain(this, config);
    // Without holes, so that looking up a peer stays one load.
    while (this.byId.length <= config.domid) this.byId.push(undefined);
    this.byId[config.domid] = domain;
    this.trace.probe?.domainCreate(domain.id);
    return domain;
  }

  /**
   * Closes every channel of a domain and forgets it (`evtchn_destroy`). Peers become unbound and are not told.
   */
  destroyDomain(domain: Domain): void {
    if (domain.dying) return;
    domain.dying = true;
    const channels = domain.channels;
    const closed = channels.active;
    while (channels.active > 0) {
      const port = channels.free.takenFrom(1);
      channels.setXenConsumer(port, false);
      closePort(domain, port);
    }
    for (let virq = 0; virq < NR_VIRQS; virq++) {
      if (this.virqHandlers[virq] === domain) this.virqHandlers[virq] = undefined;
    }
    for (const vcpu of domain.vcpus) vcpu.endPolling();
    domain.upcallHandler = NO_GUEST;
    this.byId[domain.id] = undefined;
    this.trace.probe?.domainDestroy(domain.id, closed);
  }

  /** The domain of that number (`rcu_lock_domain_by_id`); reserved numbers name none. */
  domain(domid: number): Domain | undefined {
    return this.byId[domid];
  }

  /** As {@link domain}, with DOMID_SELF for the caller (`rcu_lock_domain_by_any_id`). */
  domainByAnyId(caller: Domain, domid: number): Domain | undefined {
    return domid === DOMID_SELF ? caller : this.byId[domid];
  }

  /** The domains there are, by number. */
  *domains(): IterableIterator<Domain> {
    for (const domain of this.byId) if (domain !== undefined) yield domain;
  }

  /**
   * XSM_TARGET of the default policy: the caller is the domain, a control domain, or the domain's device model.
   */
  mayControl(caller: Domain, target: Domain): boolean {
    return caller === target || caller.privileged || caller.target === target.id;
  }

  /**
   * Has a global VIRQ delivered to another domain than the hardware domain (`set_global_virq_handler`).
   * @returns 0, or -EINVAL if the VIRQ is not global
   */
  setGlobalVirqHandler(domain: Domain, virq: number): number {
    if (virq >= NR_VIRQS || virqKind(virq) !== 'global') return -EINVAL;
    this.virqHandlers[virq] = domain;
    return 0;
  }

  /** Raises a global VIRQ in the domain that handles it (`send_global_virq`); lost where nobody bound it. */
  raiseGlobalVirq(virq: number): void {
    const handler = this.virqHandlers[virq] ?? this.byId[0];
    if (handler !== undefined) this.raiseVirq(handler, virq, 0);
  }

  /**
   * Raises a VIRQ on a vCPU of a domain (`send_guest_vcpu_virq`, `send_guest_global_virq`); lost where nobody bound it.
   */
  raiseVirq(domain: Domain, virq: number, vcpu: number): void {
    const port = domain.vcpus[vcpu]!.virqToPort[virq]!;
    this.trace.probe?.virq(domain.id, virq, vcpu, port);
    if (port === 0) return;
    domain.ports.setPending(port);
    this.exit();
  }

  /** Raises a physical interrupt (`send_guest_pirq`); lost where nobody bound it. */
  raisePirq(domain: Domain, pirq: number): void {
    const port = domain.pirqToPort.get(pirq) ?? 0;
    if (port === 0) return;
    domain.ports.setPending(port);
    this.exit();
  }

  /** A vCPU has an upcall to take: queues it (`vcpu_kick`). */
  kick(vcpu: Vcpu): void {
    if (vcpu.kicked) return;
    vcpu.kicked = true;
    vcpu.nextKicked = undefined;
    if (this.kickedLast === undefined) this.kickedFirst = vcpu;
    else this.kickedLast.nextKicked = vcpu;
    this.kickedLast = vcpu;
  }

  /**
   * Xen returns to its guests: with immediate delivery the kicked vCPUs run now. What an upcall raises runs after it, not
   * inside it, so that events going to and fro never nest.
   */
  exit(): void {
    if (this.kickedFirst !== undefined) this.deliverNow();
  }

  private deliverNow(): void {
    if (this.delivery === 'immediate') this.deliver();
  }

  /**
   * Runs kicked vCPUs, oldest first, until none is left. From inside an upcall it does nothing: what runs that upcall goes on
   * with what is left.
   */
  deliver(): void {
    if (this.blockers >= DELIVERING) return;
    this.blockers += DELIVERING;
    try {
      for (let vcpu = this.kickedFirst; vcpu !== undefined; vcpu = this.kickedFirst) {
        this.unqueue(vcpu);
        vcpu.runUpcall();
      }
    } finally {
      this.blockers -= DELIVERING;
    }
  }

  /** Runs one vCPU, if it was kicked: where delivery is deferred and somebody decides whose turn it is. @internal */
  deliverTo(vcpu: Vcpu): void {
    if (!vcpu.kicked || this.blockers >= DELIVERING) return;
    this.unlink(vcpu);
    this.blockers += DELIVERING;
    try {
      vcpu.runUpcall();
    } finally {
      this.blockers -= DELIVERING;
    }
  }

  private unlink(vcpu: Vcpu): void {
    let before: Vcpu | undefined;
    for (let each = this.kickedFirst; each !== vcpu; each = each!.nextKicked) before = each;
    if (before === undefined) this.kickedFirst = vcpu.nextKicked;
    else before.nextKicked = vcpu.nextKicked;
    if (this.kickedLast === vcpu) this.kickedLast = before;
    vcpu.kicked = false;
  }

  /** One reason more (1) or less (-1) not to take the short way. */
  block(change: 1 | -1): void {
    this.blockers += change;
  }

  /**
   * The short way of an event to an idle domain, as posted interrupts are in hardware: where setting the pending bit, linking
   * the port and kicking the vCPU would at once make it run, find just this event and undo all three, the event is handed to
   * the guest directly. Not while there is a trace, which shows each step, or some vCPU polls.
   * @param port - not pending, and masked for the guest just now, as it would itself; false is to be followed by unmasking it
   * @returns false, with nothing done, if the event must take the way through memory
   */
  post(domain: Domain, port: number): boolean {
    return this.blockers === 0 && domain.busyVcpus === 0 && domain.upcallHandler.post(port);
  }

  /**
   * Runs what a posted handler may call back into the host with, as part of its upcall: events it raises are delivered after
   * it, not inside it.
   * @param port - whose event it is
   */
  insideUpcall(domain: Domain, port: number, run: () => void): void {
    this.blockers += DELIVERING;
    try {
      run();
    } finally {
      this.blockers -= DELIVERING;
    }
    if (this.kickedFirst === undefined) return;
    this.resume(domain.vcpus[domain.channels.vcpu(port)]!);
    this.exit();
  }

  /**
   * A posted event raised others: those of its own vCPU come before all else, as they would in the upcall that found it, and
   * count as one loop with it.
   */
  private resume(vcpu: Vcpu): void {
    if (!vcpu.kicked) return;
    if (this.kickedFirst !== vcpu) {
      let before = this.kickedFirst!;
      while (before.nextKicked !== vcpu) before = before.nextKicked!;
      before.nextKicked = vcpu.nextKicked;
      if (this.kickedLast === vcpu) this.kickedLast = before;
      vcpu.nextKicked = this.kickedFirst;
      this.kickedFirst = vcpu;
    }
    vcpu.handled = 1;
  }

  /** The vCPUs that wait for their upcall, oldest kick first. */
  *kickedVcpus(): IterableIterator<Vcpu> {
    for (let vcpu = this.kickedFirst; vcpu !== undefined; vcpu = vcpu.nextKicked) yield vcpu;
  }

  /** The first of {@link kickedVcpus}; the others follow by {@link Vcpu.nextKicked}. */
  get firstKicked(): Vcpu | undefined {
    return this.kickedFirst;
  }

  private unqueue(vcpu: Vcpu): void {
    this.kickedFirst = vcpu.nextKicked;
    if (this.kickedFirst === undefined) this.kickedLast = undefined;
    vcpu.kicked = false;
  }
}
