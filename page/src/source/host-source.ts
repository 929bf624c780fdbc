import type { HostSnapshot, TraceRecord } from 'xen-evtchn/embedded';

/** A part of what happened on a host, as it comes to the page. */
export interface SourceBatch {
  /** In order. Of a busy host only the records of some events, all of each, and every record that belongs to no event. */
  readonly records: readonly TraceRecord[];
  /** Events that began in this batch. */
  readonly events: number;
  /** Of them, those whose records are here. */
  readonly shown: number;
  /** Records that were lost, because the follower was too slow. */
  readonly dropped: number;
}

/** What the page may do to a host; each rejects with an Error whose message a person can act on. */
export interface HostControl {
  /** Has a domain send on one of its ports. */
  notify(domid: number, port: number): Promise<void>;
  /** Raises a virtual interrupt in a domain. */
  raiseVirq(domid: number, virq: number, vcpu: number): Promise<void>;
  /** Destroys a domain. */
  destroyDomain(domid: number): Promise<void>;
}

/** A host that the page shows: a served one, behind HTTP, or an embedded one in the page itself. */
export interface HostSource {
  /** What it is, for the title: a path, or `playground`. */
  readonly name: string;
  /** Undefined where the page may only look. */
  readonly control: HostControl | undefined;
  /** What the host is like now. @throws (rejects) Error when the host cannot be reached */
  snapshot(): Promise<HostSnapshot>;
  /**
   * Has batches come, ten times a second at most, until the function it returns is called.
   * @param onEnd - the host is gone, or could not be reached for a while, and why; nothing comes after it
   */
  follow(onBatch: (batch: SourceBatch) => void, onEnd: (why: string) => void): () => void;
}
