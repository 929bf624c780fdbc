import type { PartyState } from './party-state.js';

/** What a party is doing that the lab decides about, for who reads of it. */
export interface OperationText {
  /** The call, as the program made it: `pending()`, `sleep(10)`, `step('check the ring')`. */
  readonly call: string;
  /** The handle it was made on, by the domain whose device it is; undefined for others. */
  readonly domid?: number | undefined;
  /** The port it waits for; undefined for any. */
  readonly port?: number | undefined;
}

/** An operation of a party that the lab decides about: when it begins, and when the party goes on after it. */
export class Operation {
  readonly party: PartyState;
  readonly text: OperationText;
  /** It can go on when it is its turn, if {@link condition} holds. Otherwise it waits for something. */
  ready = true;
  /** What must hold besides; undefined if nothing. */
  condition: (() => boolean) | undefined = undefined;
  /** What it came to: the value, or the error it throws. */
  result: unknown = undefined;
  /** What it does when it is its turn; the party goes on with it, or the operation begins to wait. */
  proceed: () => void;

  constructor(party: PartyState, text: OperationText, proceed: () => void) {
    this.party = party;
    this.text = text;
    this.proceed = proceed;
  }
}
