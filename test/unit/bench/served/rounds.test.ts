import { describe, expect, test } from 'vitest';
import { type Rounds, takeTurns, warmUp } from '../../../../bench/served/rounds.js';

/** Contenders that note whose turn it is and what they are told. */
function contenders(names: string) {
  const turns: string[] = [];
  const all = [...names].map((name, index) => ({
    figures: async (how: string) => {
      turns.push(name + how);
      return [index, turns.length];
    },
  }));
  return { turns, all };
}

describe('turns', () => {
  test('go back and forth', async () => {
    const { turns, all } = contenders('abc');
    await takeTurns(all, [], 3, '!');
    expect(turns.join(' ')).toBe('a! b! c! c! b! a! a! b! c!');
  });

  test('give figures by contender, kind and round, beside those there are', async () => {
    const { all } = contenders('ab');
    const figures: Rounds[] = [];
    await takeTurns(all, figures, 2);
    expect(figures).toEqual([
      [
        [0, 0],
        [1, 4],
      ],
      [
        [1, 1],
        [2, 3],
      ],
    ]);
    await takeTurns(all, figures, 1);
    expect(figures[0]![1]).toEqual([1, 4, 5]);
  });

  test('of a warm-up count for nothing', async () => {
    const { turns, all } = contenders('ab');
    await warmUp(all, 2);
    expect(turns.join('')).toBe('aabb');
  });
});
