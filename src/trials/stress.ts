import { refusalText, type TrialResult } from './trial-result.js';

/** The run with one seed. */
export interface SeededResult {
  readonly seed: number;
  readonly result: TrialResult;
}

/** Runs the program with a seed. Rejects with the reason of the signal when that aborts. */
export type RunSeed = (seed: number, stop: AbortSignal) => Promise<TrialResult>;

/** What is to be tried. */
export interface StressOptions {
  readonly run: RunSeed;
  /** The first seed; the others follow. */
  readonly first: number;
  /** How many. */
  readonly runs: number;
  /** How many at the same time; 1 or more. */
  readonly jobs: number;
  /** Whether nothing more is tried once one has failed. */
  readonly untilFailure: boolean;
  /** Called with each, in the order in which they end. */
  readonly onResult?: (result: SeededResult) => void;
}

/** Many runs with a seed each, several at the same time. */
export class Stress {
  readonly #options: StressOptions;
  readonly #results: SeededResult[] = [];
  readonly #stop = new AbortController();
  #started = 0;

  constructor(options: StressOptions) {
    this.#options = options;
  }

  /** Those that are over, by seed. */
  get results(): readonly SeededResult[] {
    return [...this.#results].sort((a, b) => a.seed - b.seed);
  }

  /** Starts no more, and ends those that run. What is over stands. */
  stop(): void {
    this.#stop.abort();
  }

  /**
   * Runs them.
   * @throws (rejects) Error if one could not be run; the others are ended then
   */
  async run(): Promise<void> {
    const jobs = Math.min(this.#options.jobs, this.#options.runs);
    const working = Array.from({ length: jobs }, () => this.#work());
    // All of them, so that none is left running.
    const ends = await Promise.allSettled(working);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  async #work(): Promise<void> {
    const { run, first, runs, untilFailure, onResult } = this.#options;
    const { signal } = this.#stop;
    while (this.#started < runs && !signal.aborted) {
      const seed = first + this.#started++;
      let result: TrialResult;
      try {
        result = await run(seed, signal);
        if (result.outcome === 'refused') {
          throw new Error(`the run with seed ${seed} could not be done: ${refusalText(result)}`);
        }
      } catch (error) {
        if (error === signal.reason) return;
        this.stop();
        throw error;
      }
      const seeded = { seed, result };
      this.#results.push(seeded);
      onResult?.(seeded);
      if (untilFailure && result.outcome !== 'passed') this.stop();
    }
  }
}
