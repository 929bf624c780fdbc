import {
  ExhaustiveStrategy,
  type Reduction,
} from '../../../src/lab/exhaustive/exhaustive-strategy.js';
import { SteppedRun } from './stepped-run.js';

/** What an exploration came to. */
export interface SteppedExploration {
  /** Schedules that were run to their end. */
  readonly runs: number;
  /** Those that were begun. */
  readonly begun: number;
  readonly steps: number;
  /** How often each failure was seen. */
  readonly failures: ReadonlyMap<string, number>;
  /** The shortest schedule that failed. */
  readonly shortest: number;
}

/** How a scenario is explored. */
export interface SteppedOptions {
  readonly reduction: Reduction;
  /** Pre-emptions at most; any number unless given. */
  readonly preemptions?: number;
  /** Stops at the first failure. */
  readonly untilFailure?: boolean;
}

/**
 * Explores processes exhaustively.
 * @param build - starts them on a run, and answers what must hold at its end
 */
export function exploreSteps(
  build: (run: SteppedRun) => () => void,
  { reduction, preemptions = Infinity, untilFailure = false }: SteppedOptions,
): SteppedExploration {
  const strategy = new ExhaustiveStrategy({ reduction, idleTimers: true, preemptions });
  const failures = new Map<string, number>();
  let runs = 0;
  let begun = 0;
  let steps = 0;
  let shortest = Infinity;
  for (; strategy.begin(begun); begun++) {
    const run = new SteppedRun(strategy.observer);
    const { schedule, failure, givenUp } = run.run(strategy, build(run));
    strategy.end(schedule.length);
    steps += schedule.length;
    if (givenUp) continue;
    runs++;
    if (failure === undefined) continue;
    failures.set(failure, (failures.get(failure) ?? 0) + 1);
    shortest = Math.min(shortest, schedule.length);
    if (untilFailure) break;
  }
  return { runs, begun, steps, failures, shortest };
}
