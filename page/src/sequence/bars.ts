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
 * How long events were with their open file, from the ring to the unmask: those that a part of the diagram shows a moment of,
 * and those that are not done with, which go on to the last row. Of these one may be stuck since long before.
 */
export function barsBetween(
  rows: Rows,
  from: number,
  to: number,
  columns: Columns,
  inService: ReadonlySet<Trail>,
): Bar[] {
  const trails = new Set(inService);
  for (let i = from; i < to; i++) {
    const row = rows.at(i);
    if (row?.kind === 'moment' && row.moment.trail !== undefined) trails.add(row.moment.trail);
  }
  const bars: Bar[] = [];
  for (const trail of trails) {
    const { path, moments } = trail;
    const column = columns.byKey.get(lifelineKey(path.domid, path.file));
    if (column === undefined || path.file === undefined) continue;
    const queued = moments.find(({ steps }) => steps.some(({ kind }) => kind === 'queued'));
    const last = moments[moments.length - 1];
    const open = inService.has(trail);
    if (queued === undefined && !open) continue;
    const begin = queued === undefined ? rows.first : rows.indexOf(queued.seq);
    const end = open || last === undefined ? rows.end : rows.indexOf(last.seq);
    if (begin >= rows.end) continue;
    bars.push({ x: column.x, from: begin, to: Math.min(end, rows.end - 1), trail });
  }
  return bars;
}
