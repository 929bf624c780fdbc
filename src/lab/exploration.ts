import type { Actor } from './actor.js';
import type { Failure } from './outcome.js';

/** What an exploration without a failure came to. */
export interface Exploration {
  /** Schedules that were run; less than were begun where an exhaustive exploration gave up those that could bring nothing more. */
  readonly runs: number;
  /** Steps of all of them together. */
  readonly steps: number;
  /** Every schedule there is was run, up to the bounds; only an exhaustive exploration can say so. */
  readonly complete: boolean;
}

/** What an {@link ExplorationError} tells. */
export interface FailedRun {
  /** Why it failed. */
  readonly failure: Failure;
  /** Who took each step. */
  readonly schedule: readonly Actor[];
  /** The same as a string. */
  readonly replay: string;
  /** How many runs there were. */
  readonly runs: number;
}

/**
 * A run failed: thrown by `explore` and `replay`. Its message is the whole report: what failed, where events went, the steps one
 * after the other, and the line that repeats them. Its stack points to where a party threw or waits.
 */
export class ExplorationError extends Error {
  /** Why it failed. */
  readonly failure: Failure;
  /** Who took each step of the run that is told of: the shrunk one. */
  readonly schedule: readonly Actor[];
  /** The string that `replay` repeats that run by. */
  readonly replay: string;
  /** How many runs there were until one failed, that one included; 1 for a replay. */
  readonly runs: number;

  /**
   * @param frames - lines of the stack, if it is to be another than that of this call
   * @internal
   */
  constructor(message: string, failed: FailedRun, frames?: string) {
    const { failure, schedule, replay, runs } = failed;
    super(message, failure.error === undefined ? undefined : { cause: failure.error });
    this.name = 'ExplorationError';
    this.failure = failure;
    this.schedule = schedule;
    this.replay = replay;
    this.runs = runs;
    if (frames !== undefined) this.stack = `${this.name}: ${message}\n${frames}`;
  }
}
