import type { EmbeddedEvtchn } from '../client/embedded-evtchn.js';
import type { Actor } from './actor.js';
import type { PartyState } from './party-state.js';

/** A handle that a party opened. */
export class OpenHandle {
  /** Who takes the step in which it hears that there are events. */
  readonly actor: Actor;
  /** Who opened it. */
  readonly party: PartyState;
  /** The domain whose device it is. */
  readonly domid: number;
  /** What it is called among what steps touch. */
  readonly thing: string;
  /** The embedded device's handle. */
  handle!: EmbeddedEvtchn;
  /** Has it hear that there are events; undefined while there is nothing to hear. */
  tell: (() => void) | undefined = undefined;
  /** Others than who opened it call it. What it hands out to one of them, the others could see gone before that one goes on. */
  shared = false;

  constructor(actor: Actor, party: PartyState, domid: number) {
    this.actor = actor;
    this.party = party;
    this.domid = domid;
    this.thing = `handle ${actor}`;
  }
}
