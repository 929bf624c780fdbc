import type { Actor } from './actor.js';
import type { OperationText } from './operation.js';
import type { Strategy } from './strategy.js';

/** What a run failed by. */
export type FailureKind =
  /** A party threw, or what the scenario checks at the end did. */
  | 'assertion'
  /** Parties wait, and nothing can come any more. */
  | 'lost-wakeup'
  /** A channel, a handle or a party is left. */
  | 'leftover'
  /** The host is in a state that it must never be in. */
  | 'invariant'
  /** The run did not come to its end within so many steps. */
  | 'endless'
  /** A party awaits what is not the lab's, such as a timer or I/O of the machine. */
  | 'foreign'
  /** Run again by the same schedule, the scenario did something else. */
  | 'nondeterminism';

/** A party that waits, and for what. */
export interface WaitingParty {
  /** Its name. */
  readonly party: string;
  /** What it has under way; nothing if it awaits what is not the lab's, or another party's promise. */
  readonly operations: readonly OperationText[];
}

/** Why a run failed. */
export interface Failure {
  /** What kind of failure it is. */
  readonly kind: FailureKind;
  /** In a sentence. */
  readonly message: string;
  /** What was thrown, if something was. */
  readonly error?: unknown;
  /** Who waits, if that is what failed, or if the run did not end. */
  readonly waiting?: readonly WaitingParty[] | undefined;
  /** What is left, a phrase each, if that is what failed. */
  readonly left?: readonly string[] | undefined;
}

/** A run that is over. */
export interface Outcome {
  /** Who took each step. */
  readonly schedule: readonly Actor[];
  /** Why it failed; undefined if it did not. */
  readonly failure: Failure | undefined;
  /** The strategy gave it up: see {@link Strategy.choose}. */
  readonly givenUp: boolean;
}
