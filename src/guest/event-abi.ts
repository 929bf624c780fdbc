/** Where the scan of pending events hands over each port it finds. */
export interface PortHandler {
  /** An event on a port is due on a vCPU (`handle_irq_for_port`). */
  handlePort(port: number, vcpu: number): void;
}

/**
 * A guest's half of an event-channel ABI, as Linux' `struct evtchn_ops` (drivers/xen/events/events_internal.h).
 */
export interface GuestEventAbi {
  /** Who gets the ports that the scan finds: the kernel, or a `PortGate` in front of it. */
  handler: PortHandler;
  /** Ports the ABI can name (`xen_evtchn_max_channels`). */
  readonly maxChannels: number;
  /** Ports set up so far (`xen_evtchn_nr_channels`). */
  readonly nrChannels: number;
  /** Makes a port usable: 0 or a negative errno. */
  setup(port: number): number;
  /** A port is served by a vCPU from now on. */
  bindToVcpu(port: number, vcpu: number, old: number): void;
  /** A port is no longer bound. */
  remove(port: number, vcpu: number): void;
  mask(port: number): void;
  /** The event of a port was handed over the short way: remembers it as the last one handled. */
  post(port: number, vcpu: number): void;
  /** Clears the mask; an event that is pending is delivered. */
  unmask(port: number): void;
  /** Clears the mask of a port without a pending event. @returns false, with nothing done, if one is: for `unmask` */
  unmaskIdle(port: number): boolean;
  clearPending(port: number): void;
  setPending(port: number): void;
  isPending(port: number): boolean;
  isMasked(port: number): boolean;
  /** Hands over every port that is pending and unmasked on a vCPU. */
  handleEvents(vcpu: number): void;
}
