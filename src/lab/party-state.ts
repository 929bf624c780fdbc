import type { Operation } from './operation.js';

/** What became of a party: it has not begun, goes on, is over, or died with its domain. */
export type PartyPhase = 'new' | 'running' | 'over' | 'dead';

/** A party, as the lab keeps it. */
export class PartyState {
  /** In the order they were started, from 0. */
  readonly number: number;
  readonly name: string;
  /** What its own variables are called among what steps touch. */
  readonly thing: string;
  /** It need not end: a server that waits for the next request. */
  readonly daemon: boolean;
  /** The domain whose end is its end; undefined if it cannot die. */
  readonly mortal: number | undefined;
  phase: PartyPhase = 'new';
  /** What it has under way, oldest first: one, or several where it waits for several at once. */
  readonly operations: Operation[] = [];
  /** Handles it opened. */
  handles = 0;
  /** It runs and has nothing under way: what it awaits is another party's promise, or nothing of the lab's. */
  stray = false;

  constructor(number: number, name: string, daemon: boolean, mortal: number | undefined) {
    this.number = number;
    this.name = name;
    this.thing = `party ${number}`;
    this.daemon = daemon;
    this.mortal = mortal;
  }

  /** It may still take steps. */
  get alive(): boolean {
    return this.phase === 'running' || this.phase === 'new';
  }

  /** The lowest slot that none of its operations has. */
  freeSlot(): number {
    const { operations } = this;
    if (operations.length === 0) return 0;
    let slot = 0;
    while (operations.some((operation) => operation.slot === slot)) slot++;
    return slot;
  }

  /** The operation in a slot. */
  operation(slot: number): Operation | undefined {
    return this.operations.find((operation) => operation.slot === slot);
  }

  /** An operation is over. */
  forget(operation: Operation): void {
    const { operations } = this;
    if (operations.length === 1) operations.pop();
    else operations.splice(operations.indexOf(operation), 1);
  }
}
