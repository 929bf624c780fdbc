import type { Look, Paint } from './style.js';
import { cutToWidth, padToWidth, textWidth } from './text-width.js';

/** A column of a table of such rows. */
export interface Column<Row> {
  readonly heading: string;
  readonly align: 'left' | 'right';
  /** Which columns go first where there is no room: those with the highest number. 0 stays in any case. */
  readonly rank: number;
  /** Narrower than its cells it may become, down to this width, before a column is left out; none of it unless given. */
  readonly shrinkTo?: number;
  readonly cell: (row: Row) => string;
  /** How a cell looks. */
  readonly look?: (row: Row) => Look | undefined;
}

/** What of a table is shown, and how wide. */
export interface TableLayout<Row> {
  readonly columns: readonly Column<Row>[];
  readonly widths: readonly number[];
  /** Headings of the columns that there is no room for, in the order of the table. */
  readonly leftOut: readonly string[];
}

const GAP = 2;

/** How wide each column's widest cell is, its heading counted. */
export function columnWidths<Row>(columns: readonly Column<Row>[], rows: Iterable<Row>): number[] {
  const widths = columns.map(({ heading }) => textWidth(heading));
  for (const row of rows) {
    for (let index = 0; index < columns.length; index++) {
      const width = textWidth(columns[index]!.cell(row));
      if (width > widths[index]!) widths[index] = width;
    }
  }
  return widths;
}

/**
 * Chooses columns so that a table is at most so wide: first those are narrowed that may be, then columns are left out, the
 * highest rank first.
 * @param widths - as of {@link columnWidths}
 * @param room - columns of the terminal; undefined: as wide as need be
 */
export function layOut<Row>(
  columns: readonly Column<Row>[],
  widths: readonly number[],
  room: number | undefined,
): TableLayout<Row> {
  let shown = columns.map((column, index) => ({ column, width: widths[index]! }));
  const leastOf = ({ column, width }: { column: Column<Row>; width: number }): number =>
    Math.min(width, column.shrinkTo ?? width);
  const total = (of: (each: { column: Column<Row>; width: number }) => number): number =>
    shown.reduce((sum, each) => sum + of(each), GAP * (shown.length - 1));
  if (room === undefined) return { columns, widths, leftOut: [] };
  while (total(leastOf) > room) {
    const last = shown.reduce((a, b) => (b.column.rank >= a.column.rank ? b : a));
    if (last.column.rank === 0) break;
    shown = shown.filter((each) => each !== last);
  }
  let excess = total(({ width }) => width) - room;
  const narrowed = shown.map((each) => {
    // What is left alone in a terminal narrower than itself is cut.
    const least = shown.length === 1 ? 0 : leastOf(each);
    const less = Math.max(0, Math.min(excess, each.width - least));
    excess -= less;
    return each.width - less;
  });
  const kept = new Set(shown.map(({ column }) => column));
  return {
    columns: shown.map(({ column }) => column),
    widths: narrowed,
    leftOut: columns.filter((column) => !kept.has(column)).map(({ heading }) => heading),
  };
}

/** The line of headings. @param mark - a heading that is to stand out, as of the column that a table is sorted by */
export function headingLine<Row>({ columns, widths }: TableLayout<Row>, paint: Paint): string {
  const cells = columns.map(({ heading, align }, index) => {
    return padToWidth(cutToWidth(heading, widths[index]!), widths[index]!, align);
  });
  return paint('bold', cells.join(' '.repeat(GAP)).trimEnd());
}

/** The line of a row. @param look - of the whole line, instead of its cells' own */
export function rowLine<Row>(
  { columns, widths }: TableLayout<Row>,
  row: Row,
  paint: Paint,
  look?: Look,
): string {
  let line = '';
  // Spaces that only come if something follows: lines without any at their end are shorter, and no mark is drawn there.
  let owed = 0;
  for (let index = 0; index < columns.length; index++) {
    const column = columns[index]!;
    const room = widths[index]!;
    let text = column.cell(row);
    let width = textWidth(text);
    if (width > room) {
      text = cutToWidth(text, room);
      width = textWidth(text);
    }
    if (column.align === 'right') owed += room - width;
    if (width > 0) {
      const own = look === undefined ? column.look?.(row) : undefined;
      line += spaces(owed) + (own === undefined ? text : paint(own, text));
      owed = 0;
    }
    if (column.align === 'left') owed += room - width;
    owed += GAP;
  }
  return look === undefined ? line : paint(look, line);
}

/** So many spaces: made once, for a long table needs them a million times. */
const SPACES: readonly string[] = Array.from({ length: 64 }, (_, count) => ' '.repeat(count));

function spaces(count: number): string {
  return SPACES[count] ?? ' '.repeat(count);
}
