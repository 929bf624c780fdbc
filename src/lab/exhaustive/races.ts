import { type Actor, CLOCK_ACTOR } from '../actor.js';
import type { Frame } from './frame.js';

const NONE = -1;

/**
 * Finds the races of a run: pairs of steps of different actors that have to do with each other and could have come in the
 * other order. For each it wants a run in which they do (dynamic partial-order reduction: Flanagan and Godefroid, POPL 2005;
 * whose step that run begins with, as with source sets: Abdulla and others, POPL 2014).
 */
export class Races {
  readonly #idleTimers: boolean;
  /** Places of actors in clocks, in the order they were first seen. */
  readonly #places = new Map<Actor, number>();

  /** @param idleTimers - the clock goes on only where nobody else can, so that it races with nobody */
  constructor(idleTimers: boolean) {
    this.#idleTimers = idleTimers;
  }

  /** Wants what follows from the steps of a run, those before `first` having been looked at in an earlier one. */
  find(frames: readonly Frame[], first: number): void {
    for (let step = first; step < frames.length; step++) this.#look(frames, step);
  }

  #place(actor: Actor): number {
    let place = this.#places.get(actor);
    if (place === undefined) {
      place = this.#places.size;
      this.#places.set(actor, place);
    }
    return place;
  }

  #look(frames: readonly Frame[], step: number): void {
    const frame = frames[step]!;
    const own = this.#place(frame.chosen);
    const previous = lastOf(frames, frame.chosen, step);
    const clock = previous === NONE ? [] : [...frames[previous]!.clock];
    const races: number[] = [];
    for (let before = step - 1; before >= 0; before--) {
      const other = frames[before]!;
      const place = this.#place(other.chosen);
      if (place === own || (clock[place] ?? NONE) >= before) continue;
      if (!frame.footprint.conflicts(other.footprint)) continue;
      races.push(before);
      join(clock, other.clock);
    }
    clock[own] = step;
    frame.clock = clock;
    frame.previous = previous;
    if (this.#idleTimers && frame.chosen === CLOCK_ACTOR) return;
    for (const before of races) this.#want(frames, before, step);
  }

  /** Wants a run in which `step` comes before `before`. */
  #want(frames: readonly Frame[], before: number, step: number): void {
    const at = frames[before]!;
    const { chosen, previous } = frames[step]!;
    // It was `before` that made it possible.
    if (previous < before && !at.allows(chosen) && frames[before + 1]!.allows(chosen)) return;
    const firsts = this.#firsts(frames, before, step);
    if (firsts.some((actor) => at.covers(actor))) return;
    const first = firsts.includes(chosen) ? chosen : firsts[0]!;
    if (at.allows(first)) at.wanted.add(first);
    else at.wantAll();
  }

  /** Who could begin with what comes between the two steps and need not come after the first of them, and with the second. */
  #firsts(frames: readonly Frame[], before: number, step: number): Actor[] {
    const place = this.#place(frames[before]!.chosen);
    const later: number[] = [];
    const firsts: Actor[] = [];
    for (let between = before + 1; between <= step; between++) {
      const { clock, chosen } = frames[between]!;
      if (between !== step && (clock[place] ?? NONE) >= before) continue;
      if (later.every((one) => (clock[this.#place(frames[one]!.chosen)] ?? NONE) < one)) {
        firsts.push(chosen);
      }
      later.push(between);
    }
    return firsts;
  }
}

/** The last step of an actor before another; -1 if there is none. */
function lastOf(frames: readonly Frame[], actor: Actor, step: number): number {
  for (let before = step - 1; before >= 0; before--) {
    if (frames[before]!.chosen === actor) return before;
  }
  return NONE;
}

/** The later of each two. */
function join(clock: number[], other: readonly number[]): void {
  for (let place = 0; place < other.length; place++) {
    const theirs = other[place] ?? NONE;
    if (theirs > (clock[place] ?? NONE)) clock[place] = theirs;
  }
}
