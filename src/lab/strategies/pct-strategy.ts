import type { Actor } from '../actor.js';
import { Random } from '../random.js';
import type { Choices, Strategy } from '../strategy.js';

/** How long the first run is taken to be, in steps. */
const FIRST_LENGTH = 16;
/** A run may be unfair to some for so many steps, or for so many times the length of the longest before it. */
const UNFAIR_STEPS = 1024;
const UNFAIR_LENGTHS = 4;

/**
 * Probabilistic concurrency testing (Burckhardt and others, ASPLOS 2010): actors have random priorities, the highest that can
 * go goes, and at `depth` - 1 random steps the one that would go falls behind all others: the lower, the earlier its step was
 * drawn. A bug that needs `depth` orderings is found in each run with a chance of at least 1 / (actors * steps^(depth - 1)).
 *
 * How many steps there may be is taken from the runs before, the longest of them: so what a run does depends on its seed, its
 * number and the scenario, and on nothing else. Whoever repeats something until another party has done its part would go on for
 * ever with a high priority; so far beyond the length of other runs each step is anybody's.
 */
export class PctStrategy implements Strategy {
  private readonly random = new Random(0);
  private readonly seed: number;
  private readonly depth: number;
  private readonly priorities = new Map<Actor, number>();
  /** Steps at which somebody falls behind; who does at the first of the list falls lowest. */
  private readonly changes: number[] = [];
  private longest = FIRST_LENGTH;
  private patience = UNFAIR_STEPS;

  /** @param depth - orderings that a bug needs, 1 and more */
  constructor(seed: number, depth: number) {
    this.seed = seed;
    this.depth = depth;
  }

  begin(run: number): boolean {
    const { random, changes } = this;
    random.restart(this.seed, run);
    this.priorities.clear();
    for (let index = 0; index < this.depth - 1; index++)
      changes[index] = random.below(this.longest);
    this.patience = Math.max(UNFAIR_STEPS, UNFAIR_LENGTHS * this.longest);
    return true;
  }

  choose(choices: Choices, step: number): number {
    if (step >= this.patience) return this.random.below(choices.count);
    for (let index = this.changes.indexOf(step); index >= 0; ) {
      // Two may have been drawn for one step: then two fall behind.
      this.priorities.set(choices.actors[this.highest(choices)]!, index - this.depth);
      index = this.changes.indexOf(step, index + 1);
    }
    return this.highest(choices);
  }

  end(steps: number): void {
    // One that had to be made fair says nothing of how long runs are.
    if (steps > this.longest && steps < this.patience) this.longest = steps;
  }

  private highest({ count, actors }: Choices): number {
    let best = 0;
    let bestPriority = this.priority(actors[0]!);
    for (let index = 1; index < count; index++) {
      const priority = this.priority(actors[index]!);
      if (priority <= bestPriority) continue;
      best = index;
      bestPriority = priority;
    }
    return best;
  }

  private priority(actor: Actor): number {
    let priority = this.priorities.get(actor);
    if (priority === undefined) {
      priority = this.random.next();
      this.priorities.set(actor, priority);
    }
    return priority;
  }
}
