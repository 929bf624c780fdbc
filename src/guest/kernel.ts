import { EBUSY, EINVAL, ENOENT, ENOMEM } from '../abi/errno.js';
import type { Clock } from '../clock/clock.js';
import type { Domain, UpcallHandler } from '../hypervisor/domain.js';
import type { EventChannelOps } from '../hypervisor/event-channel-ops.js';
import { Cpu } from './cpu.js';
import type { GuestEventAbi, PortHandler } from './event-abi.js';
import { GuestFifo } from './fifo.js';
import {
  ACTIVE,
  EOI_TIMED,
  type InterruptHandler,
  IRQT_EVTCHN,
  IRQT_IPI,
  IRQT_PIRQ,
  IRQT_VIRQ,
  IrqTable,
  LATE_EOI,
  MASK_REASON_EOI_PENDING,
  MASK_REASON_EXPLICIT,
  MASK_REASON_TEMPORARY,
  MAX_REFCOUNT,
  POSTABLE,
  STATIC,
} from './irq-table.js';
import type { KernelOptions } from './kernel-options.js';
import { DEFAULT_LATE_EOI, LateEoi } from './late-eoi.js';
import { GuestTwoLevel } from './two-level.js';

const MASK_REASONS = MASK_REASON_EXPLICIT | MASK_REASON_TEMPORARY | MASK_REASON_EOI_PENDING;
/** Constants of the hot paths are combined here: the compiler folds those of its own module only. */
const POST_CHECK = POSTABLE | EOI_TIMED | ACTIVE | MASK_REASONS;
const POST_READY = POSTABLE;
const TIMED = EOI_TIMED;
const EOI_PENDING = MASK_REASON_EOI_PENDING;
/** The event is in its handler, or waits for its EOI. */
const IN_SERVICE = ACTIVE | MASK_REASON_EOI_PENDING;

/**
 * The event layer of a guest kernel (drivers/xen/events/events_base.c): ports become irqs with handlers, events reach them
 * through the upcall, and a late EOI re-opens a port when its driver is done with the event.
 *
 * Methods answer 0 or a number, or a negative errno, as the kernel's functions do. Arguments are unsigned integers.
 */
export class GuestKernel implements UpcallHandler, PortHandler {
  /** @internal */ readonly domain: Domain;
  /** @internal */ readonly abi: GuestEventAbi;
  /** @internal */ readonly irqs: IrqTable = new IrqTable();
  /** @internal */ readonly deferred: LateEoi;
  private readonly xen: EventChannelOps;
  private readonly cpus: Cpu[];

  /** Takes over the domain's upcall and sets up the ABI. @internal */
  constructor(domain: Domain, clock: Clock, options: KernelOptions = {}) {
    this.domain = domain;
    this.xen = domain.hypervisor.eventChannels;
    const parameters = { ...DEFAULT_LATE_EOI, ...options.lateEoi };
    const loopTimeout = (parameters.eventLoopTimeout * 1000) / parameters.hz;
    this.cpus = domain.vcpus.map(() => new Cpu(clock, loopTimeout));
    this.deferred = new LateEoi(parameters, clock, domain.vcpus.length, (port) => {
      this.endOfDeferred(port);
    });
    this.abi =
      options.abi === 'two-level' ? new GuestTwoLevel(domain, this) : new GuestFifo(domain, this);
    domain.upcallHandler = this;
  }

  /** Ports the ABI can name (`xen_evtchn_max_channels`). */
  get maxChannels(): number {
    return this.abi.maxChannels;
  }

  /** Ports set up so far (`xen_evtchn_nr_channels`): 4096 with two-level, 1024 per array page with FIFO. */
  get nrChannels(): number {
    return this.abi.nrChannels;
  }

  /**
   * Gives a port an irq and a handler whose driver ends each event itself, with {@link lateEoi}
   * (`bind_evtchn_to_irqhandler_lateeoi`). An event that is pending already is handled before this returns.
   * @returns the irq; -ENOMEM for a port beyond the ABI; errors of setting up the port; -EBUSY if it has a handler
   */
  bindEvtchnToIrqHandlerLateEoi(port: number, handler: InterruptHandler): number {
    return this.bindPort(port, IRQT_EVTCHN, 0, LATE_EOI, handler);
  }

  /** As {@link bindEvtchnToIrqHandlerLateEoi}, with the event ended by the loop (`bind_evtchn_to_irqhandler`). */
  bindEvtchnToIrqHandler(port: number, handler: InterruptHandler): number {
    return this.bindPort(port, IRQT_EVTCHN, 0, 0, handler);
  }

