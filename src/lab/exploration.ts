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
  // Not properties, which test runners would print below the report.
  readonly #failed: FailedRun;

  /**
   * @param frames - lines of the stack, if it is to be another than that of this call
   * @internal
   */
  constructor(message: string, failed: FailedRun, frames?: string) {
    const { error } = failed.failure;
    super(message, error === undefined ? undefined : { cause: error });
    this.name = 'ExplorationError';
    this.#failed = failed;
    if (frames !== undefined) this.stack = `${this.name}: ${message}\n${frames}`;
  }

  /** Why it failed. */
  get failure(): Failure {
    return this.#failed.failure;
  }

  /** Who took each step of the run that is told of: the shrunk one. */
  get schedule(): readonly Actor[] {
    return this.#failed.schedule;
  }

  /** The string that `replay` repeats that run by. */
  get replay(): string {
    return this.#failed.replay;
  }

  /** How many runs there were until one failed, that one included; 1 for a replay. */
  get runs(): number {
    return this.#failed.runs;
  }
}
