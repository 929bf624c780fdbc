import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/lab/random.js';

describe('numbers that look random', () => {
  it('are the same for a seed and a stream on every machine', () => {
    const random = new Random(1, 2);
    const numbers = [random.next(), random.next(), random.next()];
    expect(numbers).toEqual([4198616899, 3289234483, 488419817]);
    random.restart(1, 2);
    expect(random.next()).toBe(numbers[0]);
    expect(new Random(1, 3).next()).not.toBe(numbers[0]);
    expect(new Random(2, 2).next()).not.toBe(numbers[0]);
  });

  it('are spread over what is asked for', () => {
    const random = new Random(5);
    const counts = new Array<number>(6).fill(0);
    for (let draw = 0; draw < 60_000; draw++) counts[random.integer(-2, 3) + 2]!++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
    expect(random.below(1)).toBe(0);
    expect(random.integer(7, 7)).toBe(7);
  });

  it('refuse a range that is none', () => {
    const random = new Random(5);
    expect(() => random.integer(2, 1)).toThrow(RangeError);
    expect(() => random.integer(0.5, 1)).toThrow(RangeError);
    expect(() => random.integer('0' as unknown as number, 1)).toThrow(TypeError);
    expect(() => random.integer(0, 2 ** 32)).toThrow(RangeError);
  });
});
