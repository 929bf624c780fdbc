import type { ComponentChildren, JSX } from 'preact';
import { useId, useMemo, useRef, useState } from 'preact/hooks';
import { useSize } from '../plots/use-size.js';
import type { Column, ColumnContext } from './column.js';
import { nextSorting, type Sorting } from './row-order.js';
import { rowWindow, scrollToRow } from './row-window.js';
import './row-table.css';

/** Pixels of every row; row-table.css gets it from here. */
const ROW = 26;
/** Rows drawn above and below what one sees. */
const SPARE = 8;
/** Characters of the last column. */
const ACTION = 11;

/** What a long table shows. */
export interface RowTableProps<Row> {
  /** What it is, for who does not see it. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly context: ColumnContext;
  /** In the order in which they are shown. */
  readonly rows: readonly Row[];
  /** Unique for each row. */
  readonly rowKey: (row: Row) => string;
  /** Classes of a row. */
  readonly rowClass?: ((row: Row) => string) | undefined;
  readonly sorting: Sorting;
  readonly sort: (sorting: Sorting) => void;
  /** Key of the row that is selected. */
  readonly selected: string | undefined;
  readonly choose: (row: Row) => void;
  /** What can be done with a row, for a last column; the same must be there elsewhere for the keyboard. */
  readonly action?: ((row: Row) => ComponentChildren) | undefined;
  /** Says why there is no row. */
  readonly empty: string;
}

/**
 * A table of any length, of which only the rows that one sees are drawn. It is one stop of the Tab key: the arrow keys, Page
 * Up and Down, Home and End go from row to row, and Enter chooses one.
 */
export function RowTable<Row>(props: RowTableProps<Row>): JSX.Element {
  const { label, columns, context, rows, rowKey, rowClass, sorting, sort } = props;
  const { selected, choose, action, empty } = props;
  const view = useRef<HTMLDivElement>(null);
  const id = useId();
  const { height: whole } = useSize(view);
  const [scrolled, setScrolled] = useState(0);
  const [active, setActive] = useState<string>();
  // The heading is over the rows, as high as one.
  const height = Math.max(0, whole - ROW);
  const shown = rowWindow(rows.length, ROW, scrolled, height, SPARE);
  const wanted = active ?? selected;
  const at = useMemo(
    () => (wanted === undefined ? -1 : rows.findIndex((row) => rowKey(row) === wanted)),
    [rows, rowKey, wanted],
  );
  const widths = columns.map(widthOf);
  const width = widths.reduce((sum, one) => sum + one, 0);

  const goTo = (index: number) => {
    const to = Math.max(0, Math.min(rows.length - 1, index));
    const row = rows[to];
    if (row === undefined) return;
    setActive(rowKey(row));
    const top = scrollToRow(to, rows.length, ROW, scrolled, height);
    view.current!.scrollTop = top;
    setScrolled(top);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const page = Math.max(1, Math.floor(height / ROW) - 1);
    const next = {
      ArrowDown: at + 1,
      ArrowUp: at < 0 ? 0 : at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: rows.length - 1,
    }[event.key];
    if (next !== undefined) goTo(next);
    else if ((event.key === 'Enter' || event.key === ' ') && at >= 0) choose(rows[at]!);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const below = Math.max(0, shown.height - shown.above - (shown.end - shown.first) * ROW);

  return (
    <div
      class="row-table"
      ref={view}
      style={{ '--row-height': `${ROW}px` }}
      onScroll={(event) => setScrolled(event.currentTarget.scrollTop)}
    >
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: keys move about in it, which makes a table a grid
        role="grid"
        tabIndex={0}
        aria-label={label}
        aria-rowcount={rows.length + 1}
        aria-activedescendant={at >= shown.first && at < shown.end ? `${id}-${at}` : undefined}
        onKeyDown={onKeyDown}
        style={{ minWidth: `${width + (action ? ACTION : 0)}ch` }}
      >
        <colgroup>
          {columns.map((column, index) => (
            <col key={column.id} style={{ width: `${widths[index]}ch` }} />
          ))}
          {action && <col style={{ width: `${ACTION}ch` }} />}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <Heading key={column.id} {...{ column, sorting, sort }} />
            ))}
            {action && <th class="row-table-action">Do</th>}
          </tr>
        </thead>
        <tbody>
          {shown.above > 0 && <tr class="row-table-space" style={{ height: `${shown.above}px` }} />}
          {rows.slice(shown.first, shown.end).map((row, offset) => {
            const index = shown.first + offset;
            const key = rowKey(row);
            const classes = ['row-table-row', rowClass?.(row) ?? ''];
            if (index === at) classes.push('is-active');
            return (
              <tr
                key={key}
                id={`${id}-${index}`}
                class={classes.join(' ')}
                aria-rowindex={index + 2}
                aria-selected={key === selected}
                onClick={() => {
                  setActive(key);
                  choose(row);
                }}
              >
                {columns.map((column) => {
                  const text = column.text(row, context);
                  return (
                    <td
                      key={column.id}
                      class={column.numeric ? 'is-number' : undefined}
                      title={text.length > column.width - 2 ? text : undefined}
                    >
                      {text}
                    </td>
                  );
                })}
                {action && <td class="row-table-action">{action(row)}</td>}
              </tr>
            );
          })}
          {below > 0 && <tr class="row-table-space" style={{ height: `${below}px` }} />}
        </tbody>
      </table>
      {rows.length === 0 && <p class="row-table-empty">{empty}</p>}
    </div>
  );
}

/** A column in characters, with room for its heading and the sign of its order. */
function widthOf<Row>({ width, title }: Column<Row>): number {
  return Math.max(width, title.length + 4.5);
}

/** The heading of a column: a button that sorts by it. */
function Heading<Row>({
  column,
  sorting,
  sort,
}: {
  readonly column: Column<Row>;
  readonly sorting: Sorting;
  readonly sort: (sorting: Sorting) => void;
}): JSX.Element {
  const sorted = sorting.column === column.id;
  const way = sorting.descending ? 'descending' : 'ascending';
  return (
    <th
      class={column.numeric ? 'is-number' : undefined}
      aria-sort={sorted ? way : 'none'}
      title={column.hint}
    >
      <button type="button" onClick={() => sort(nextSorting(sorting, column))}>
        {column.title}
        <span aria-hidden="true">{sorted ? (sorting.descending ? ' ▾' : ' ▴') : ''}</span>
      </button>
    </th>
  );
}
