import type { Operation } from './operation.js';

/** What became of a party: it has not begun, goes on, is over, or died with its domain. */
export type PartyPhase = 'new' | 'running' | 'over' | 'dead';

/** A party, as the lab keeps it. */
export class PartyState {
  /** In the order they were started, from 0. */
  readonly number: number;
  readonly name: string;
  /** It need not end: a server that waits for the next request. */
  readonly daemon: boolean;
  /** The domain whose end is its end; undefined if it cannot die. */
  readonly mortal: number | undefined;
  phase: PartyPhase = 'new';
  /** What it has under way, oldest first: one, or several where it waits for several at once. */
  readonly operations: Operation[] = [];
  /** Handles it opened. */
  handles = 0;

  constructor(number: number, name: string, daemon: boolean, mortal: number | undefined) {
    this.number = number;
    this.name = name;
    this.daemon = daemon;
    this.mortal = mortal;
  }

  /** What it goes on with when it is its turn. */
  get next(): Operation | undefined {
    const { operations } = this;
    for (const operation of operations) {
      if (operation.ready && (operation.condition === undefined || operation.condition())) {
        return operation;
      }
    }
    return undefined;
  }
}
