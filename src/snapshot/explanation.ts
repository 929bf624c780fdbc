/** The first thing in the way of the next event of a port. */
export type Verdict =
  /** There is no such domain, and none that was seen. */
  | 'no-domain'
  /** The domain was destroyed. */
  | 'domain-destroyed'
  /** The snapshot is of other domains. */
  | 'domain-not-shown'
  /** No port of the domain can have that number. */
  | 'port-beyond-limit'
  /** The port was closed and not opened again. */
  | 'port-closed'
  /** The port is not in use. */
  | 'port-not-open'
  /** Only Xen's own side receives events on it. */
  | 'held-by-xen'
  /** No kernel runs in the domain. */
  | 'no-kernel'
  /** No open file and no kernel handler has it bound. */
  | 'held-by-nobody'
  /** The kernel itself handles it, not a program. */
  | 'held-by-kernel'
  /** The ring of its file overflowed, so reads fail. */
  | 'ring-overflow'
  /** Its event is in the ring, and nobody waits there. */
  | 'unread'
  /** Its event is in the ring, and somebody polls but does not read. */
  | 'polled-not-read'
  /** Its event met a full ring and is gone; the port stays disabled. */
  | 'event-lost'
  /** A reset of the ring threw its event away; the port stays disabled. */
  | 'event-dropped'
  /** Its event was read and the port not written back. */
  | 'not-written-back'
  /** It was written back, and its late EOI is put off. */
  | 'eoi-deferred'
  /** The kernel masks it (`disable_irq`, or a move to another vCPU). */
  | 'masked'
  /** FIFO: the guest has given no event word for it. */
  | 'no-event-word'
  /** FIFO: the guest has given no control block for its vCPU. */
  | 'no-control-block'
  /** Its vCPU takes no upcalls. */
  | 'upcalls-off'
  /** The host delivers events only when it is told to run. */
  | 'waits-for-run'
  /** An event is pending and nothing is in its way. */
  | 'being-delivered'
  /** It is unbound and nobody connected yet. */
  | 'waits-for-peer'
  /** Its peer closed the other end. */
  | 'peer-closed'
  /** Its peer's domain was destroyed. */
  | 'peer-destroyed'
  /** Its VIRQ was not raised since it was bound. */
  | 'virq-not-raised'
  /** Its VIRQ was not raised again. */
  | 'virq-quiet'
  /** Its physical interrupt did not come again. */
  | 'pirq-quiet'
  /** Nobody in the domain sent on it again. */
  | 'ipi-quiet'
  /** It is ready, and its peer has not sent since they connected. */
  | 'peer-never-sent'
  /** It is ready, and nothing was sent since its last event was handled. */
  | 'idle';

/** Why nothing arrives on a port. */
export interface Explanation {
  /** The domain that was asked about. */
  readonly domid: number;
  /** The port that was asked about. */
  readonly port: number;
  /** The first thing in the way of the next event. */
  readonly verdict: Verdict;
  /**
   * Something waits here that does not get on by itself: an event that is pending, unread or lost, for a second or for who
   * knows how long; or a file whose port lost its peer.
   */
  readonly stuck: boolean;
  /** What is the matter, in plain English, the verdict's sentence first; then what else there is to know. */
  readonly sentences: readonly string[];
  /** What Xen or Linux does there, and where. */
  readonly rule: string;
  /** What to do about it, most useful first; may be nothing. Commands are those of `xen-evtchn`. */
  readonly advice: readonly string[];
}
