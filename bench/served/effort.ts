import type { RoundCounts } from './rounds.js';

/** How thoroughly to measure. */
export interface Effort {
  /** Servers and clients are started so many times anew: no two processes are compiled or laid out quite the same. */
  readonly passes: number;
  /** Of each pass. */
  readonly counts: RoundCounts;
  /** Starts of programs. */
  readonly starts: number;
  /** Rounds in a row, where something works on behind the rounds: its work must fall to those that caused it. */
  readonly inARow: number;
}

export const FULL: Effort = {
  passes: 5,
  counts: { warmUp: 60, rounds: 100 },
  starts: 31,
  inARow: 80,
};
/** To see whether all works, not to quote. */
export const QUICK: Effort = {
  passes: 1,
  counts: { warmUp: 20, rounds: 40 },
  starts: 5,
  inARow: 40,
};
