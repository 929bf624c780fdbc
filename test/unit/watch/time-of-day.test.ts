import { expect, it } from 'vitest';
import { timeOfDay } from '../../../src/watch/time-of-day.js';

it('is local, with microseconds', () => {
  const wallTime = new Date(2026, 10, 23, 19, 4, 11, 200).getTime();
  const text = timeOfDay({ time: 1000, wallTime });
  expect(text(1000)).toBe('19:04:11.200000');
  expect(text(1004.518)).toBe('19:04:11.204518');
  expect(text(999.9996)).toBe('19:04:11.200000');
  expect(text(1799.9999)).toBe('19:04:12.000000');
  expect(text(1000 + 86_400_000)).toBe('19:04:11.200000');
});

it('is in seconds of the host where there is no wall clock', () => {
  expect(timeOfDay({ time: 0 })(12_345.678_9)).toBe('12.345679');
});
