import type { HostSnapshot } from '../snapshot/host-snapshot.js';
import type { TraceBatch } from '../trace/trace-batch.js';

/** How a host is followed. */
export interface FollowOptions {
  /** Ends the following when it aborts: the iteration is over then, without an error. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds between two looks; 50 unless given. */
  readonly interval?: number | undefined;
}

/** A served host as a process beside it sees and steers it, through files of its tree. */
export interface WatchedHost {
  /** Where it is served, for people. */
  readonly name: string;
  /** The directory of its tree, as this process sees it; undefined where it has none. */
  readonly directory?: string | undefined;
  /**
   * What it is like now: all of it, or one domain.
   * @throws (rejects) Error for a domain that is not there, and for a host that is not there any more
   */
  snapshot(domid?: number): Promise<HostSnapshot>;
  /**
   * Every step from now on, in batches; empty ones come as well, so that whoever shows them can tell the time. Ends when the
   * host does.
   */
  follow(options?: FollowOptions): AsyncIterable<TraceBatch>;
  /**
   * Has a domain send on its port, or, `incoming`, has an event come in on it as if its peer had sent.
   * @throws (rejects) EvtchnError EINVAL, as EVTCHNOP_send, for a port that cannot be sent on; Error without the right to it
   */
  notify(domid: number, port: number, incoming?: boolean): Promise<void>;
  /** Raises a virtual interrupt in a domain. @throws (rejects) EvtchnError EINVAL for one that there is not */
  raiseVirq(domid: number, virq: number, vcpu?: number): Promise<void>;
  /** Destroys a domain. */
  destroyDomain(domid: number): Promise<void>;
}

/** Which host: one of them at most; the default place, or the only host of this user, unless given. */
export interface HostChoice {
  /** The directory where it is served. */
  readonly host?: string | undefined;
  /** Process number of the `xen-evtchn run` or `serve` that has it. */
  readonly pid?: number | undefined;
}
