import type { Failure, WaitingParty } from './outcome.js';
import type { PartyState } from './party-state.js';

const WHAT_IS = 'handles, cells, and what the party offers; party.wait() for promises of the host';

function waitingParty({ name, operations }: PartyState): WaitingParty {
  return { party: name, operations: operations.map(({ text }) => text) };
}

/** Those whose end is missing. */
function waitingParties(parties: readonly PartyState[]): readonly WaitingParty[] {
  return parties.filter(({ alive, daemon }) => alive && !daemon).map(waitingParty);
}

function namesOf(waiting: readonly WaitingParty[]): string {
  return waiting.map(({ party }) => party).join(', ');
}

/** Nobody can take a step: what is wrong if parties that need to end have not; undefined if nothing is. */
export function waitingFailure(parties: readonly PartyState[]): Failure | undefined {
  const waiting = waitingParties(parties);
  if (waiting.length === 0) return undefined;
  const strays = waiting.filter(({ operations }) => operations.length === 0);
  if (strays.length === waiting.length) {
    const message = `${namesOf(strays)}: awaits something that is not the lab's; the lab's are ${WHAT_IS}`;
    return { kind: 'foreign', message, waiting };
  }
  const message = `${namesOf(waiting)} would wait for ever`;
  return { kind: 'lost-wakeup', message, waiting };
}

/** A party went on between two steps, by something that no schedule can repeat. */
export function outsiderFailure(party: PartyState): Failure {
  const message = `${party.name}: awaited something that is not the lab's; the lab's are ${WHAT_IS}`;
  return { kind: 'foreign', message, waiting: [waitingParty(party)] };
}

/** What is left behind when all parties are over. */
export function leftoverFailure(left: readonly string[]): Failure {
  return { kind: 'leftover', message: `left behind: ${left.join('; ')}`, left };
}

/** The host is in a state that it must never be in, or its trace tells of what cannot be: nothing that a program did. */
export function invariantFailure(sentence: string): Failure {
  return { kind: 'invariant', message: `the host broke a rule of its own: ${sentence}` };
}

/** A run took more steps than it may. */
export function endlessFailure(parties: readonly PartyState[], steps: number): Failure {
  const waiting = waitingParties(parties);
  const message = `not over after ${steps} steps: ${namesOf(waiting)}`;
  return { kind: 'endless', message, waiting };
}
