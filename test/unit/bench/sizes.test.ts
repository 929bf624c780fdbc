import { describe, expect, it } from 'vitest';
import { comparable, reportSizes } from '../../../bench/groups/sizes.js';

const at = (ports: number, emit: number[], event: number[]) => ({ ports, emit, event });

describe('comparable', () => {
  it('keeps the rounds in which the machine was at full speed', () => {
    const sizes = [at(1, [5, 10], [20, 33]), at(64, [10, 5.5, 5.2], [34, 22, 21])];
    expect(comparable({ sizes, cleanEmit: [5] })).toEqual([
      at(1, [5], [20]),
      at(64, [5.5, 5.2], [22, 21]),
    ]);
  });

  it('keeps all where a size has no such round', () => {
    const sizes = [at(1, [5], [20]), at(64, [10], [33])];
    expect(comparable({ sizes, cleanEmit: [5] })).toEqual(sizes);
  });
});

describe('reportSizes', () => {
  it('takes flatness in nanoseconds at one speed, and misses what is dearer by more than a quarter', () => {
    const met = (event: number[]) =>
      reportSizes('x', { sizes: [at(1, [5], [16]), at(64, [5], event)], cleanEmit: [5] }).verdicts;
    expect(met([20]).map((verdict) => verdict.met)).toEqual([true, true]);
    expect(met([21]).map((verdict) => verdict.met)).toEqual([true, false]);
    expect(met([26]).map((verdict) => verdict.met)).toEqual([false, false]);
  });

  it('takes flatness in emits where the speeds differ', () => {
    const sizes = [at(1, [5], [20]), at(64, [10], [36])];
    expect(reportSizes('x', { sizes, cleanEmit: [5] }).verdicts[1]!.met).toBe(true);
  });
});
