import { checkInteger, checkOptions, wrongType } from '../errors/argument.js';
import { checkNames, checkWord } from '../errors/names.js';
import { PagePool } from '../hypervisor/page-source.js';
import { confirmed } from './determinism.js';
import { type Exploration, ExplorationError } from './exploration.js';
import type { Scenario } from './lab.js';
import { LabRun } from './lab-run.js';
import { macrotask } from './macrotask.js';
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
}

function strategyOf(options: ExploreOptions): Strategy {
  const { strategy = 'mixed', seed = 1, depth = 3 } = options;
  if (strategy === 'mixed') return new MixedStrategy(seed, depth);
  if (strategy === 'random') return new RandomStrategy(seed);
  if (strategy === 'pct') return new PctStrategy(seed, depth);
  throw new RangeError('strategy: not there yet');
}

/** What one of the runs may do. */
function runOptions(options: ExploreOptions, run: number): RunOptions {
  const { seed = 1, maxSteps = 10_000, timers = 'any', spurious = 0, deaths = 1 } = options;
  const { leftovers = 'fail', traceChecks = 'sampled' } = options;
  const traced = traceChecks === 'all' || (traceChecks === 'sampled' && run % SAMPLE === 0);
  return { maxSteps, timers, spurious, deaths, seed, run, leftovers, traced };
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
  const { runs = 1000 } = options;
  const strategy = strategyOf(options);
  const pages = new PagePool();
  let steps = 0;
  for (let run = 0; run < runs; run++) {
    if (!strategy.begin(run)) return { runs: run, steps, complete: true };
    if (run % RUNS_AT_A_TIME === RUNS_AT_A_TIME - 1) await macrotask();
    pages.reclaim();
    const one = runOptions(options, run);
    const outcome = await new LabRun(one, pages).run(scenario, strategy);
    const { schedule, failure } = outcome;
    strategy.end(schedule.length);
    steps += schedule.length;
    if (failure === undefined) continue;
    const found = await confirmed(scenario, one, outcome, failure);
    throw new ExplorationError(found, schedule, run + 1);
  }
  return { runs, steps, complete: false };
}
