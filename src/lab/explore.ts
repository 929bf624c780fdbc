import { checkBoolean, checkInteger, checkOptions, wrongType } from '../errors/argument.js';
import { checkNames, checkWord } from '../errors/names.js';
import { PagePool } from '../hypervisor/page-source.js';
import { ExhaustiveStrategy, type Reduction } from './exhaustive/exhaustive-strategy.js';
import type { Exploration } from './exploration.js';
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

/** How schedules are chosen: see {@link ExploreOptions.strategy}. */
export type StrategyName = 'mixed' | 'random' | 'pct' | 'exhaustive';

/** How a scenario is explored. */
export interface ExploreOptions {
  /** Schedules to run; 1 000 unless given. An exhaustive exploration ends earlier if there are no more. */
  readonly runs?: number | undefined;
  /** Decides everything, 0 to 2^32 - 1; 1 unless given, so that a test is the same each time. */
  readonly seed?: number | undefined;
  /**
   * `random`: each step is anybody's. `pct`: who can go goes by priorities, which change a few times in a run (probabilistic
   * concurrency testing), for bugs that few orders show. `mixed`: every other run random, those between PCT's. `mixed` unless given.
   */
  readonly strategy?: StrategyName | undefined;
  /** Orderings that a bug needs at most, for `pct` and `mixed`, 1 to 64; 3 unless given. */
  readonly depth?: number | undefined;
  /** Steps after which a run is taken for endless; 10 000 unless given. */
  readonly maxSteps?: number | undefined;
  /** When timers fire: at `any` moment, as if all else were slow, or only when `idle`, with nothing else to happen. `any` unless given. */
  readonly timers?: 'any' | 'idle' | undefined;
  /**
   * Events that come though no party sent them, in a run at most; 0 unless given. They come on ports of open files that are
   * connected or bound to a virtual interrupt: there a real peer, or Xen, may send for reasons of its own.
   */
  readonly spurious?: number | undefined;
  /** Deaths of mortal parties, in a run at most; 1 unless given. */
  readonly deaths?: number | undefined;
  /**
   * Whether a run fails when all its parties are over and a handle is open, a channel is nobody's, or a call is not awaited;
   * `fail` unless given.
   */
  readonly leftovers?: 'fail' | 'allow' | undefined;
  /**
   * Which runs have their trace checked, by the rules that the life of every event, channel and file keeps: every 16th
   * (`sampled`), `all`, or `none`. A finding is a defect of the host and not of the scenario. `sampled` unless given.
   */
  readonly traceChecks?: 'sampled' | 'all' | 'none' | undefined;
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

const NAMES: readonly (keyof ExploreOptions)[] = [
  'runs',
  'seed',
  'strategy',
  'depth',
  'maxSteps',
  'timers',
  'spurious',
  'deaths',
  'leftovers',
  'traceChecks',
  'reduction',
  'preemptions',
  'shrink',
  'colour',
];
/** Most of anything that is counted. */
const MANY = Number.MAX_SAFE_INTEGER;
/** One run in so many has its trace checked. */
const SAMPLE = 16;
/** Runs between two moments in which the program does other things. */
const RUNS_AT_A_TIME = 64;

function checkCount(name: string, value: number | undefined, min: number, max: number): void {
  if (value !== undefined) checkInteger(name, value, min, max);
}

/** Refuses options that are out of range, of the wrong type or unknown, by RangeError or TypeError. */
export function checkExploreOptions(options: ExploreOptions): void {
  checkOptions('options', options);
  checkNames('options', options, NAMES);
  checkCount('runs', options.runs, 1, MANY);
  checkCount('seed', options.seed, 0, 0xffffffff);
  checkWord('strategy', options.strategy, ['mixed', 'random', 'pct', 'exhaustive']);
  checkCount('depth', options.depth, 1, 64);
  checkCount('maxSteps', options.maxSteps, 1, MANY);
  checkWord('timers', options.timers, ['any', 'idle']);
  checkCount('spurious', options.spurious, 0, MANY);
  checkCount('deaths', options.deaths, 0, MANY);
  checkWord('leftovers', options.leftovers, ['fail', 'allow']);
  checkWord('traceChecks', options.traceChecks, ['sampled', 'all', 'none']);
  checkWord('reduction', options.reduction, ['none', 'deliveries', 'parties']);
  checkCount('preemptions', options.preemptions, 0, MANY);
  checkBoolean('shrink', options.shrink);
  checkBoolean('colour', options.colour);
}

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
  if (bounded) checkInteger('preemptions', preemptions, 0, Number.MAX_SAFE_INTEGER);
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
