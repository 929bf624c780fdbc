import type { Actor } from '../actor.js';
import type { Choices } from '../strategy.js';
import { Footprint } from './footprint.js';

const NOTHING = new Footprint();

/** A step of the schedule under way, and what else is to be tried in its place. */
export class Frame {
  /** Who can take it. */
  readonly actors: readonly Actor[];
  /** Who need not, though they can, as all that could come of it was tried; with what their step touches. */
  readonly asleep: ReadonlyMap<Actor, Footprint>;
  /** Who is to take it in one run or another. */
  readonly wanted: Set<Actor> = new Set<Actor>();
  /** Who took it, with what their step touched. */
  readonly tried: Map<Actor, Footprint> = new Map<Actor, Footprint>();
  /** Who takes it in the run under way. */
  chosen: Actor;
  /** What the step of that one touches. */
  footprint: Footprint = NOTHING;
  /** For each actor, by its place among those of the exploration, the last of its steps that must come before this; or -1. */
  clock: readonly number[] = [];
  /** The last step before this of the same actor; -1 if there is none. */
  previous = -1;

  constructor(choices: Choices, asleep: ReadonlyMap<Actor, Footprint>, chosen: Actor) {
    this.actors = choices.actors.slice(0, choices.count);
    this.asleep = asleep;
    this.chosen = chosen;
    this.wanted.add(chosen);
  }

  /** It is the same step: those can take it who could in the run that came here first. */
  same({ actors, count }: Choices): boolean {
    return count === this.actors.length && this.actors.every((actor, at) => actor === actors[at]);
  }

  /** It can be taken by that one. */
  allows(actor: Actor): boolean {
    return this.actors.includes(actor);
  }

  /** What that one brings was tried, or will be. */
  covers(actor: Actor): boolean {
    return this.wanted.has(actor) || this.asleep.has(actor);
  }

  /** Everybody who can is to take it. */
  wantAll(): void {
    for (const actor of this.actors) this.wanted.add(actor);
  }

  /** Has the next one take it. @returns false, with nothing changed, if there is none left */
  advance(): boolean {
    this.tried.set(this.chosen, this.footprint);
    for (const actor of this.wanted) {
      if (this.tried.has(actor) || this.asleep.has(actor)) continue;
      this.chosen = actor;
      return true;
    }
    return false;
  }

  /** Who sleeps after the step: those who slept, or took it in earlier runs, and to whom it does nothing. */
  sleepers(): Map<Actor, Footprint> {
    const sleepers = new Map<Actor, Footprint>();
    for (const group of [this.asleep, this.tried]) {
      for (const [actor, footprint] of group) {
        if (actor !== this.chosen && !footprint.conflicts(this.footprint)) {
          sleepers.set(actor, footprint);
        }
      }
    }
    return sleepers;
  }
}
