import { describe, expect, it } from 'vitest';
import { LATENCY_BOUNDS, LatencyHistogram } from '../../../src/statistics/histogram.js';

describe('LatencyHistogram', () => {
  it('has bounds from a microsecond to ten seconds, each larger than the one before', () => {
    expect(LATENCY_BOUNDS[0]).toBe(1e-6);
    expect(LATENCY_BOUNDS.at(-1)).toBe(10);
    expect(LATENCY_BOUNDS).toEqual([...LATENCY_BOUNDS].sort((a, b) => a - b));
    expect(new Set(LATENCY_BOUNDS).size).toBe(LATENCY_BOUNDS.length);
  });

  it('counts a time in the first bucket whose bound is no less', () => {
    for (const [index, bound] of LATENCY_BOUNDS.entries()) {
      const histogram = new LatencyHistogram();
      histogram.observe(bound);
      expect(histogram.cumulative()).toEqual(LATENCY_BOUNDS.map((_, at) => (at >= index ? 1 : 0)));
      histogram.observe(bound * 1.0001);
      const next = LATENCY_BOUNDS.map((_, at) => (at > index ? 2 : at === index ? 1 : 0));
      expect(histogram.cumulative()).toEqual(next);
    }
  });

  it('counts what took no time in the first bucket, and what took too long in none', () => {
    const histogram = new LatencyHistogram();
    histogram.observe(0);
    histogram.observe(11);
    expect(histogram.cumulative()).toEqual(LATENCY_BOUNDS.map(() => 1));
    expect(histogram.count).toBe(2);
    expect(histogram.sum).toBe(11);
  });
});
