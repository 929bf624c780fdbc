import { type Actor, actorParts, CLOCK_ACTOR } from '../actor.js';
import type { Choices, Strategy } from '../strategy.js';
import type { Footprint } from './footprint.js';
import { Frame } from './frame.js';
import { Races } from './races.js';
import { StepWatch } from './step-watch.js';
import { abilityNumber } from './things.js';

/** See {@link ExploreOptions.reduction}. */
export type Reduction = 'none' | 'deliveries' | 'parties';

/** How everything is tried. */
export interface ExhaustiveOptions {
  /** Which schedules are left out. */
  readonly reduction: Reduction;
  /** Timers fire only where nothing else can happen. */
  readonly idleTimers: boolean;
  /** Pre-emptions of a schedule, at most; Infinity for any. */
  readonly preemptions: number;
}

/**
 * Tries every schedule, depth first, each from the start: the next one is the last one but for the last step that somebody
 * else is to take. With a reduction, only steps that race with each other are tried in both orders, and who slept while
 * nothing happened that is of concern to them sleeps on (sleep sets: Godefroid).
 */
export class ExhaustiveStrategy implements Strategy {
  readonly observer: StepWatch | undefined;
  readonly #idleTimers: boolean;
  readonly #preemptions: number;
  readonly #races: Races;
  readonly #frames: Frame[] = [];
  /** The first step that no earlier run took. */
  #fresh = 0;
  /** Steps of the run under way whose footprints are complete. */
  #closed = 0;
  #over = false;

  constructor({ reduction, idleTimers, preemptions }: ExhaustiveOptions) {
    this.#idleTimers = idleTimers;
    this.#preemptions = preemptions;
    this.#races = new Races(idleTimers);
    this.observer = reduction === 'none' ? undefined : new StepWatch(reduction === 'deliveries');
  }

  begin(run: number): boolean {
    if (run > 0) this.#advance();
    this.#closed = 0;
    return !this.#over;
  }

  choose(choices: Choices, step: number): number {
    this.#close(step, choices);
    if (step === this.#frames.length && !this.#extend(choices)) return -1;
    const frame = this.#frames[step]!;
    if (!frame.same(choices)) {
      throw new Error(
        `step ${step + 1} cannot be repeated: the scenario does other things in each run, by something that is not the lab's`,
      );
    }
    this.observer?.step(frame.chosen);
    return frame.actors.indexOf(frame.chosen);
  }

  end(steps: number): void {
    this.#close(steps, undefined);
    if (this.observer !== undefined) this.#races.find(this.#frames, this.#fresh);
  }

  /** To the next schedule. */
  #advance(): void {
    const frames = this.#frames;
    while (frames.length > 0 && !frames[frames.length - 1]!.advance()) frames.pop();
    this.#fresh = frames.length - 1;
    this.#over = frames.length === 0;
  }

  /** The step before is over. @param choices - what can happen after it; undefined if nothing, or if the run is over */
  #close(step: number, choices: Choices | undefined): void {
    if (this.observer === undefined || step === this.#closed) return;
    this.#closed = step;
    if (step <= this.#fresh) return;
    const frame = this.#frames[step - 1]!;
    const { footprint } = this.observer;
    frame.footprint = footprint;
    footprint.write(abilityNumber(frame.chosen));
    const able = choices === undefined ? [] : choices.actors.slice(0, choices.count);
    for (const actor of frame.actors) {
      if (actor === frame.chosen || able.includes(actor)) continue;
      if (this.#idleTimers && actor === CLOCK_ACTOR) continue;
      // It could have gone, and now cannot.
      frame.wanted.add(actor);
      footprint.write(abilityNumber(actor));
      // The run ended under it.
      if (choices === undefined) footprint.touchEverything();
    }
    for (const actor of able) {
      if (!frame.allows(actor)) footprint.write(abilityNumber(actor));
    }
    if (isAccident(frame.chosen)) footprint.touchEverything();
  }

  /** Chooses who takes a step that no earlier run took. @returns false if nobody need */
  #extend(choices: Choices): boolean {
    const last = this.#frames[this.#frames.length - 1];
    const asleep =
      last === undefined || this.observer === undefined
        ? new Map<Actor, Footprint>()
        : last.sleepers();
    const actors = this.#within(choices, last).filter((actor) => !asleep.has(actor));
    if (actors.length === 0) return false;
    // Who went goes on, so that schedules are plain where they need not be otherwise.
    const goesOn = last !== undefined && actors.includes(last.chosen);
    const frame = new Frame(choices, asleep, goesOn ? last.chosen : actors[0]!);
    if (this.observer === undefined) for (const actor of actors) frame.wanted.add(actor);
    this.#frames.push(frame);
    return true;
  }

  /** Who can go without more pre-emptions than there may be. */
  #within({ actors, count }: Choices, last: Frame | undefined): Actor[] {
    const all = actors.slice(0, count);
    if (last === undefined || this.#preemptions === Infinity) return all;
    if (!all.includes(last.chosen) || this.#preempted() < this.#preemptions) return all;
    return [last.chosen];
  }

  /** Pre-emptions so far: steps of another than who went last, though that one could have gone on. */
  #preempted(): number {
    let count = 0;
    for (let step = 1; step < this.#frames.length; step++) {
      const before = this.#frames[step - 1]!.chosen;
      const frame = this.#frames[step]!;
      if (frame.chosen !== before && frame.allows(before)) count++;
    }
    return count;
  }
}

/** It happens by itself, to anything. */
function isAccident(actor: Actor): boolean {
  const { kind } = actorParts(actor);
  return kind === 'clock' || kind === 'death' || kind === 'spurious';
}
