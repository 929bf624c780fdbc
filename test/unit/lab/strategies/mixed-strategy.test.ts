import { describe, expect, it } from 'vitest';
import { MixedStrategy } from '../../../../src/lab/strategies/mixed-strategy.js';
import { PctStrategy } from '../../../../src/lab/strategies/pct-strategy.js';
import { RandomStrategy } from '../../../../src/lab/strategies/random-strategy.js';
import type { Strategy } from '../../../../src/lab/strategy.js';

function run(strategy: Strategy, number: number): number[] {
  expect(strategy.begin(number)).toBe(true);
  const choices = { count: 4, actors: [1, 2, 3, 4] };
  const taken = Array.from({ length: 25 }, (_, step) => strategy.choose(choices, step));
  strategy.end(25);
  return taken;
}

describe('the mixed strategy', () => {
  it('is random in every other run, and PCT of each depth in turn between', () => {
    const mixed = new MixedStrategy(9, 2);
    const random = new RandomStrategy(9);
    const depths = [new PctStrategy(9, 1), new PctStrategy(9, 2)];
    // They know as much of how long runs are.
    for (const strategy of [mixed, ...depths]) {
      strategy.begin(0);
      strategy.end(25);
    }
    for (let number = 0; number < 16; number++) {
      const alone = number % 2 === 0 ? random : depths[(number >> 1) % 2]!;
      expect(run(mixed, number)).toEqual(run(alone, number));
    }
  });
});