  /** Binds a VIRQ on a vCPU to a handler (`bind_virq_to_irqhandler`). @returns the irq or Xen's errno */
  bindVirqToIrqHandler(virq: number, vcpu: number, handler: InterruptHandler): number {
    const port = this.xen.bindVirq(this.domain, virq, vcpu);
    return port < 0 ? port : this.bindOwned(port, IRQT_VIRQ, vcpu, handler);
  }

  /** Binds an IPI to a vCPU (`bind_ipi_to_irqhandler`). @returns the irq or Xen's errno */
  bindIpiToIrqHandler(vcpu: number, handler: InterruptHandler): number {
    const port = this.xen.bindIpi(this.domain, vcpu);
    return port < 0 ? port : this.bindOwned(port, IRQT_IPI, vcpu, handler);
  }

  /** Binds a physical interrupt (`bind_pirq`). @returns the irq or Xen's errno */
  bindPirqToIrqHandler(pirq: number, handler: InterruptHandler): number {
    const port = this.xen.bindPirq(this.domain, pirq, 0);
    return port < 0 ? port : this.bindOwned(port, IRQT_PIRQ, 0, handler);
  }

  /** As `unbind_from_irqhandler`: no handler any more, and the channel is closed unless somebody else counts on it. */
  unbindFromIrqHandler(irq: number): void {
    const port = this.irqs.port(irq);
    if (port === 0) return;
    this.mask(port, MASK_REASON_EXPLICIT);
    this.irqs.handlers[port] = undefined;
    this.dropReference(port);
  }

  /** The irq of a port, or -1 (`irq_from_evtchn`). */
  irqFromEvtchn(port: number): number {
    return this.irqs.irqFromPort(port);
  }

  /** Sends on a port (`notify_remote_via_evtchn`). @returns what Xen answered, which Linux ignores */
  notifyRemoteViaEvtchn(port: number): number {
    return this.xen.send(this.domain, port);
  }

  /** Other drivers may hold the channel from now on, 1 reference being the binder's (`evtchn_make_refcounted`). */
  evtchnMakeRefcounted(port: number): number {
    if (!this.irqs.bound(port)) return -ENOENT;
    this.irqs.setRefcount(port, 1);
    return 0;
  }

  /**
   * Holds a channel open beyond its binder, as gntdev and gntalloc do to notify on unmap (`evtchn_get`).
   * @returns 0; -ENOENT for a port that is not bound; -EINVAL if it is not counted or the count is at its limit
   */
  evtchnGet(port: number): number {
    if (!this.irqs.bound(port)) return -ENOENT;
    const count = this.irqs.refcount(port);
    if (count <= 0 || count === MAX_REFCOUNT) return -EINVAL;
    this.irqs.setRefcount(port, count + 1);
    return 0;
  }

  /** Gives back what {@link evtchnGet} took; the last one closes the channel (`evtchn_put`). */
  evtchnPut(port: number): number {
    if (!this.irqs.bound(port)) return -ENOENT;
    this.dropReference(port);
    return 0;
  }

  /** The channel is somebody else's: it stays open when it is unbound (`evtchn_make_static`). */
  evtchnMakeStatic(port: number): number {
    if (!this.irqs.bound(port)) return -ENOENT;
    this.irqs.setFlags(port, this.irqs.flags(port) | STATIC);
    return 0;
  }

  /** Masks an irq until as many {@link enableIrq} came (`disable_irq`). */
  disableIrq(irq: number): void {
    const port = this.irqs.port(irq);
    if (port === 0) return;
    const depth = this.irqs.disableDepth(port);
    this.irqs.setDisableDepth(port, depth + 1);
    if (depth === 0) this.mask(port, MASK_REASON_EXPLICIT);
  }

  /** Undoes one {@link disableIrq}; a remembered event is delivered (`enable_irq`). */
  enableIrq(irq: number): void {
    const port = this.irqs.port(irq);
    const depth = port === 0 ? 0 : this.irqs.disableDepth(port);
    if (depth === 0) return;
    this.irqs.setDisableDepth(port, depth - 1);
    if (depth === 1) this.unmask(port, MASK_REASON_EXPLICIT);
  }

