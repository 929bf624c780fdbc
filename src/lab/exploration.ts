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

/** A run failed: thrown by `explore` and `replay`. */
export class ExplorationError extends Error {
  /** Why it failed. */
  readonly failure: Failure;
  /** Who took each step of the run that failed. */
  readonly schedule: readonly Actor[];
  /** How many runs there were, that one included. */
  readonly runs: number;

  /** @internal */
  constructor(failure: Failure, schedule: readonly Actor[], runs: number) {
    super(failure.message, failure.error === undefined ? undefined : { cause: failure.error });
    this.name = 'ExplorationError';
    this.failure = failure;
    this.schedule = schedule;
    this.runs = runs;
  }
}
