import { type Exploration, ExplorationError } from './exploration.js';
import type { Scenario } from './lab.js';
import { LabRun } from './lab-run.js';
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
  const { runs = 1000, seed = 1, maxSteps = 10_000, timers = 'any' } = options;
  const { spurious = 0, deaths = 1 } = options;
  const strategy = strategyOf(options);
  let steps = 0;
  let whole = 0;
  for (let run = 0; run < runs; run++) {
    if (!strategy.begin(run)) return { runs: whole, steps, complete: true };
    const one = new LabRun({ maxSteps, timers, spurious, deaths, seed, run });
    const { schedule, failure, givenUp } = await one.run(scenario, strategy);
    strategy.end(schedule.length);
    steps += schedule.length;
    if (!givenUp) whole++;
    if (failure !== undefined) throw new ExplorationError(failure, schedule, run + 1);
  }
  return { runs: whole, steps, complete: false };
}
