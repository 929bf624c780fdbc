import type { Operation } from './operation.js';
import type { PartyState } from './party-state.js';
import { type StepObserver, VARIABLES } from './strategy.js';

/** Which operation goes on in the step in which it learns how its wait ended, instead of at a step of its own. */
type Passing = Operation | 'first' | undefined;

/**
 * Whose code runs in a step, and how far it has come: a party goes on from one of its operations to its next, and what it calls
 * meanwhile is its own.
 */
export class Turn {
  /** The party whose code runs; undefined between steps, when only what is not the lab's could run a party's code. */
  current: PartyState | undefined = undefined;
  /** It has not come to its next operation. */
  busy = false;
  /** Parties that run and have nothing under way: any step may let them go on. */
  strays = 0;
  /** Operations whose end is told by a promise that the lab does not settle: any step may be what settles it. */
  loose = 0;
  /** All promises have settled that could: who goes on before the next step does so by something that is not the lab's. */
  sealed = false;
  /** Who did. */
  outsider: PartyState | undefined = undefined;
  /** Told what steps touch; undefined unless the strategy wants to know. */
  observer: StepObserver | undefined = undefined;
  private passing: Passing = undefined;

  /** A step begins. @param passing - the first operation that it lets go on does so in this step */
  step(passing: boolean): void {
    this.passing = passing ? 'first' : undefined;
  }

  /** The step is over, with all that followed from it. */
  over(): void {
    this.current = undefined;
    this.busy = false;
  }

  /** An operation begins to wait: if it need not, the party goes on in the same step. */
  begins(operation: Operation): void {
    this.current = operation.party;
    this.passing = operation;
    if (operation.loose) this.loose++;
  }

  /** A wait is at its end. @returns whether the party goes on in this step */
  ends(operation: Operation): boolean {
    if (operation.loose) this.loose--;
    const { passing } = this;
    const passes = passing === operation || (passing === 'first' && !operation.loose);
    if (!passes || operation.party.phase !== 'running') return false;
    this.passing = undefined;
    return true;
  }

  /** The party goes on after an operation. */
  resumes(operation: Operation): void {
    operation.party.forget(operation);
    this.current = operation.party;
    this.busy = true;
    this.observer?.touch(VARIABLES, true);
    // Several of its operations are steps of several actors.
    this.observer?.touch(operation.party.thing, true);
  }

  /** A party calls something of its own, so that it is known who calls. */
  calls(party: PartyState): PartyState {
    this.arrives(party);
    return party;
  }

  /** Somebody calls something on what a party opened: that party, unless it cannot be. */
  callsOn(opener: PartyState, call: string): PartyState {
    if (opener === this.current || opener.stray || this.current === undefined) {
      return this.calls(opener);
    }
    return this.callsAny(call, []);
  }

  /**
   * Somebody calls something that all share. Who goes on because another party's promise was settled has nothing under way, and
   * comes behind the party whose step it is.
   * @throws Error if no party's code runs
   */
  callsAny(call: string, parties: readonly PartyState[]): PartyState {
    const { current } = this;
    const other = this.strays > 0 && !this.busy ? parties.find(({ stray }) => stray) : undefined;
    const party = other ?? current;
    if (party === undefined) {
      throw new Error(
        `${call} outside of a party: only parties wait, and only for what is the lab's`,
      );
    }
    this.arrives(party);
    return party;
  }

  private arrives(party: PartyState): void {
    if (this.sealed && party.phase === 'running') this.outsider ??= party;
    if (party === this.current) this.busy = false;
    this.unstray(party);
  }

  /** A party is at its end. */
  leaves(party: PartyState): void {
    this.arrives(party);
  }

  /** All that could follow has followed: a party that has nothing under way now awaits something else. */
  settled(party: PartyState | undefined): void {
    if (party === undefined || party.phase !== 'running' || party.stray) return;
    if (party.operations.length > 0) return;
    party.stray = true;
    this.strays++;
  }

  /** The party does not stray any more. */
  unstray(party: PartyState): void {
    if (!party.stray) return;
    party.stray = false;
    this.strays--;
  }
}