  /**
   * The driver is done with an event: its port opens again, now or, after a storm, later (`xen_irq_lateeoi`).
   * @param port - the port of an irq bound with late EOI
   * @param spurious - there was nothing to do (`XEN_EOI_FLAG_SPURIOUS`): repeated, the EOI is put off ever longer
   */
  lateEoi(port: number, spurious: boolean): void {
    const { irqs } = this;
    const flags = irqs.flagsOfAny(port);
    if (spurious || (flags & TIMED) !== 0) {
      this.lateEoiSlow(port, spurious);
      return;
    }
    // Nearly always: no storm, nothing spurious, nothing to look up.
    irqs.setFlags(port, flags & ~IN_SERVICE);
    if ((flags & MASK_REASONS) !== EOI_PENDING) return;
    const { abi } = this;
    if (!abi.unmaskIdle(port)) abi.unmask(port);
  }

  private lateEoiSlow(port: number, spurious: boolean): void {
    const { irqs, deferred } = this;
    if (!irqs.bound(port) || deferred.isQueued(port)) return;
    const until = deferred.handle(port, irqs.vcpu(port), spurious, (on) => this.cpus[on]!.epoch);
    const flags = irqs.flags(port);
    irqs.setFlags(port, deferred.knows(port) ? flags | EOI_TIMED : flags & ~EOI_TIMED);
    if (until === 0) this.endOfInterrupt(port);
    else this.domain.trace.probe?.deferredEoi(this.domain.id, port, until);
  }

  /** The time of a deferred EOI has come (`xen_irq_lateeoi_worker`). */
  private endOfDeferred(port: number): void {
    this.domain.trace.probe?.deferredEoiEnd(this.domain.id, port);
    this.endOfInterrupt(port);
  }

  /** The EOI takes effect: an event that came meanwhile is handled. */
  private endOfInterrupt(port: number): void {
    this.irqs.setFlags(port, this.irqs.flags(port) & ~ACTIVE);
    this.unmask(port, MASK_REASON_EOI_PENDING);
  }

  /**
   * Has an irq served by the least loaded of some vCPUs, or of all (`set_affinity_irq`, `/proc/irq/N/smp_affinity`).
   * @returns 0, or Xen's errno for a channel that cannot move
   */
  setAffinity(irq: number, vcpus: readonly number[]): number {
    const port = this.irqs.port(irq);
    if (port === 0) return -EINVAL;
    const candidates = vcpus.length > 0 ? vcpus : this.cpus.map((_, vcpu) => vcpu);
    let target = candidates[0]!;
    for (const vcpu of candidates) {
      if (this.cpus[vcpu] === undefined) return -EINVAL;
      if (this.cpus[vcpu]!.channels < this.cpus[target]!.channels) target = vcpu;
    }
    return this.move(port, target);
  }

  /** `xen_rebind_evtchn_to_cpu`: masked while it moves, so that an event is not handled twice. */
  private move(port: number, vcpu: number): number {
    this.mask(port, MASK_REASON_TEMPORARY);
    const rc = this.xen.bindVcpu(this.domain, port, vcpu);
    if (rc >= 0) this.serveOn(port, vcpu);
    this.unmask(port, MASK_REASON_TEMPORARY);
    return rc;
  }

  /** A vCPU takes no upcalls until {@link enableUpcalls} (`local_irq_disable`). */
  disableUpcalls(vcpu: number): void {
    this.domain.vcpus[vcpu]!.upcallMask = true;
  }

  /** Takes upcalls again, and those that are due at once (`local_irq_enable`). */
  enableUpcalls(vcpu: number): void {
    const virtual = this.domain.vcpus[vcpu]!;
    virtual.upcallMask = false;
    if (!virtual.upcallPending) return;
    this.domain.hypervisor.kick(virtual);
    this.domain.hypervisor.exit();
  }

  /** Handles a vCPU's pending events until none is left (`xen_evtchn_do_upcall`). @internal */
  upcall(vcpu: number, handled: number): void {
    const cpu = this.cpus[vcpu]!;
    if (cpu.busy) return;
    const virtual = this.domain.vcpus[vcpu]!;
    const { probe } = this.domain.trace;
    if (probe !== undefined) probe.upcall(this.domain.id, vcpu);
    cpu.enter(handled);
    let done = false;
    try {
      do {
        virtual.upcallPending = false;
        this.abi.handleEvents(vcpu);
      } while (virtual.upcallPending);
      done = true;
    } finally {
      cpu.leave();
      // A handler threw: the events behind it wait for the next upcall instead of being lost.
      if (!done) {
        virtual.upcallPending = true;
        this.domain.hypervisor.kick(virtual);
      }
    }
  }

