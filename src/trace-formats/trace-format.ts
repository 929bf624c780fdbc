import type { HostSnapshot } from '../snapshot/host-snapshot.js';
import type { TraceBatch } from '../trace/trace-batch.js';
import type { TraceRecord } from '../trace/trace-record.js';

/** What a format may know of the host before the first record. */
export interface TraceStart {
  /**
   * What the host was like when the trace began: the processes of files that were open, and what ports were. Without it they
   * are told of as they appear.
   */
  readonly snapshot?: HostSnapshot | undefined;
}

/** How a trace ended. */
export interface TraceSummary {
  /** Records written. */
  readonly records: number;
  /** Records that were lost, because the follower was too slow. */
  readonly dropped: number;
}

/**
 * A format that a trace is written in, piece by piece: what the three methods give, one after the other, is the file. Each
 * trace needs one of its own. What is written by then can be read if the writer dies before {@link end}.
 */
export interface TraceFormat {
  /** The start of the file; called once, first. */
  begin(): string;
  /** The next part of it; empty for nothing new. An empty batch says that nothing is to come soon. */
  batch(batch: TraceBatch): string;
  /** Takes note of a record that is left out of the file, for what it tells about others: who somebody is, what a port is. */
  leaveOut(record: TraceRecord): void;
  /** The end of the file; called once, last. */
  end(summary: TraceSummary): string;
}
