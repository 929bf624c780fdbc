import { Random } from '../random.js';
import type { Choices, Strategy } from '../strategy.js';

/** Each step is anybody's, with the same chance. */
export class RandomStrategy implements Strategy {
  private readonly random = new Random(0);
  private readonly seed: number;

  constructor(seed: number) {
    this.seed = seed;
  }

  begin(run: number): boolean {
    this.random.restart(this.seed, run);
    return true;
  }

  choose({ count }: Choices): number {
    return this.random.below(count);
  }

  end(): void {}
}
