import { describe, expect, it } from 'vitest';
import { ColourSlots } from '../../../page/src/plots/colour-slots.js';
import { sparkPath } from '../../../page/src/plots/spark-path.js';
import { countText, rateText } from '../../../page/src/tables/figure-text.js';

describe('ColourSlots', () => {
  it('keeps the colour of what stays, whatever its rank', () => {
    const slots = new ColourSlots(3);
    expect(slots.assign(['a', 'b', 'c'])).toEqual(['a', 'b', 'c']);
    expect(slots.assign(['c', 'a', 'd'])).toEqual(['a', 'd', 'c']);
  });

  it('gives none to more than there are', () => {
    expect(new ColourSlots(2).assign(['a', 'b', 'c'])).toEqual(['a', 'b']);
  });

  it('frees the colour of what goes', () => {
    const slots = new ColourSlots(2);
    slots.assign(['a', 'b']);
    expect(slots.assign(['b'])).toEqual([undefined, 'b']);
  });
});

describe('sparkPath', () => {
  it('spans the width, the highest at the top', () => {
    expect(sparkPath([0, 5, 10], 100, 41)).toBe('M0.0 41.0L50.0 21.0L100.0 1.0');
  });

  it('lies on the ground while nothing happens', () => {
    expect(sparkPath([0, 0], 100, 40)).toBe('M0.0 40.0L100.0 40.0');
  });

  it('is no line for one value', () => {
    expect(sparkPath([3], 100, 40)).toBe('');
  });
});

describe('figures', () => {
  it.each([
    [undefined, ''],
    [0, '0'],
    [0.04, '<0.1'],
    [3.456, '3.5'],
    [1234.5, '1\u202f235'],
  ])('writes the rate %s as %j', (rate, text) => {
    expect(rateText(rate)).toBe(text);
  });

  it('writes counts with their thousands apart', () => {
    expect(countText(1_234_567)).toBe('1\u202f234\u202f567');
    expect(countText(undefined)).toBe('');
  });
});
