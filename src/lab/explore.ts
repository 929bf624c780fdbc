import { checkBoolean, checkInteger } from '../errors/argument.js';
import { PagePool } from '../hypervisor/page-source.js';
import { ExhaustiveStrategy, type Reduction } from './exhaustive/exhaustive-strategy.js';
import type { Exploration } from './exploration.js';
import { failedRun } from './failed-run.js';
import type { Scenario } from './lab.js';
import { LabRun } from './lab-run.js';
import { RUN_DEFAULTS } from './run-defaults.js';
import type { RunOptions } from './run-options.js';
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
   * Which schedules an exhaustive exploration leaves out, as another that it runs differs only in the order of steps that have
   * nothing to do with each other: `none`; those with `deliveries` and timers in another order, while steps of different parties
   * count as using the same variables of the scenario; or those with steps of `parties` in another order too, which is right only
   * where parties share nothing but events, cells, and what they wait for with `until`. `deliveries` unless given, and `none`
   * with {@link preemptions}, where it can be nothing else.
   */
  readonly reduction?: Reduction | undefined;
  /**
   * Pre-emptions of a schedule that an exhaustive exploration tries, at most: steps of another actor than the last one although
   * that one could have gone on. Any number unless given.
   */
  readonly preemptions?: number | undefined;
  /**
   * A schedule that fails is made simpler before it is told of, by up to 1 000 more runs, or 300 000 steps. On unless given.
   */
  readonly shrink?: boolean | undefined;
  /** The report of a failure has colours, for a terminal. Off unless given. */
  readonly colour?: boolean | undefined;
}

function strategyOf(options: ExploreOptions): Strategy {
  const { strategy = 'random', seed = 1, depth = 3 } = options;
  if (strategy === 'random') return new RandomStrategy(seed);
  if (strategy === 'pct') return new PctStrategy(seed, depth);
  return exhaustive(options);
}

function exhaustive(options: ExploreOptions): Strategy {
  const { preemptions = Infinity, timers } = options;
  const bounded = preemptions !== Infinity;
  const { reduction = bounded ? 'none' : 'deliveries' } = options;
  if (bounded) checkInteger('preemptions', preemptions, 0, Number.MAX_SAFE_INTEGER);
  if (bounded && reduction !== 'none') {
    throw new RangeError("reduction must be 'none' where pre-emptions are bounded");
  }
  return new ExhaustiveStrategy({ reduction, idleTimers: timers === 'idle', preemptions });
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
  checkBoolean('shrink', shrink);
  checkBoolean('colour', colour);
  const strategy = strategyOf(options);
  const pages = new PagePool();
  let steps = 0;
  let whole = 0;
  for (let run = 0; run < runs; run++) {
    if (!strategy.begin(run)) return { runs: whole, steps, complete: true };
    pages.reclaim();
    // What is tried exhaustively must be the same in each run, data included.
    const data = options.strategy === 'exhaustive' ? 0 : run;
    const runOptions: RunOptions = { maxSteps, timers, spurious, deaths, seed, run: data };
    const one = new LabRun(runOptions, pages);
    const { schedule, failure, givenUp } = await one.run(scenario, strategy);
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
