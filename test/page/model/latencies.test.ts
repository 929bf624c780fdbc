import { describe, expect, it } from 'vitest';
import { Latencies } from '../../../page/src/model/latencies.js';

describe('Latencies', () => {
  it('sums up what was read since the last sample', () => {
    const latencies = new Latencies();
    for (let took = 1; took <= 100; took++) latencies.read(took);
    latencies.sample(1000);
    latencies.read(7);
    latencies.sample(2000);
    expect(latencies.series()).toEqual({ times: [1000, 2000], median: [50, 7], p99: [99, 7] });
  });

  it('has nothing to say where nothing was read', () => {
    const latencies = new Latencies();
    latencies.sample(1000);
    expect(latencies.series()).toEqual({ times: [1000], median: [undefined], p99: [undefined] });
  });

  it('gathers on when a sample is not due yet', () => {
    const latencies = new Latencies();
    latencies.sample(0);
    latencies.read(1);
    latencies.sample(100);
    latencies.read(3);
    latencies.sample(1000);
    expect(latencies.series().p99).toEqual([undefined, 3]);
  });

  it('keeps so many samples', () => {
    const latencies = new Latencies(2);
    for (let second = 0; second < 5; second++) latencies.sample(second * 1000);
    expect(latencies.series().times).toEqual([3000, 4000]);
  });

  it('begins anew when the clock went back', () => {
    const latencies = new Latencies();
    latencies.sample(5000);
    latencies.sample(1000);
    expect(latencies.series().times).toEqual([1000]);
  });
});
