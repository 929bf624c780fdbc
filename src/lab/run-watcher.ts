import type { Actor } from './actor.js';
import type { Operation } from './operation.js';

/** Sees a run step by step. */
export interface RunWatcher {
  /** A step is about to be taken. */
  before(actor: Actor): void;
  /** A party has come to an operation: called from inside its call. */
  begins(operation: Operation): void;
  /** The step has had all its consequences. */
  after(): void;
}
