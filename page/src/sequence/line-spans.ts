import type { Rows } from '../model/rows.js';
import type { Columns } from './columns.js';

/** A part of a lifeline that is drawn. */
export interface LineSpan {
  readonly key: string;
  readonly x: number;
  readonly y1: number;
  readonly y2: number;
}

/**
 * Where lifelines are drawn in a part of the diagram: from the row of their beginning to that of their end, if those are
 * there; otherwise all the way.
 * @param from - the row at the top, and `to` the one after the last
 * @param height - pixels of the part
 */
export function lineSpans(
  rows: Rows,
  from: number,
  to: number,
  columns: Columns,
  rowHeight: number,
  height: number,
): LineSpan[] {
  const spans: LineSpan[] = [];
  for (const { line, x } of columns.all) {
    const begin = line.begin === undefined ? from : rows.indexOf(line.begin);
    const end = line.end === undefined ? undefined : rows.indexOf(line.end);
    const again = line.begin !== undefined && end !== undefined && end < begin;
    const y1 = begin <= from || again ? 0 : (begin - from + 0.5) * rowHeight;
    const y2 = end === undefined ? height : (end - from + 0.5) * rowHeight;
    if (y2 > y1 && begin <= to) spans.push({ key: line.key, x, y1, y2: Math.min(y2, height) });
  }
  return spans;
}
