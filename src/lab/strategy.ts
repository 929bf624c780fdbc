import type { Actor } from './actor.js';

/** What can happen next in a run: in an order that is the same whenever the run came here by the same steps. */
export interface Choices {
  /** How many of {@link actors} count; at least 1. */
  readonly count: number;
  /** Who could take the next step; what is behind `count` is of an earlier step. */
  readonly actors: readonly Actor[];
}

/** How the schedules of an exploration are chosen. */
export interface Strategy {
  /**
   * Another run begins.
   * @param run - its number, from 0
   * @returns false, with nothing begun, when there are no more schedules to try
   */
  begin(run: number): boolean;
  /**
   * Who takes the next step.
   * @param step - how many were taken before
   * @returns an index into the choices
   */
  choose(choices: Choices, step: number): number;
  /** The run is over, whatever became of it. @param steps - how many it took */
  end(steps: number): void;
}
