import type { Exploration } from './exploration.js';
import { failedRun } from './failed-run.js';
import type { Scenario } from './lab.js';
import { LabRun } from './lab-run.js';
import { RUN_DEFAULTS, type RunOptions } from './run-options.js';
import { PctStrategy } from './strategies/pct-strategy.js';
import { RandomStrategy } from './strategies/random-strategy.js';
import type { Strategy } from './strategy.js';

/** How schedules are chosen: see {@link ExploreOptions.strategy}. */
export type StrategyName = 'random' | 'pct' | 'exhaustive';

/** How a scenario is explored. */
export interface ExploreOptions {
  /** Schedules to run; 1 000 unless given. An exhaustive exploration ends earlier if there are no more. */
  readonly runs?: number | undefined;
  /** Decides everything, 0 to 2^32 - 1; 1 unless given, so that a test is the same each time. */
  readonly seed?: number | undefined;
  /** `random` unless given. */
  readonly strategy?: StrategyName | undefined;
  /** Orderings that a bug needs at most, for `pct`; 3 unless given. */
  readonly depth?: number | undefined;
  /** Steps after which a run is taken for endless; 10 000 unless given. */
  readonly maxSteps?: number | undefined;
  /** When timers fire: at `any` moment, as if all else were slow, or only when `idle`, with nothing else to happen. `any` unless given. */
  readonly timers?: 'any' | 'idle' | undefined;
  /** Events that come though nobody sent them, in a run at most; 0 unless given. */
  readonly spurious?: number | undefined;
  /** Deaths of mortal parties, in a run at most; 1 unless given. */
  readonly deaths?: number | undefined;
  /**
   * A schedule that fails is made simpler before it is told of, by up to 1 000 more runs. On unless given.
   */
  readonly shrink?: boolean | undefined;
  /** The report of a failure has colours, for a terminal. Off unless given. */
  readonly colour?: boolean | undefined;
}

function strategyOf(options: ExploreOptions): Strategy {
  const { strategy = 'random', seed = 1, depth = 3 } = options;
  if (strategy === 'random') return new RandomStrategy(seed);
  if (strategy === 'pct') return new PctStrategy(seed, depth);
  throw new RangeError('strategy: not there yet');
}

/**
 * Runs a scenario by many schedules until one fails.
 * @throws (rejects) ExplorationError when a run fails
 */
export async function explore(
  scenario: Scenario,
  options: ExploreOptions = {},
): Promise<Exploration> {
  const { runs = 1000, seed = 1, maxSteps = RUN_DEFAULTS.maxSteps } = options;
  const { timers = RUN_DEFAULTS.timers, spurious = RUN_DEFAULTS.spurious } = options;
  const { deaths = RUN_DEFAULTS.deaths, shrink = true, colour = false } = options;
  const strategy = strategyOf(options);
  let steps = 0;
  let whole = 0;
  for (let run = 0; run < runs; run++) {
    if (!strategy.begin(run)) return { runs: whole, steps, complete: true };
    const runOptions: RunOptions = { maxSteps, timers, spurious, deaths, seed, run };
    const { schedule, failure, givenUp } = await new LabRun(runOptions).run(scenario, strategy);
    strategy.end(schedule.length);
    steps += schedule.length;
    if (!givenUp) whole++;
    if (failure !== undefined) {
      const origin = `Found in run ${run + 1} of ${runs}: seed ${seed}, ${options.strategy ?? 'random'}`;
      throw await failedRun(scenario, {
        failure,
        schedule,
        options: runOptions,
        runs: run + 1,
        origin,
        shrink,
        colour,
      });
    }
  }
  return { runs: whole, steps, complete: false };
}
