import type { Column, ColumnContext } from './column.js';

/** By which column a table is sorted. */
export interface Sorting {
  /** The column's id. */
  readonly column: string;
  readonly descending: boolean;
}

/** The next order when somebody presses the heading of a column: the other way for the column that it is sorted by. */
export function nextSorting<Row>(before: Sorting, column: Column<Row>): Sorting {
  if (before.column !== column.id) return { column: column.id, descending: false };
  return { column: column.id, descending: !before.descending };
}

/**
 * The rows in order. Rows alike stay as they were; what has no value comes last, whichever way.
 * @param rows - is left as it is
 */
export function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { column: id, descending }: Sorting,
  context: ColumnContext,
): readonly Row[] {
  const column = columns.find((one) => one.id === id);
  if (column === undefined) return rows;
  const keyed = rows.map((row, index) => ({ row, index, key: column.key(row, context) }));
  const sign = descending ? -1 : 1;
  keyed.sort((a, b) => {
    if (a.key === b.key) return a.index - b.index;
    if (a.key === undefined) return 1;
    if (b.key === undefined) return -1;
    return (a.key < b.key ? -1 : 1) * sign;
  });
  return keyed.map(({ row }) => row);
}

/**
 * The rows that have every word of a filter in one of the cells that are searched, in upper or lower case. A word like `port:14` or
 * `state:virq` looks into the column of that id alone, and for the whole cell where it holds a number.
 */
export function filterRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  filter: string,
  context: ColumnContext,
): readonly Row[] {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return rows;
  const tests = words.map((word) => wordTest(columns, word, context));
  return rows.filter((row) => tests.every((test) => test(row)));
}

function wordTest<Row>(
  columns: readonly Column<Row>[],
  word: string,
  context: ColumnContext,
): (row: Row) => boolean {
  const colon = word.indexOf(':');
  const column = columns.find(({ id }) => id === word.slice(0, colon));
  if (column === undefined) {
    const searched = columns.filter((one) => one.searched);
    return (row) => searched.some((one) => one.text(row, context).toLowerCase().includes(word));
  }
  const wanted = word.slice(colon + 1);
  return (row) => {
    const text = column.text(row, context).toLowerCase();
    return column.numeric
      ? text === wanted || String(column.key(row, context)) === wanted
      : text.includes(wanted);
  };
}
