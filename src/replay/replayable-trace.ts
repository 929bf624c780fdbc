import type { DomainOptions } from '../host/xen-host.js';
import type { Delivery } from '../hypervisor/hypervisor.js';
import type { HostSnapshot } from '../snapshot/host-snapshot.js';
import type { TraceBatch } from '../trace/trace-batch.js';

/** What can be replayed: what `readJsonLines` gives, or records of an embedded host, as `{ batches: [{ records, dropped: 0 }] }`. */
export interface ReplayableTrace {
  /** What the host was like when the trace began. */
  readonly snapshot?: HostSnapshot | undefined;
  /** Some records were left out on purpose: such a trace is refused. */
  readonly filtered?: boolean | undefined;
  /** The records, cut where some were lost. */
  readonly batches: readonly TraceBatch[];
}

/** How a trace is replayed. */
export interface ReplayTraceOptions {
  /**
   * The last record, from 1: the call that it is of is made still, and none behind it. The records of a file of JSON lines are
   * its lines from the second on, so record N is in line N + 1. All unless given.
   */
  readonly until?: number | undefined;
  /**
   * How domains were made, by their `domid`: for what the trace does not tell, as `lateEoi`, `bindStatic`, `privileged`,
   * `target` and `pirqs`. What is given here goes before what the trace tells.
   */
  readonly domains?: readonly DomainOptions[] | undefined;
  /** How the host delivered; as the snapshot says, or `immediate`, unless given. */
  readonly delivery?: Delivery | undefined;
  /** Differences that are described at most, 1 or more; 10 unless given. All are counted. */
  readonly maxDifferences?: number | undefined;
}
