/** Which rows of a long table are drawn. */
export interface RowWindow {
  /** The first of them. */
  readonly first: number;
  /** One past the last. */
  readonly end: number;
  /** Pixels of empty space above them. */
  readonly above: number;
  /** Pixels of the whole table. */
  readonly height: number;
}

/**
 * Browsers end an element at some 17 to 33 million pixels. A taller table is drawn this tall, and a step of its scroll bar
 * is more than one of its rows.
 */
const MAX_HEIGHT = 8_000_000;

/**
 * Which rows are drawn when a table is scrolled somewhere.
 * @param rows - how many there are
 * @param rowHeight - in pixels, of every one
 * @param scrollTop - pixels scrolled out above, of {@link RowWindow.height}
 * @param viewHeight - pixels that one sees
 * @param spare - rows drawn above and below what one sees, so that scrolling finds them there
 */
export function rowWindow(
  rows: number,
  rowHeight: number,
  scrollTop: number,
  viewHeight: number,
  spare: number,
): RowWindow {
  const full = rows * rowHeight;
  const height = Math.min(full, MAX_HEIGHT);
  const top = Math.min(Math.max(0, scrollTop), Math.max(0, height - viewHeight));
  const hidden = height - viewHeight;
  // Where the top edge is among all the rows; the same as `top` unless the table is too tall.
  const offset = hidden > 0 ? (top / hidden) * (full - viewHeight) : 0;
  const first = Math.max(0, Math.floor(offset / rowHeight) - spare);
  const end = Math.min(rows, Math.ceil((offset + viewHeight) / rowHeight) + spare);
  return { first, end, above: top - (offset - first * rowHeight), height };
}

/**
 * Where to scroll to so that a row is seen, as little as possible.
 * @returns the new `scrollTop`, of {@link RowWindow.height}
 */
export function scrollToRow(
  row: number,
  rows: number,
  rowHeight: number,
  scrollTop: number,
  viewHeight: number,
): number {
  const full = rows * rowHeight;
  const hidden = Math.min(full, MAX_HEIGHT) - viewHeight;
  if (hidden <= 0) return 0;
  const scale = (full - viewHeight) / hidden;
  const offset = Math.min(Math.max(0, scrollTop), hidden) * scale;
  const highest = row * rowHeight;
  const lowest = highest + rowHeight - viewHeight;
  if (offset > highest) return highest / scale;
  return offset < lowest ? Math.min(hidden, lowest / scale) : scrollTop;
}
