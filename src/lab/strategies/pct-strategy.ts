import type { Actor } from '../actor.js';
import { Random } from '../random.js';
import type { Choices, Strategy } from '../strategy.js';

/**
 * Probabilistic concurrency testing (Burckhardt and others, ASPLOS 2010): actors have random priorities, the highest that can
 * go goes, and at a few random steps the one that would go falls behind all others. A bug that needs `depth` orderings
 * is found in each run with a chance of at least 1 / (actors * steps^(depth - 1)).
 */
export class PctStrategy implements Strategy {
  private readonly random = new Random(0);
  private readonly seed: number;
  private readonly depth: number;
  private readonly priorities = new Map<Actor, number>();
  private changes: number[] = [];
  /** The lowest priority given away. */
  private lowest = 0;
  /** Steps of the longest run so far: where changes may be. */
  private longest = 16;

  /** @param depth - orderings that a bug needs, 1 and more */
  constructor(seed: number, depth: number) {
    this.seed = seed;
    this.depth = depth;
  }

  begin(run: number): boolean {
    this.random.restart(this.seed, run);
    this.priorities.clear();
    this.lowest = 0;
    this.changes = Array.from({ length: this.depth - 1 }, () => this.random.below(this.longest));
    return true;
  }

  choose(choices: Choices, step: number): number {
    if (this.changes.includes(step)) this.demote(choices.actors[this.highest(choices)]!);
    return this.highest(choices);
  }

  end(steps: number): void {
    this.longest = Math.max(this.longest, steps);
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
      priority = 1 + this.random.next();
      this.priorities.set(actor, priority);
    }
    return priority;
  }

  private demote(actor: Actor): void {
    this.lowest--;
    this.priorities.set(actor, this.lowest);
  }
}