  /**
   * The only event of an upcall, handed over directly: {@link upcall} and {@link handlePort} in one, for an irq with late EOI
   * about which there is nothing special. @internal
   */
  post(port: number): boolean {
    const { irqs } = this;
    const flags = irqs.flagsOfAny(port);
    if ((flags & POST_CHECK) !== POST_READY) return false;
    irqs.setFlags(port, flags | IN_SERVICE);
    this.abi.post(port, flags >>> 16);
    irqs.handlers[port]!.post!(port);
    return true;
  }

  /** An event on a port, found by the scan (`handle_irq_for_port`). Ports without irq are passed over. @internal */
  handlePort(port: number, vcpu: number): void {
    const { irqs } = this;
    if (!irqs.bound(port)) return;
    const cpu = this.cpus[vcpu]!;
    cpu.countEvent();
    let flags = irqs.flags(port);
    if ((flags & ACTIVE) !== 0) return;
    if (cpu.deferEoi) {
      this.deferred.deferInLoop(port, vcpu, cpu.epoch);
      flags |= EOI_TIMED;
    }
    if ((flags & LATE_EOI) !== 0) {
      irqs.setFlags(port, flags | IN_SERVICE);
      if ((flags & MASK_REASONS) === 0) this.abi.mask(port);
    } else {
      irqs.setFlags(port, flags);
    }
    this.abi.clearPending(port);
    irqs.handlers[port]?.interrupt(port);
  }

  /** Stops all timers: the domain is gone. @internal */
  shutdown(): void {
    this.deferred.shutdown();
  }

  /** Binds a port this kernel has just been given; closes it where that fails. */
  private bindOwned(port: number, type: number, vcpu: number, handler: InterruptHandler): number {
    const irq = this.bindPort(port, type, vcpu, 0, handler);
    if (irq < 0) this.xen.close(this.domain, port);
    return irq;
  }

  private bindPort(
    port: number,
    type: number,
    vcpu: number,
    flags: number,
    handler: InterruptHandler,
  ): number {
    if (port >= this.abi.maxChannels) return -ENOMEM;
    const { irqs } = this;
    if (!irqs.bound(port)) {
      const rc = this.abi.setup(port);
      if (rc < 0) return rc;
      irqs.allocate(port, type, vcpu, flags);
      this.cpus[vcpu]!.channels++;
      this.abi.bindToVcpu(port, vcpu, vcpu);
    } else if (irqs.handlers[port] !== undefined) {
      return -EBUSY;
    }
    irqs.handlers[port] = handler;
    irqs.setDisableDepth(port, 0);
    // Only with late EOI does the short way do all that the loop does for an event.
    const post = handler.post !== undefined && (irqs.flags(port) & LATE_EOI) !== 0;
    irqs.setFlags(port, post ? irqs.flags(port) | POSTABLE : irqs.flags(port) & ~POSTABLE);
    // `request_irq` starts the irq up: a pending event is handled right here.
    this.unmask(port, MASK_REASON_EXPLICIT);
    return irqs.irqFromPort(port);
  }

  private serveOn(port: number, vcpu: number): void {
    const old = this.irqs.vcpu(port);
    this.cpus[old]!.channels--;
    this.cpus[vcpu]!.channels++;
    this.irqs.setVcpu(port, vcpu);
    this.abi.bindToVcpu(port, vcpu, old);
  }

  /** `unbind_from_irq`: the last reference closes the channel and frees the irq. */
  private dropReference(port: number): void {
    const { irqs } = this;
    const count = irqs.refcount(port);
    if (count > 0) {
      irqs.setRefcount(port, count - 1);
      if (count > 1) return;
    }
    const vcpu = irqs.vcpu(port);
    this.deferred.forget(port);
    this.mask(port, MASK_REASON_EXPLICIT);
    this.cpus[vcpu]!.channels--;
    this.abi.remove(port, vcpu);
    const isStatic = (irqs.flags(port) & STATIC) !== 0;
    irqs.free(port);
    if (!isStatic) this.xen.close(this.domain, port);
  }

  /** Adds a mask reason; the first one masks the port. */
  private mask(port: number, reason: number): void {
    const flags = this.irqs.flags(port);
    this.irqs.setFlags(port, flags | reason);
    if ((flags & MASK_REASONS) === 0) this.abi.mask(port);
  }

  /** Takes a mask reason away; with the last one the port opens. */
  private unmask(port: number, reason: number): void {
    const flags = this.irqs.flags(port);
    if ((flags & reason) === 0) return;
    this.irqs.setFlags(port, flags & ~reason);
    if ((flags & MASK_REASONS) === reason) this.abi.unmask(port);
  }
}
