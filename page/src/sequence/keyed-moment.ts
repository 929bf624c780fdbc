import type { Moment } from '../model/moment.js';
import type { Rows } from '../model/rows.js';

/**
 * The moment that a key leads to from the one that is selected, or from the end, which Enter selects; undefined for another key, and where there is
 * none.
 * @param page - rows that PageUp and PageDown go
 */
export function keyedMoment(
  key: string,
  rows: Rows,
  selected: Moment | undefined,
  page: number,
): Moment | undefined {
  const at = selected === undefined ? rows.end : rows.indexOf(selected.seq);
  switch (key) {
    case 'ArrowUp':
      return rows.moment(at, -1);
    case 'ArrowDown':
      return rows.moment(at, 1) ?? (selected === undefined ? rows.moment(rows.end, -1) : undefined);
    case 'Home':
      return rows.moment(rows.first - 1, 1);
    case 'End':
    case 'Enter':
      return rows.moment(rows.end, -1);
    case 'PageUp':
      return rows.moment(Math.max(rows.first - 1, at - page - 1), 1);
    case 'PageDown':
      return rows.moment(Math.min(rows.end, at + page + 1), -1);
    case 'ArrowLeft':
      return ofTrail(rows, selected, -1);
    case 'ArrowRight':
      return ofTrail(rows, selected, 1);
    default:
      return undefined;
  }
}

/** The moment before or after of the same event, among those that are shown. */
function ofTrail(rows: Rows, selected: Moment | undefined, step: 1 | -1): Moment | undefined {
  const moments = selected?.trail?.moments ?? [];
  for (let i = moments.indexOf(selected!) + step; i >= 0 && i < moments.length; i += step) {
    const row = rows.at(rows.indexOf(moments[i]!.seq));
    if (row?.kind === 'moment' && row.moment === moments[i]) return row.moment;
  }
  return undefined;
}
