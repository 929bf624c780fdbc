/** The name of an event-channel ABI. */
export type EventAbi = 'two-level' | 'fifo';

/**
 * What an event-channel ABI does with a port, as Xen's `struct evtchn_port_ops` (xen/include/xen/event.h): two-level and
 * FIFO each fill it, and nobody else asks which one is on. Ports handed in are valid.
 */
export interface PortOps {
  readonly abi: EventAbi;
  /** Ports the ABI can name (`max_evtchns`). */
  readonly limit: number;
  /** A port was just taken from FREE. */
  init(port: number): void;
  /** An event: marks the port and, unless it is masked or was pending, tells its vCPU. */
  setPending(port: number): void;
  /**
   * An event by the short way (`Hypervisor.post`).
   * @returns true if it is handled, with all that followed from it; false, with nothing done, if it is one for `setPending`
   */
  post(port: number): boolean;
  /** Forgets a pending event. */
  clearPending(port: number): void;
  /** EVTCHNOP_unmask: clears the mask and re-raises an event that is pending. */
  unmask(port: number): void;
  isPending(port: number): boolean;
  isMasked(port: number): boolean;
  /** A FREE port that cannot be handed out yet (`evtchn_is_busy`). */
  isBusy(port: number): boolean;
  /** EVTCHNOP_set_priority: 0 or a negative errno. */
  setPriority(port: number, priority: number): number;
}
