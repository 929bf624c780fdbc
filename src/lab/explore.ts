import { wrongType } from '../errors/argument.js';
import { PagePool } from '../hypervisor/page-source.js';
import { ExhaustiveStrategy } from './exhaustive/exhaustive-strategy.js';
import type { Exploration } from './exploration.js';
import { checkExploreOptions, type ExploreOptions } from './explore-options.js';
import { failedRun } from './failed-run.js';
import type { Scenario } from './lab.js';
import { LabRun } from './lab-run.js';
import { macrotask } from './macrotask.js';
import { RUN_DEFAULTS } from './run-defaults.js';
import type { RunOptions } from './run-options.js';
import { MixedStrategy } from './strategies/mixed-strategy.js';
import { PctStrategy } from './strategies/pct-strategy.js';
import { RandomStrategy } from './strategies/random-strategy.js';
import type { Strategy } from './strategy.js';

/** One run in so many has its trace checked. */
const SAMPLE = 16;
/** Runs between two moments in which the program does other things. */
const RUNS_AT_A_TIME = 64;

function strategyOf(options: ExploreOptions): Strategy {
  const { strategy = 'mixed', seed = 1, depth = 3 } = options;
  if (strategy === 'mixed') return new MixedStrategy(seed, depth);
  if (strategy === 'random') return new RandomStrategy(seed);
  if (strategy === 'pct') return new PctStrategy(seed, depth);
  return exhaustive(options);
}

function exhaustive(options: ExploreOptions): Strategy {
  const { preemptions = Infinity, timers } = options;
  const bounded = preemptions !== Infinity;
  const { reduction = bounded ? 'none' : 'deliveries' } = options;
  if (bounded && reduction !== 'none') {
    throw new RangeError("reduction must be 'none' where pre-emptions are bounded");
  }
  return new ExhaustiveStrategy({ reduction, idleTimers: timers === 'idle', preemptions });
}

/** What one of the runs may do. */
function runOptions(options: ExploreOptions, run: number): RunOptions {
  const { seed = 1, maxSteps = RUN_DEFAULTS.maxSteps, timers = RUN_DEFAULTS.timers } = options;
  const { spurious = RUN_DEFAULTS.spurious, deaths = RUN_DEFAULTS.deaths } = options;
  const { leftovers = RUN_DEFAULTS.leftovers, traceChecks = 'sampled' } = options;
  const traced = traceChecks === 'all' || (traceChecks === 'sampled' && run % SAMPLE === 0);
  // What is tried exhaustively must be the same in each run, data included.
  const data = options.strategy === 'exhaustive' ? 0 : run;
  return { maxSteps, timers, spurious, deaths, seed, run: data, leftovers, traced };
}

/**
 * Runs a scenario by many schedules until one fails. The same options give the same runs, on every machine.
 * @throws (rejects) ExplorationError when a run fails; RangeError or TypeError for options out of range, and TypeError for a scenario
 * that is async or starts no party
 */
export async function explore(
  scenario: Scenario,
  options: ExploreOptions = {},
): Promise<Exploration> {
  if (typeof scenario !== 'function') throw wrongType('scenario', 'a function', scenario);
  checkExploreOptions(options);
  const { runs = 1000, strategy: name = 'mixed', shrink = true, colour = false } = options;
  const strategy = strategyOf(options);
  const pages = new PagePool();
  let steps = 0;
  let whole = 0;
  for (let run = 0; run < runs; run++) {
    if (!strategy.begin(run)) return { runs: whole, steps, complete: true };
    if (run % RUNS_AT_A_TIME === RUNS_AT_A_TIME - 1) await macrotask();
    pages.reclaim();
    const one = runOptions(options, run);
    const { schedule, failure, givenUp } = await new LabRun(one, pages).run(scenario, strategy);
    strategy.end(schedule.length);
    steps += schedule.length;
    if (!givenUp) whole++;
    if (failure === undefined) continue;
    // What its trace has nothing to do with repeats without it.
    const traced = one.traced && failure.kind === 'invariant';
    throw await failedRun(scenario, {
      failure,
      schedule,
      options: { ...one, traced },
      runs: run + 1,
      origin: `Found in run ${run + 1} of ${runs}: seed ${one.seed}, ${name}`,
      shrink,
      colour,
    });
  }
  return { runs: whole, steps, complete: false };
}
