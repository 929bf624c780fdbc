import { describe, expect, it } from 'vitest';
import { formatAge } from '../../../src/snapshot/age.js';

describe('formatAge', () => {
  it.each([
    [-5, '0 s'],
    [0, '0 s'],
    [Number.NaN, '0 s'],
    [0.000_04, '<0.1 µs'],
    [0.0004, '0.4 µs'],
    [0.001, '1 µs'],
    [0.012, '12 µs'],
    [0.9994, '999 µs'],
    [0.9996, '1 ms'],
    [1, '1 ms'],
    [9.94, '9.9 ms'],
    [9.96, '10 ms'],
    [350, '350 ms'],
    [999.6, '1 s'],
    [1000, '1 s'],
    [4_200, '4.2 s'],
    [42_499, '42 s'],
    [59_499, '59 s'],
    [59_501, '1 min'],
    [60_000, '1 min'],
    [185_000, '3 min 5 s'],
    [3_599_400, '59 min 59 s'],
    [3_599_600, '1 h'],
    [7_440_000, '2 h 4 min'],
    [86_399_000, '1 d'],
    [86_340_000, '23 h 59 min'],
    [266_400_000, '3 d 2 h'],
    [1e12, '11574 d 2 h'],
  ])('says %d ms as %s', (milliseconds, text) => {
    expect(formatAge(milliseconds)).toBe(text);
  });
});
