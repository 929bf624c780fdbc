import { describe, expect, it } from 'vitest';
import { textTable } from '../../../src/fuse/text-table.js';

describe('a table', () => {
  it('has columns as wide as their widest cell, numbers to the right and words to the left', () => {
    const rows = [
      ['port', 'state', 'n'],
      ['9', 'interdomain', '-'],
      ['1000', 'virq', '12'],
    ];
    expect(textTable(rows)).toBe(
      ['port  state         n', '   9  interdomain   -', '1000  virq         12', ''].join('\n'),
    );
  });

  it('takes a column for words as soon as one cell is no number', () => {
    expect(textTable([['n'], ['12'], ['3x']])).toBe('n\n12\n3x\n');
    expect(textTable([['long'], ['12'], ['-']])).toBe('long\n  12\n   -\n');
  });

  it('ends no line with spaces', () => {
    expect(
      textTable([
        ['a', 'b'],
        ['x', ''],
        ['longer', 'y'],
      ]),
    ).toBe('a       b\nx\nlonger  y\n');
  });

  it('may have a row for every port there can be', () => {
    const rows = [['port'], ...Array.from({ length: 131_072 }, (_, port) => [String(port)])];
    const lines = textTable(rows).split('\n');
    expect([lines[0], lines[1], lines[131_072]]).toEqual(['  port', '     0', '131071']);
  });

  it('of a heading alone is the heading', () => {
    expect(textTable([['a', 'b']])).toBe('a  b\n');
  });

  it('of nothing is an empty line', () => {
    expect(textTable([])).toBe('\n');
  });
});
