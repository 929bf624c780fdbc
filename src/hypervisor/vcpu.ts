import {
  VCPU_INFO_PENDING_SEL_OFFSET,
  VCPU_INFO_SIZE,
  VCPU_INFO_UPCALL_MASK_OFFSET,
  VCPU_INFO_UPCALL_PENDING_OFFSET,
  XEN_LEGACY_MAX_VCPUS,
} from '../abi/two-level.js';
import { NR_VIRQS } from '../abi/virq.js';
import type { Domain } from './domain.js';

/** What a vCPU polls for in SCHEDOP_poll: no poll, any event of its domain, or one port. */
const NOT_POLLING = -1;
const POLLING_ANY = 0;

/** One virtual CPU of a domain, as far as events go. */
export class Vcpu {
  readonly domain: Domain;
  readonly id: number;
  /** `evtchn_pending_sel` of its `vcpu_info`: the low and the high half of the 64-bit word. */
  readonly pendingSel: Uint32Array;
  /** Ports of the VIRQs bound on this vCPU, 0 where none (`virq_to_evtchn`). */
  readonly virqToPort: number[] = new Array<number>(NR_VIRQS).fill(0);
  /** The next vCPU waiting for its upcall; the hypervisor's list. */
  nextKicked: Vcpu | undefined = undefined;
  /** Events of the next upcall that were handled the short way. */
  handled = 0;
  /** On that list. */
  kicked = false;
  private readonly info: Uint8Array;
  /** `evtchn_upcall_pending` and `evtchn_upcall_mask` as one: 0 while the vCPU is idle. */
  private readonly upcallFlags: Uint16Array;
  private pollingFor = NOT_POLLING;
  private wakePoller: (() => void) | undefined = undefined;

  /**
   * @param domain - whose vCPU it is
   * @param id - its number
   * @param sharedInfo - the domain's shared_info page, which holds `vcpu_info` of the first 32 vCPUs
   */
  constructor(domain: Domain, id: number, sharedInfo: ArrayBuffer) {
    this.domain = domain;
    this.id = id;
    // Further vCPUs register theirs elsewhere (VCPUOP_register_vcpu_info).
    const own = id < XEN_LEGACY_MAX_VCPUS;
    const buffer = own ? sharedInfo : new ArrayBuffer(VCPU_INFO_SIZE);
    const offset = own ? id * VCPU_INFO_SIZE : 0;
    this.info = new Uint8Array(buffer, offset, VCPU_INFO_SIZE);
    this.upcallFlags = new Uint16Array(buffer, offset + VCPU_INFO_UPCALL_PENDING_OFFSET, 1);
    this.pendingSel = new Uint32Array(buffer, offset + VCPU_INFO_PENDING_SEL_OFFSET, 2);
  }

  /** `evtchn_upcall_pending`: some event wants delivery. The guest clears it. */
  get upcallPending(): boolean {
    return this.info[VCPU_INFO_UPCALL_PENDING_OFFSET] !== 0;
  }

  set upcallPending(on: boolean) {
    this.setFlag(VCPU_INFO_UPCALL_PENDING_OFFSET, on);
  }

  /** `evtchn_upcall_mask`: the guest takes no upcalls now. */
  get upcallMask(): boolean {
    return this.info[VCPU_INFO_UPCALL_MASK_OFFSET] !== 0;
  }

  set upcallMask(on: boolean) {
    this.setFlag(VCPU_INFO_UPCALL_MASK_OFFSET, on);
  }

  /** Nothing is pending and upcalls are taken. */
  get idle(): boolean {
    return this.upcallFlags[0] === 0;
  }

  private setFlag(offset: number, on: boolean): void {
    const wasIdle = this.idle;
    this.info[offset] = on ? 1 : 0;
    if (this.idle !== wasIdle) this.domain.busyVcpus += wasIdle ? 1 : -1;
  }

  /** Sets the upcall flag and, if it was clear, has the vCPU run its upcall (`vcpu_mark_events_pending`). */
  markEventsPending(): void {
    if (this.upcallPending) return;
    this.upcallPending = true;
    this.domain.hypervisor.kick(this);
  }

  /** An upcall would be taken right now (`local_events_need_delivery`). */
  get eventsNeedDelivery(): boolean {
    return this.upcallPending && !this.upcallMask;
  }

  /** Enters the guest's upcall handler if an event is pending and upcalls are not masked. */
  runUpcall(): void {
    const info = this.info;
    if (info[VCPU_INFO_UPCALL_PENDING_OFFSET] === 0 || info[VCPU_INFO_UPCALL_MASK_OFFSET] !== 0) {
      return;
    }
    const { handled } = this;
    this.handled = 0;
    this.domain.upcallHandler.upcall(this.id, handled);
  }

  /** Blocked in SCHEDOP_poll. */
  get polling(): boolean {
    return this.pollingFor !== NOT_POLLING;
  }

  /**
   * Blocks in SCHEDOP_poll for one port, or for any (`port` 0), until woken or stopped. A vCPU waits in one place: a wait
   * that was under way ends.
   */
  startPolling(port: number, wake: () => void): void {
    this.endPolling();
    this.countPoller(1);
    this.pollingFor = port === 0 ? POLLING_ANY : port;
    this.wakePoller = wake;
  }

  /** Ends SCHEDOP_poll as an event would. */
  endPolling(): void {
    const wake = this.wakePoller;
    this.stopPolling();
    wake?.();
  }

  /** Leaves SCHEDOP_poll without an event: its timeout, or an interruption. */
  stopPolling(): void {
    if (!this.polling) return;
    this.pollingFor = NOT_POLLING;
    this.wakePoller = undefined;
    this.countPoller(-1);
  }

  private countPoller(change: 1 | -1): void {
    this.domain.pollers += change;
    this.domain.hypervisor.block(change);
  }

  /** Ends SCHEDOP_poll if it waits for this port or for any (`evtchn_check_pollers`). */
  checkPoller(port: number): void {
    if (this.pollingFor === POLLING_ANY || this.pollingFor === port) this.endPolling();
  }
}
