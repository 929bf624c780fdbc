import { checkBoolean, checkInteger, checkOptions } from '../errors/argument.js';
import { checkNames, checkWord } from '../errors/names.js';
import type { Reduction } from './exhaustive/exhaustive-strategy.js';

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
  if (options.preemptions !== Infinity) checkCount('preemptions', options.preemptions, 0, MANY);
  checkBoolean('shrink', options.shrink);
  checkBoolean('colour', options.colour);
}
