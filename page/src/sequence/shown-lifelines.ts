import { type Lifeline, type Lifelines, lifelineKey } from '../model/lifelines.js';
import { type Rows, rowSeq } from '../model/rows.js';

/** Up to so many lifelines all are shown, those without an event too. */
export const ALL_SHOWN = 24;

/** Rows are looked at in blocks of this many, so that columns seldom change while the diagram moves. */
const BLOCK = 128;

/**
 * The lifelines of a part of the diagram: all that lived then, or, if those are many or there is a filter, those that its
 * moments touch, each open file with its domain.
 * @param from - number of the first row in view
 * @param to - number of the row after the last
 */
export function shownLifelines(
  lifelines: Lifelines,
  rows: Rows,
  from: number,
  to: number,
  filtered: boolean,
): readonly Lifeline[] {
  const begin = Math.max(rows.first, Math.floor(from / BLOCK) * BLOCK - BLOCK);
  const end = Math.min(rows.end, Math.ceil(to / BLOCK) * BLOCK + BLOCK);
  const first = rows.at(begin);
  const last = rows.at(end - 1);
  if (!filtered) {
    const earliest = first === undefined ? 0 : rowSeq(first);
    const latest = last === undefined || end === rows.end ? Number.POSITIVE_INFINITY : rowSeq(last);
    const living = lifelines.all.filter(
      (line) => (line.end ?? earliest) >= earliest && (line.begin ?? latest) <= latest,
    );
    if (living.length <= ALL_SHOWN) return living;
  }
  const touched = new Set<string>();
  const touch = (domid: number, file: number | undefined) => {
    touched.add(lifelineKey(domid));
    if (file !== undefined) touched.add(lifelineKey(domid, file));
  };
  for (let i = begin; i < end; i++) {
    const row = rows.at(i)!;
    if (row.kind === 'gap') continue;
    touch(row.moment.domid, row.moment.file);
    if (row.moment.peer !== undefined) touch(row.moment.peer.domid, row.moment.peer.file);
  }
  return lifelines.all.filter((line) => touched.has(line.key));
}
