import { expect, it } from 'vitest';
import { wrap } from '../../../src/terminal/wrap.js';

it('breaks between words, and nowhere else', () => {
  expect(wrap('nobody reads the ring', 12)).toEqual(['nobody reads', 'the ring']);
  expect(wrap('a /very/long/path here', 8)).toEqual(['a', '/very/long/path', 'here']);
  expect(wrap('one line', Number.POSITIVE_INFINITY)).toEqual(['one line']);
  expect(wrap('', 10)).toEqual(['']);
});

it('indents what follows, within the width', () => {
  expect(wrap('- read it, or close it', 12, 2)).toEqual(['- read it,', '  or close', '  it']);
});
