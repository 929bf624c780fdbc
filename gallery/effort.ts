/** How much is run for each exhibit. */
export interface Effort {
  /** Explorations of the broken program by each strategy, with the seeds from 1 up. */
  readonly seeds: number;
  /** Schedules in which each of these strategies must find the bug, with any of the seeds. */
  readonly budget: number;
  /** Schedules in which the exhaustive strategy must find it. */
  readonly exhaustiveBudget: number;
  /** Schedules of the corrected program by each strategy, with up to {@link SPURIOUS} events in each that nobody sent. */
  readonly corrected: number;
  /** Runs of the broken program without the lab. */
  readonly ordinary: number;
}

/** Events that nobody sent, in a schedule of a corrected program, at most. */
export const SPURIOUS = 2;

/** What the table in docs/gallery.md is made with. */
export const FULL: Effort = {
  seeds: 25,
  budget: 1000,
  exhaustiveBudget: 10_000,
  corrected: 10_000,
  ordinary: 10_000,
};

/** Finds the bugs as {@link FULL} does, and tries in seconds that nothing else fails. */
export const QUICK: Effort = { ...FULL, corrected: 300, ordinary: 100 };
