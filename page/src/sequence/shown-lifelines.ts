import { type Lifeline, type Lifelines, lifelineKey } from '../model/lifelines.js';
import { type Rows, rowSeq } from '../model/rows.js';

/** Up to so many lifelines all are shown, those without an event too. */
export const ALL_SHOWN = 24;

/** Rows are looked at in blocks of this many, so that columns seldom change while the diagram moves. */
const BLOCK = 64;

/**
 * The lifelines of a part of the diagram: all that lived then, or, if those are many or there is a filter, those that its
 * moments touch.
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
  const begin = Math.max(rows.first, Math.floor(from / BLOCK) * BLOCK);
  const end = Math.min(rows.end, Math.ceil(to / BLOCK) * BLOCK);
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
  for (let i = begin; i < end; i++) {
    const row = rows.at(i)!;
    if (row.kind === 'gap') continue;
    const { domid, file, peer } = row.moment;
    touched.add(lifelineKey(domid, file));
    if (peer !== undefined) touched.add(lifelineKey(peer.domid, peer.file));
  }
  return lifelines.all.filter((line) => touched.has(line.key));
}
