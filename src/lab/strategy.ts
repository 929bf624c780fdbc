import type { XenHost } from '../host/xen-host.js';
import type { Actor } from './actor.js';

/** What can happen next in a run: in an order that is the same whenever the run came here by the same steps. */
export interface Choices {
  /** How many of {@link actors} count; at least 1. */
  readonly count: number;
  /** Who could take the next step; what is behind `count` is of an earlier step. */
  readonly actors: readonly Actor[];
}

/**
 * Told what each step touches, for a strategy that leaves out schedules which differ only in the order of steps that have
 * nothing to do with each other. What happens in the host it sees by a probe; of the rest the run tells it.
 */
export interface StepObserver {
  /** A run begins, with nothing done on its host yet. */
  begin(host: XenHost): void;
  /**
   * The step under way reads or writes something.
   * @param thing - a name that means the same in every run of the scenario
   */
  touch(thing: string, writes: boolean): void;
  /** The step under way looks at something of a domain that no tracepoint tells of. */
  touchDomain(domid: number): void;
  /** The step under way may read and write whatever there is. */
  touchEverything(): void;
}

/** {@link StepObserver.touch}: the variables of a scenario, which any code of a party may use. */
export const VARIABLES = 'variables';
/** {@link StepObserver.touch}: which timers there are. */
export const TIMERS = 'timers';

/** How the schedules of an exploration are chosen. */
export interface Strategy {
  /** Who is to be told what each step touches; nobody unless given. */
  readonly observer?: StepObserver | undefined;
  /**
   * Another run begins.
   * @param run - its number, from 0
   * @returns false, with nothing begun, when there are no more schedules to try
   */
  begin(run: number): boolean;
  /**
   * Who takes the next step.
   * @param step - how many were taken before
   * @returns an index into the choices; -1 to give the run up, as all that could come of it was tried
   */
  choose(choices: Choices, step: number): number;
  /** The run is over, whatever became of it. @param steps - how many it took */
  end(steps: number): void;
}
