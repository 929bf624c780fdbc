/**
 * What is attached to the tracepoints of a host: a method for each, called synchronously in the middle of what it reports,
 * in the order in which things happen, so it must not call back into the host. Everything is a number where it can be, so
 * that a probe which counts or writes bytes allocates nothing. A host's sink gets a {@link TraceRecord} of each
 * call; the meaning of the arguments is told there.
 */
export interface TraceProbe {
  /** {@link DomainCreateRecord}. */
  domainCreate(domid: number): void;
  /** {@link DomainDestroyRecord}. */
  domainDestroy(domid: number, closed: number): void;
  /** {@link ChannelOpenRecord}. @param remotePort - 0 unless interdomain */
  channelOpen(domid: number, port: number, state: number, remote: number, remotePort: number): void;
  /** {@link ChannelCloseRecord}. @param peerPort - 0 if it had no peer; then the peer's domain says nothing */
  channelClose(domid: number, port: number, peerDomid: number, peerPort: number): void;
  /**
   * {@link HypercallRecord}.
   * @param op - one of `EVTCHNOP_*`, or `TRACE_SCHEDOP_POLL`
   * @param first - its input fields in the header's order, 0 for those it does not have
   */
  hypercall(
    domid: number,
    op: number,
    first: number,
    second: number,
    third: number,
    result: number,
  ): void;
  /** {@link VirqRecord}. @param port - 0 where nobody bound it */
  virq(domid: number, virq: number, vcpu: number, port: number): void;
  /** {@link SetPendingRecord}. */
  setPending(domid: number, port: number, vcpu: number, coalesced: boolean, masked: boolean): void;
  /** {@link UpcallRecord}. */
  upcall(domid: number, vcpu: number): void;
  /** {@link InterruptRecord}, and with nothing queued {@link OverflowRecord}. */
  interrupt(domid: number, file: number, port: number, queued: number): void;
  /**
   * {@link ReadRecord}.
   * @param entries - the ring: its length is a power of two
   * @param start - where in it the first port is that was read, before it is cut to the ring
   * @param result - bytes read or a negative errno
   */
  read(domid: number, file: number, entries: Uint32Array, start: number, result: number): void;
  /** {@link WriteRecord}. */
  write(domid: number, file: number, result: number): void;
  /** {@link EoiRecord}. */
  eoi(domid: number, file: number, port: number): void;
  /** {@link DeferredEoiRecord}. */
  deferredEoi(domid: number, port: number, until: number): void;
  /** {@link DeferredEoiEndRecord}. */
  deferredEoiEnd(domid: number, port: number): void;
  /**
   * {@link IoctlRecord}.
   * @param command - one of `IOCTL_EVTCHN_*`, or whatever number the program passed
   * @param first - its input fields in the header's order, -1 for those it does not have or that were not read
   */
  ioctl(
    domid: number,
    file: number,
    command: number,
    first: number,
    second: number,
    result: number,
  ): void;
  /** {@link BindRecord}. */
  bind(domid: number, file: number, port: number): void;
  /** {@link UnbindRecord}. */
  unbind(domid: number, file: number, port: number): void;
  /** {@link RingResetRecord}. */
  ringReset(domid: number, file: number, dropped: number, overflowed: boolean): void;
  /** {@link OpenRecord}. @param pid - 0 where there is none */
  open(domid: number, file: number, name: string, pid: number): void;
  /** {@link ReleaseRecord}. */
  release(domid: number, file: number): void;
  /** {@link FaultRecord}. @param fault - its place in `FAULT_NAMES` */
  fault(
    domid: number,
    number: number,
    fault: number,
    file: number,
    port: number,
    value: number,
  ): void;
}
