import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shellCommand } from '../../../src/terminal/shell-words.js';

it('leaves plain words as they are', () => {
  const words = ['xen-evtchn', 'run', '--faults', 'delay:ms=5..50:port=14,ci', './a', ':::'];
  expect(shellCommand(words)).toBe(words.join(' '));
});

it('quotes the others', () => {
  expect(shellCommand(['a b', '', "it's", '$x', '=ls', '~'])).toBe(
    `'a b' '' 'it'\\''s' '$x' '=ls' '~'`,
  );
});

it('is understood by a shell, whatever the words are', () => {
  const word = fc.string({ maxLength: 8 }).filter((text) => !text.includes('\0'));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
      const script = `printf '%s\\0' ${shellCommand(words)}`;
      const said = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
      expect(said).toBe(words.map((each) => `${each}\0`).join(''));
    }),
    { numRuns: 30 },
  );
});
