import { describe, expect, it } from 'vitest';
import { painted, plain } from '../../../src/terminal/style.js';
import {
  type Column,
  columnWidths,
  headingLine,
  layOut,
  rowLine,
} from '../../../src/terminal/table.js';

import { textWidth } from '../../../src/terminal/text-width.js';

type Row = readonly [port: string, state: string, process: string];

const COLUMNS: readonly Column<Row>[] = [
  { heading: 'port', align: 'right', rank: 0, cell: ([port]) => port },
  {
    heading: 'state',
    align: 'left',
    rank: 2,
    cell: ([, state]) => state,
    look: ([, state]) => (state === 'unbound' ? 'yellow' : undefined),
  },
  { heading: 'process', align: 'left', rank: 1, shrinkTo: 7, cell: ([, , process]) => process },
];
const ROWS: readonly Row[] = [
  ['1', 'interdomain', '812 前端程序'],
  ['14', 'unbound', ''],
];

/** The lines of the table in a terminal. */
function lines(room: number | undefined, paint = plain): string[] {
  const layout = layOut(COLUMNS, columnWidths(COLUMNS, ROWS), room);
  return [headingLine(layout, paint), ...ROWS.map((row) => rowLine(layout, row, paint))];
}

describe('a table', () => {
  it('has columns as wide as their widest cell, and no spaces at the end of lines', () => {
    expect(lines(undefined)).toEqual([
      'port  state        process',
      '   1  interdomain  812 前端程序',
      '  14  unbound',
    ]);
  });

  it('narrows a column that may be, before one is left out', () => {
    expect(lines(29)).toEqual([
      'port  state        process',
      '   1  interdomain  812 前端…',
      '  14  unbound',
    ]);
  });

  it('leaves out columns by their rank, and says which', () => {
    expect(lines(20)).toEqual(['port  process', '   1  812 前端程序', '  14']);
    expect(layOut(COLUMNS, columnWidths(COLUMNS, ROWS), 20).leftOut).toEqual(['state']);
    expect(layOut(COLUMNS, columnWidths(COLUMNS, ROWS), 8).leftOut).toEqual(['state', 'process']);
  });

  it('is never wider than the terminal', () => {
    for (let room = 1; room < 40; room++) {
      for (const line of lines(room)) expect(textWidth(line), line).toBeLessThanOrEqual(room);
    }
  });

  it('paints cells, or a whole row', () => {
    expect(lines(undefined, painted)[2]).toBe('  14  \x1b[33munbound\x1b[39m');
    const layout = layOut(COLUMNS, columnWidths(COLUMNS, ROWS), undefined);
    expect(rowLine(layout, ROWS[1]!, painted, 'alarm')).toBe('\x1b[1;31m  14  unbound\x1b[22;39m');
  });

  it('lays out more rows than a call may have arguments', () => {
    const many = Array.from({ length: 200_000 }, (_, index): Row => [String(index), '', '']);
    expect(columnWidths(COLUMNS, many)).toEqual([6, 5, 7]);
  });
});
