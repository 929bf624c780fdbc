import type { Actor } from './actor.js';
import type { Operation } from './operation.js';
import type { PartyState } from './party-state.js';

/** Sees a run step by step. */
export interface RunWatcher {
  /** A step is about to be taken. */
  before(actor: Actor): void;
  /** A party has come to an operation: called from inside its call. */
  begins(operation: Operation): void;
  /** A party came to its end by an error. */
  threw(party: PartyState, error: unknown): void;
  /** The step has had all its consequences. */
  after(): void;
}
