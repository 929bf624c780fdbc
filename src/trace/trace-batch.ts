import type { TraceRecord } from './trace-record.js';

/** Some records of a trace, in order, as whoever follows a host gets them. */
export interface TraceBatch {
  /** In the order in which things happened. */
  readonly records: readonly TraceRecord[];
  /** Records lost just before these, because the follower was too slow; 0 nearly always. */
  readonly dropped: number;
}
