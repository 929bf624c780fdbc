import type { Choices, Strategy } from '../strategy.js';
import { PctStrategy } from './pct-strategy.js';
import { RandomStrategy } from './random-strategy.js';

/**
 * Every other run is random, which is good at bugs that many orders show; those between are PCT's, with 1 to `depth` orderings
 * in turn, which is good at those that few do.
 */
export class MixedStrategy implements Strategy {
  private readonly strategies: readonly Strategy[];
  private current: Strategy;

  /** @param depth - orderings that a bug needs at most, 1 and more */
  constructor(seed: number, depth: number) {
    const random = new RandomStrategy(seed);
    this.strategies = Array.from({ length: depth }, (_, index) => [
      random,
      new PctStrategy(seed, index + 1),
    ]).flat();
    this.current = random;
  }

  begin(run: number): boolean {
    this.current = this.strategies[run % this.strategies.length]!;
    return this.current.begin(run);
  }

  choose(choices: Choices, step: number): number {
    return this.current.choose(choices, step);
  }

  end(steps: number): void {
    // Whoever ran: they all learn how long runs are.
    for (const strategy of this.strategies) strategy.end(steps);
  }
}
