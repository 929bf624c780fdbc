import { expect, it } from 'vitest';
import { painted, plain, wantsColours } from '../../../src/terminal/style.js';

it.each([
  [true, {}, true],
  [false, {}, false],
  [true, { TERM: 'dumb' }, false],
  [true, { NO_COLOR: '1' }, false],
  [true, { NO_COLOR: '' }, true],
  [false, { FORCE_COLOR: '1' }, true],
  [false, { FORCE_COLOR: '' }, true],
  [true, { FORCE_COLOR: '0' }, false],
  [true, { FORCE_COLOR: 'false' }, false],
  [false, { FORCE_COLOR: '1', NO_COLOR: '1', TERM: 'dumb' }, true],
])('with terminal: %s and %j has colours: %s', (terminal, environment, colours) => {
  expect(wantsColours(terminal, environment)).toBe(colours);
});

it('switches a look on and off again', () => {
  expect(painted('alarm', 'x')).toBe('\x1b[1;31mx\x1b[22;39m');
  expect(painted('bold', '')).toBe('');
  expect(plain('alarm', 'x')).toBe('x');
});
