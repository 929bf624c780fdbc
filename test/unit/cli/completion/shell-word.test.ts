import { expect, it } from 'vitest';
import { unquoted } from '../../../../src/cli/completion/shell-word.js';

it.each([
  ['plain', 'plain'],
  ['', ''],
  ["'a b'", 'a b'],
  ["'a b", 'a b'],
  ['"a \\" \\$b \\n"', 'a " $b \\n'],
  ['"a b', 'a b'],
  ['a\\ b', 'a b'],
  ['a\\', 'a'],
  ['x"y"\'z\'', 'xyz'],
  ['~/host', '/home/me/host'],
  ['~', '/home/me'],
  ['~other/host', '~other/host'],
  ["'~/host'", '~/host'],
  ['$HOME', '$HOME'],
])('reads %s as %s', (word, text) => expect(unquoted(word, '/home/me')).toBe(text));

it('leaves ~ without a home', () => expect(unquoted('~/host', undefined)).toBe('~/host'));
