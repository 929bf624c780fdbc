import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowWindow, scrollToRow } from '../../../page/src/tables/row-window.js';

describe('rowWindow', () => {
  it('draws what one sees and some more', () => {
    expect(rowWindow(1000, 20, 400, 100, 2)).toEqual({
      first: 18,
      end: 27,
      above: 360,
      height: 20_000,
    });
  });

  it('draws all of a short table', () => {
    expect(rowWindow(3, 20, 0, 500, 5)).toEqual({ first: 0, end: 3, above: 0, height: 60 });
  });

  it('draws nothing of an empty one', () => {
    expect(rowWindow(0, 20, 0, 500, 5)).toEqual({ first: 0, end: 0, above: 0, height: 0 });
  });

  it('ends at the last row when scrolled to the end, also of a table too tall for a browser', () => {
    for (const rows of [1000, 100_000, 5_000_000]) {
      const { height } = rowWindow(rows, 26, 0, 520, 8);
      const { first, end, above } = rowWindow(rows, 26, height - 520, 520, 8);
      expect(end).toBe(rows);
      expect(above + (end - first) * 26).toBeCloseTo(height, 3);
    }
  });

  it('covers what one sees, wherever it is scrolled to', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_000_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 30, max: 2000 }),
        (rows, share, view) => {
          const { height } = rowWindow(rows, 26, 0, view, 4);
          const top = share * Math.max(0, height - view);
          const { first, end, above } = rowWindow(rows, 26, top, view, 4);
          expect(above).toBeLessThanOrEqual(top + 1e-6);
          expect(above + (end - first) * 26).toBeGreaterThanOrEqual(
            Math.min(height, top + view) - 1e-3,
          );
          expect(end - first).toBeLessThanOrEqual(Math.ceil(view / 26) + 10);
        },
      ),
    );
  });
});

describe('scrollToRow', () => {
  it('stays where the row is seen already', () => {
    expect(scrollToRow(10, 1000, 20, 100, 200)).toBe(100);
  });

  it('scrolls no further than it must', () => {
    expect(scrollToRow(4, 1000, 20, 100, 200)).toBe(80);
    expect(scrollToRow(20, 1000, 20, 100, 200)).toBe(220);
  });

  it('scrolls not at all when everything is seen', () => {
    expect(scrollToRow(2, 3, 20, 0, 200)).toBe(0);
  });

  it('brings any row of any table into view', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_000_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (rows, share, scrolled) => {
          const row = Math.min(rows - 1, Math.floor(share * rows));
          const { height } = rowWindow(rows, 26, 0, 520, 0);
          const top = scrollToRow(row, rows, 26, scrolled * Math.max(0, height - 520), 520);
          const { first, end } = rowWindow(rows, 26, top, 520, 1);
          expect(row).toBeGreaterThanOrEqual(first);
          expect(row).toBeLessThan(end);
        },
      ),
    );
  });
});
