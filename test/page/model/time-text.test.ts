import { expect, it } from 'vitest';
import { count, duration, seconds } from '../../../page/src/model/time-text.js';

it.each([
  [0, '0 µs'],
  [0.0124, '12 µs'],
  [0.9994, '999 µs'],
  [1, '1 ms'],
  [3.456, '3.46 ms'],
  [45.67, '45.7 ms'],
  [456.7, '457 ms'],
  [999.7, '1 s'],
  [1250, '1.25 s'],
  [59_990, '1 min 0 s'],
  [125_000, '2 min 5 s'],
  [3_725_000, '1 h 2 min'],
])('%d milliseconds are %s', (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});

it('tells moments to the microsecond', () => {
  expect(seconds(1234.5678)).toBe('1.234568');
});

it('counts', () => {
  expect(count(1, 'event')).toBe('1 event');
  expect(count(12_345, 'event')).toBe('12\u202f345 events');
});
