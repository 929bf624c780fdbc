import { expect, it } from 'vitest';
import { shortDuration } from '../../../src/terminal/duration.js';

it.each([
  [0, '0.0ms'],
  [0.34, '0.3ms'],
  [9.94, '9.9ms'],
  [9.96, '10ms'],
  [999.4, '999ms'],
  [999.6, '1.0s'],
  [9949, '9.9s'],
  [9951, '10s'],
  [59_499, '59s'],
  [59_501, '1m00s'],
  [125_000, '2m05s'],
  [3_599_600, '1h00m'],
  [4_020_000, '1h07m'],
  [86_399_999, '1d00h'],
  [273_600_000, '3d04h'],
])('%i ms is %s', (milliseconds, text) => {
  expect(shortDuration(milliseconds)).toBe(text);
});
