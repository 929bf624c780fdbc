import type { TraceRecord } from './trace-record.js';

/**
 * Where trace records go. Called synchronously in the middle of what it reports, so it must not call back into the host.
 */
export interface TraceSink {
  /** Takes one record; records come in the order in which things happened. */
  record(record: TraceRecord): void;
}
