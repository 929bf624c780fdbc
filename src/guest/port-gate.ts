import type { PortHandler } from './event-abi.js';
import { ACTIVE, MASK_REASON_TEMPORARY, POSTABLE } from './irq-table.js';
import type { GuestKernel } from './kernel.js';

const REASONS = 0x7;

/** Decides which events a {@link PortGate} holds back. */
export interface GateKeeper {
  /**
   * An event of an open file's port is about to be handled.
   * @returns whether it is to be held back: what the holder is known by, from 0; or -1 to let it through
   */
  hold(port: number): number;
  /** An event of an open file's port was handled. */
  passed(port: number): void;
}

/**
 * Stands between the scan of a guest's pending events and its kernel, and holds events of open files back. A port that is held
 * is masked and stays pending, as while its interrupt moves to another vCPU (`xen_rebind_evtchn_to_cpu`), so that what is sent
 * meanwhile merges, and nothing is lost. Events that take the short way pass it by: who sets a gate up must block that.
 */
export class PortGate implements PortHandler {
  private readonly kernel: GuestKernel;
  private readonly keeper: GateKeeper;
  private readonly holders = new Map<number, number>();

  /** Stands in front of the kernel from now on. */
  constructor(kernel: GuestKernel, keeper: GateKeeper) {
    this.kernel = kernel;
    this.keeper = keeper;
    kernel.abi.handler = this;
  }

  handlePort(port: number, vcpu: number): void {
    const flags = this.kernel.irqs.flagsOfAny(port);
    // Open files alone take events the short way.
    if ((flags & (POSTABLE | ACTIVE)) !== POSTABLE) {
      this.kernel.handlePort(port, vcpu);
      return;
    }
    const holder = this.keeper.hold(port);
    if (holder >= 0) {
      this.hold(port, flags, holder);
      return;
    }
    this.kernel.handlePort(port, vcpu);
    this.keeper.passed(port);
  }

  /** What a port is held by; undefined for one that is not held. */
  holder(port: number): number | undefined {
    // Unbinding the port ended the holding, too.
    const masked = (this.kernel.irqs.flagsOfAny(port) & MASK_REASON_TEMPORARY) !== 0;
    return masked ? this.holders.get(port) : undefined;
  }

  /** Opens a port that is held: its event is delivered, with what merged into it. Nothing for one that is not held. */
  release(port: number): void {
    const held = this.holder(port) !== undefined;
    this.holders.delete(port);
    if (!held) return;
    const { irqs, abi } = this.kernel;
    const flags = irqs.flags(port);
    irqs.setFlags(port, flags & ~MASK_REASON_TEMPORARY);
    if ((flags & REASONS) === MASK_REASON_TEMPORARY) abi.unmask(port);
  }

  private hold(port: number, flags: number, holder: number): void {
    const { irqs, abi } = this.kernel;
    this.holders.set(port, holder);
    irqs.setFlags(port, flags | MASK_REASON_TEMPORARY);
    if ((flags & REASONS) === 0) abi.mask(port);
  }
}
