import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inForeground, isForeground } from '../../../src/run/foreground.js';

describe('the foreground of a terminal', () => {
  it.each([
    ['is a group that the terminal names', '12 (node) S 1 12 12 34816 12 4194304 1 2', true],
    ['is another group', '12 (node) S 1 12 12 34816 99 4194304 1 2', false],
    ['is nothing without a terminal', '12 (node) S 1 12 12 0 -1 4194304 1 2', false],
    ['is told whatever the program is called', '12 (a) S 1 5 (b c) S 1 12 12 34816 12 0', true],
    ['is told whatever the program is called', '12 (12 12) S 1 12 12 34816 7 0', false],
  ])('%s', (_, stat, expected) => {
    expect(isForeground(stat)).toBe(expected);
  });

  it('is told of this process as the kernel does', () => {
    const [, , group, , , terminal] = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    expect(inForeground()).toBe(group === terminal);
  });
});
