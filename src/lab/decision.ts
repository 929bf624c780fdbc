import type { Actor } from './actor.js';

/** A step of a schedule that the default policy would not have taken. */
export interface Decision {
  /** Steps by the default policy since the decision before, or since the beginning. */
  readonly after: number;
  /** Who takes the step instead. */
  readonly actor: Actor;
}
