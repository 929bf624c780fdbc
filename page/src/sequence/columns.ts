import type { Lifeline } from '../model/lifelines.js';

/** Room of the lifeline of a domain, and of an open file, in pixels. */
const DOMAIN_WIDTH = 76;
const FILE_WIDTH = 104;
/** Room between two domains. */
const BETWEEN = 12;
/** Room right of the last one, for what is written beside its marks. */
const MARGIN = 36;
/** As close as lines are drawn where there is no room for that, and as far apart where there is more. */
const CLOSEST = 0.72;
const WIDEST = 3.6;

/** Where a lifeline is drawn. */
export interface Column {
  readonly line: Lifeline;
  /** Left edge and width of its room; the line is in the middle. */
  readonly left: number;
  readonly width: number;
  /** Where the line is. */
  readonly x: number;
}

/** The columns of a domain and of its open files. */
export interface ColumnGroup {
  readonly domid: number;
  readonly left: number;
  readonly width: number;
}

/** Where all lifelines are drawn. */
export interface Columns {
  readonly all: readonly Column[];
  readonly groups: readonly ColumnGroup[];
  readonly byKey: ReadonlyMap<string, Column>;
  /** Of all of them together, with what is written beside them. */
  readonly width: number;
}

/**
 * Places lifelines from left to right, in their order: a domain's own first, its open files right of it.
 * @param room - pixels there are; more are used where they do not suffice
 */
export function layOutColumns(lines: readonly Lifeline[], room: number): Columns {
  const domids = new Set(lines.map((line) => line.domid)).size;
  const files = lines.filter((line) => line.file !== undefined).length;
  const fixed = domids * BETWEEN + MARGIN;
  const least = (lines.length - files) * DOMAIN_WIDTH + files * FILE_WIDTH;
  const scale = least === 0 ? 1 : Math.min(WIDEST, Math.max(CLOSEST, (room - fixed) / least));
  const all: Column[] = [];
  const groups: { domid: number; left: number; width: number }[] = [];
  let left = 0;
  for (const line of lines) {
    let group = groups[groups.length - 1];
    if (group?.domid !== line.domid) {
      left += BETWEEN / 2 + (group === undefined ? 0 : BETWEEN / 2);
      group = { domid: line.domid, left, width: 0 };
      groups.push(group);
    }
    const width = (line.file === undefined ? DOMAIN_WIDTH : FILE_WIDTH) * scale;
    all.push({ line, left, width, x: Math.round(left + width / 2) });
    left += width;
    group.width = left - group.left;
  }
  const byKey = new Map(all.map((column) => [column.line.key, column]));
  return { all, groups, byKey, width: left + BETWEEN / 2 + MARGIN };
}
