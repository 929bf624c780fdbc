import type { TraceRecord } from '../../trace/trace-record.js';

/** A step of a run, as a report tells of it. */
export interface ReportStep {
  /** From 1. */
  readonly number: number;
  /** Whose it is: a party, a domain, the clock. */
  readonly who: string;
  /** What was done. */
  readonly what: string;
  /** Where in the program, as {@link siteText} has it; empty where not known. */
  readonly where: string;
  /** Another had the step before. */
  readonly switched: boolean;
  /** The default policy would have had another go. */
  readonly decided: boolean;
  /** What the host did, oldest first. */
  readonly records: readonly TraceRecord[];
  /** What became of parties by it: `back is over`. */
  readonly ends: readonly string[];
}
