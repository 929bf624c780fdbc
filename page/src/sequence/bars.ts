import { lifelineKey } from '../model/lifelines.js';
import type { Trail } from '../model/moment.js';
import type { Rows } from '../model/rows.js';
import type { Columns } from './columns.js';

/** A part of a lifeline along which an event is on its way there. */
export interface Bar {
  readonly x: number;
  /** Numbers of the rows it goes from and to; not cut to what is in view. */
  readonly from: number;
  readonly to: number;
  readonly trail: Trail;
}

/**
 * For each event that a part of the diagram shows: how long it was with its open file, from the ring to the unmask. One that
 * is not done with goes on to the last row.
 */
export function barsBetween(rows: Rows, from: number, to: number, columns: Columns): Bar[] {
  const trails = new Set<Trail>();
  for (let i = from; i < to; i++) {
    const row = rows.at(i);
    if (row?.kind === 'moment' && row.moment.trail !== undefined) trails.add(row.moment.trail);
  }
  const bars: Bar[] = [];
  for (const trail of trails) {
    const { path, moments } = trail;
    const column = columns.byKey.get(lifelineKey(path.domid, path.file));
    if (column === undefined || path.file === undefined) continue;
    const first = moments.find(({ steps }) => steps.some(({ kind }) => kind === 'queued'));
    if (first === undefined) continue;
    const ended = path.state === 'done' || path.state === 'lost';
    const last = ended ? rows.indexOf(moments[moments.length - 1]!.seq) : rows.end - 1;
    const end = Math.min(last, rows.end - 1);
    bars.push({ x: column.x, from: rows.indexOf(first.seq), to: end, trail });
  }
  return bars;
}
