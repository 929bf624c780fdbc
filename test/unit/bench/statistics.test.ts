import { describe, expect, test } from 'vitest';
import { flatness, median, quantile, ratios, spread } from '../../../bench/statistics.js';

describe('the statistics of the benchmarks', () => {
  test('the median is the middle, by size and not by spelling, and leaves its input alone', () => {
    const numbers = [100, 9, 20];
    expect(median(numbers)).toBe(20);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(numbers).toEqual([100, 9, 20]);
    expect(() => median([])).toThrow(RangeError);
  });

  test('a spread names both ends', () => {
    expect(spread([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
  });

  test('a quantile lies between the numbers around it', () => {
    expect([0, 0.25, 0.5, 1].map((share) => quantile([50, 10, 20, 30, 40], share))).toEqual([
      10, 20, 30, 50,
    ]);
    expect(quantile([10, 20, 40, 100], 0.75)).toBe(55);
    expect(quantile([7], 0.25)).toBe(7);
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });

  test('ratios pair the rounds, so that a disturbance of both cancels out', () => {
    expect(ratios([10, 100], [2, 20])).toEqual([5, 5]);
    expect(() => ratios([1], [1, 2])).toThrow(RangeError);
  });

  test('flatness is the largest over the smallest', () => {
    expect(flatness([20, 25, 22])).toBe(1.25);
  });
});
