/** What is counted of a domain, or of a whole host. */
export class Counters {
  /** Events made pending, those that merged included. */
  events = 0;
  /** Events that merged into one that was pending already. */
  coalesced = 0;
  /** Events that met a full ring. */
  overflows = 0;
  /** Sends that Xen accepted (`EVTCHNOP_send`). */
  sends = 0;
  /** Upcalls of vCPUs. */
  upcalls = 0;
  /** Reads of the device that gave ports. */
  reads = 0;
  /** Ports they gave. */
  portsRead = 0;
  /** Writes of the device. */
  writes = 0;
  /** Ports that writes enabled. */
  portsEnabled = 0;
  /** Late EOIs that were put off. */
  deferrals = 0;
  /** Events that resets of open files threw away, unread. */
  dropped = 0;
}
