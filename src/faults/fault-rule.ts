import type { FaultName } from '../trace/fault-name.js';

/** The smallest and the largest of what the seed chooses from. */
export interface FaultRange {
  /** The smallest. */
  readonly from: number;
  /** The largest; `from` where there is no choice. */
  readonly to: number;
}

/** One fault that a host is to show, with its conditions: one entry of a SPEC. */
export interface FaultRule {
  /** What happens. */
  readonly name: FaultName;
  /** How manyeth rule of that name in its SPEC it is, from 0. */
  readonly ordinal: number;
  /** How likely it is at an occasion that meets the conditions: above 0, up to 1. */
  readonly rate: number;
  /** Only the nth occasion of its place, from 1. */
  readonly nth: number | undefined;
  /** Only in this domain. */
  readonly domain: number | undefined;
  /** Only on this port. */
  readonly port: number | undefined;
  /** Only for files that a process of this name opened. */
  readonly process: string | undefined;
  /** At most so many times. */
  readonly max: number | undefined;
  /** Milliseconds; from 0 to 0 for faults that take no time. */
  readonly ms: FaultRange;
  /** Until another event is delivered in the host. */
  readonly until: 'event' | undefined;
  /** How many events it takes; 1 for faults that have no such key. */
  readonly events: number;
  /** The errno of the answer, positive; 0 where the seed chooses. */
  readonly errno: number;
}
