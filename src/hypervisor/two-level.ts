import { ENOSYS } from '../abi/errno.js';
import {
  EVTCHN_2L_NR_CHANNELS,
  SHARED_INFO_EVTCHN_MASK_OFFSET,
  SHARED_INFO_EVTCHN_PENDING_OFFSET,
} from '../abi/two-level.js';
import type { Domain } from './domain.js';
import type { PortOps } from './port-ops.js';

/** 32-bit words in each of the two bitmaps. */
const BITMAP_WORDS = EVTCHN_2L_NR_CHANNELS / 32;

/**
 * The two-level ABI (xen/common/event_2l.c): a pending and a mask bit per port in shared_info, and in each vCPU a
 * selector with a bit per 64 ports.
 */
export class TwoLevelPorts implements PortOps {
  readonly abi = 'two-level';
  readonly limit: number = EVTCHN_2L_NR_CHANNELS;
  private readonly domain: Domain;
  /** `evtchn_pending` and `evtchn_mask` of shared_info, as 32-bit halves of its 64-bit words. */
  private readonly pending: Uint32Array;
  private readonly mask: Uint32Array;

  constructor(domain: Domain) {
    this.domain = domain;
    const page = domain.sharedInfo.buffer;
    this.pending = new Uint32Array(page, SHARED_INFO_EVTCHN_PENDING_OFFSET, BITMAP_WORDS);
    this.mask = new Uint32Array(page, SHARED_INFO_EVTCHN_MASK_OFFSET, BITMAP_WORDS);
  }

  init(_port: number): void {}

  post(port: number): boolean {
    const { domain } = this;
    const word = port >>> 5;
    const bit = 1 << (port & 31);
    if (((this.mask[word]! | this.pending[word]!) & bit) !== 0) return false;
    this.mask[word]! |= bit;
    if (domain.hypervisor.post(domain, port)) return true;
    this.mask[word]! &= ~bit;
    return false;
  }

  setPending(port: number): void {
    const { domain } = this;
    const word = port >>> 5;
    const bit = 1 << (port & 31);
    const masked = (this.mask[word]! & bit) !== 0;
    const coalesced = (this.pending[word]! & bit) !== 0;
    if (domain.trace.probe !== undefined) domain.tracePending(port, coalesced, masked);
    // As Xen does: an event that is pending already changes nothing and wakes no poller (evtchn_2l_set_pending).
    if (coalesced) return;
    this.pending[word]! |= bit;
    if (!masked) this.select(port);
    if (domain.pollers !== 0) domain.checkPollers(port);
  }

  clearPending(port: number): void {
    this.pending[port >>> 5]! &= ~(1 << (port & 31));
  }

  unmask(port: number): void {
    const word = port >>> 5;
    const bit = 1 << (port & 31);
    if ((this.mask[word]! & bit) === 0) return;
    this.mask[word]! &= ~bit;
    if ((this.pending[word]! & bit) !== 0) this.select(port);
  }

  isPending(port: number): boolean {
    return port < this.limit && (this.pending[port >>> 5]! & (1 << (port & 31))) !== 0;
  }

  isMasked(port: number): boolean {
    return port >= this.limit || (this.mask[port >>> 5]! & (1 << (port & 31))) !== 0;
  }

  isBusy(_port: number): boolean {
    return false;
  }

  setPriority(_port: number, _priority: number): number {
    return -ENOSYS;
  }

  /** Sets the selector bit of the port's word; the vCPU is told when it was clear. */
  private select(port: number): void {
    const domain = this.domain;
    const vcpu = domain.vcpus[domain.channels.vcpu(port)]!;
    const bit = 1 << ((port >>> 6) & 31);
    const selector = vcpu.pendingSel[port >>> 11]!;
    if ((selector & bit) !== 0) return;
    vcpu.pendingSel[port >>> 11] = selector | bit;
    vcpu.markEventsPending();
  }
}
