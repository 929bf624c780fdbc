/** What happened to an event at one step of its path. */
export type PathStepKind =
  /** It was made pending; a port that is `masked` keeps it. */
  | 'pending'
  /** Another event came while this one was pending: they are one now. */
  | 'merged'
  /** The interrupt handler put it into the ring of an open file. */
  | 'queued'
  /** The ring was full: nobody will read it. */
  | 'overflow'
  /** The open file's reader took it. */
  | 'read'
  /** The open file wrote its port back. */
  | 'enabled'
  /** The late EOI was put off: the port stays masked. */
  | 'deferred'
  /** The port is open again. */
  | 'unmasked'
  /** A reset, or the end of its open file, threw it out of the ring, unread. */
  | 'dropped'
  /** Its port was closed or unbound before it was done with. A reader may still find it in the ring. */
  | 'closed'
  /** No open file but the kernel itself took it, at the latest now: what shows it is that the next one does not merge. */
  | 'handled';

/** One step of the path of an event. */
export interface PathStep {
  /** Milliseconds of the host's clock. */
  readonly time: number;
  /** What happened. */
  readonly kind: PathStepKind;
  /** Of a `pending` or `merged` step: who sent it, if a domain did. */
  readonly sender?: PathSender | undefined;
  /** Of a `pending` step: the port was masked. */
  readonly masked?: boolean | undefined;
}

/** The end of a channel that an event was sent from. */
export interface PathSender {
  /** The domain that sent. */
  readonly domid: number;
  /** Its port. */
  readonly port: number;
  /**
   * The open file whose ioctl sent it; undefined for a kernel's own, for what was sent by hand, and while the ioctl lasts,
   * which is until all that it causes has happened.
   */
  readonly file?: number | undefined;
}

/**
 * What made an event: a send of the peer, a bind_interdomain (which leaves its port pending), a virtual interrupt, a fault that
 * the host was asked to show, or another interrupt; unknown where it was there before it was followed.
 */
export type PathCause = 'send' | 'bind' | 'virq' | 'fault' | 'other' | 'unknown';

/** Where an event is: pending in Xen, in a ring, read and not written back, done with, or gone unread. */
export type PathState = 'pending' | 'queued' | 'read' | 'done' | 'lost';

/**
 * The path of one event on one port, from being sent to the unmask, with what merged into it. What is handed out is the path
 * itself: it grows as the event goes on. `done` and `lost` are for good, though the port of a lost event is still `enabled`
 * and `unmasked` by who writes it back.
 */
export interface EventPath {
  /** Unique where it was followed, from 1, in the order in which events began. */
  readonly id: number;
  /** The domain that receives it. */
  readonly domid: number;
  /** The port, of that domain. */
  readonly port: number;
  /** What made it. */
  readonly cause: PathCause;
  /** The open file that got it. */
  readonly file: number | undefined;
  /** Where it is. */
  readonly state: PathState;
  /** Events that merged into it. */
  readonly merged: number;
  /** In order; the first is `pending`, unless the cause is unknown. Of the `merged` ones only the first 100 are kept. */
  readonly steps: readonly PathStep[];
}
