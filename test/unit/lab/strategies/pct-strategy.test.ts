import { describe, expect, it } from 'vitest';
import { PctStrategy } from '../../../../src/lab/strategies/pct-strategy.js';
import type { Choices } from '../../../../src/lab/strategy.js';

function choices(...actors: number[]): Choices {
  return { count: actors.length, actors: [...actors, 99] };
}

/** Who takes each of so many steps of a run in which three can always go. */
function run(strategy: PctStrategy, number: number, steps: number): number[] {
  strategy.begin(number);
  const all = choices(10, 20, 30);
  const taken = Array.from({ length: steps }, (_, step) => all.actors[strategy.choose(all, step)]!);
  strategy.end(steps);
  return taken;
}

/** How often somebody else goes on than before. */
function switches(taken: readonly number[]): number {
  return taken.filter((actor, at) => at > 0 && actor !== taken[at - 1]).length;
}

describe('PCT', () => {
  it('has one of highest priority take all steps, another in other runs', () => {
    const strategy = new PctStrategy(1, 1);
    const firsts = new Set<number>();
    for (let number = 0; number < 50; number++) {
      const taken = run(strategy, number, 20);
      expect(new Set(taken).size).toBe(1);
      firsts.add(taken[0]!);
    }
    expect([...firsts].sort()).toEqual([10, 20, 30]);
  });

  it('changes who goes at as many steps as the depth says, at most and in some runs', () => {
    const strategy = new PctStrategy(1, 3);
    const counts = new Set<number>();
    const places = new Set<number>();
    for (let number = 0; number < 300; number++) {
      const taken = run(strategy, number, 30);
      counts.add(switches(taken));
      places.add(taken.findIndex((actor) => actor !== taken[0]));
    }
    expect(Math.max(...counts)).toBe(2);
    expect(counts.has(1)).toBe(true);
    // They may be anywhere in runs of that length.
    expect(Math.max(...places)).toBeGreaterThan(25);
    expect(places.has(1)).toBe(true);
  });

  it('goes on with the highest of those who can', () => {
    const strategy = new PctStrategy(1, 1);
    strategy.begin(0);
    const order: number[] = [];
    let left = [10, 20, 30];
    while (left.length > 0) {
      const next = left[strategy.choose(choices(...left), order.length)]!;
      order.push(next);
      left = left.filter((actor) => actor !== next);
    }
    expect(strategy.choose(choices(order[2]!, order[1]!), 0)).toBe(1);
    expect(strategy.choose(choices(order[1]!, order[0]!, order[2]!), 1)).toBe(1);
  });

  it('is fair in a run that goes on far longer than others, and does not learn from it', () => {
    const strategy = new PctStrategy(1, 1);
    expect(new Set(run(strategy, 0, 1000)).size).toBe(1);
    const taken = run(strategy, 1, 6000);
    expect(new Set(taken.slice(0, 4000)).size).toBe(1);
    expect(new Set(taken.slice(4000)).size).toBe(3);
    expect(switches(run(strategy, 2, 4100))).toBeGreaterThan(0);
  });

  it('does the same for the same seed and the same runs before', () => {
    const runs = (seed: number) => {
      const strategy = new PctStrategy(seed, 3);
      return Array.from({ length: 20 }, (_, number) => run(strategy, number, 30));
    };
    expect(runs(5)).toEqual(runs(5));
    expect(runs(5)).not.toEqual(runs(6));
  });

  it('finds a bug of depth two as often as it is proven to', () => {
    // One of two actors of ten steps each must be stopped right before its last step, for all of the other's.
    let found = 0;
    const strategy = new PctStrategy(1, 2);
    for (let number = 0; number < 2000; number++) {
      strategy.begin(number);
      const left = [10, 10];
      let bug = false;
      for (let step = 0; step < 20; step++) {
        const able = [0, 1].filter((actor) => left[actor]! > 0);
        const actor = able[strategy.choose(choices(...able), step)]!;
        left[actor]!--;
        bug ||= left[0] === 1 && left[1] === 0;
      }
      strategy.end(20);
      if (bug) found++;
    }
    expect(found / 2000).toBeGreaterThan(1 / (2 * 20));
  });
});
