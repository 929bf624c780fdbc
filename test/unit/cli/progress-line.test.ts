import { expect, it } from 'vitest';
import { ProgressLine } from '../../../src/cli/progress-line.js';

it('is written over at most every fifth of a second, and taken away', () => {
  let written = '';
  let now = 0;
  const line = new ProgressLine(
    (text) => {
      written += text;
    },
    () => now,
  );
  const show = (text: string) => line.show((elapsed) => `${text} ${elapsed}`);
  line.clear();
  expect(written).toBe('');
  show('first');
  now = 199;
  show('too soon');
  now = 250;
  show('second');
  line.clear();
  line.clear();
  expect(written).toBe('\r\x1b[Kfirst Infinity\r\x1b[Ksecond 250\r\x1b[K');
});
