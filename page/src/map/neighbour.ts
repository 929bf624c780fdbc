import type { Point } from './domain-layout.js';

/** A way to go on the map. */
export type Direction = 'left' | 'right' | 'up' | 'down';

/** How much more a step aside counts than one ahead. */
const ASIDE = 3;

/** The place nearest to one in a direction, places straight ahead before those aside; undefined if there is none. */
export function neighbour(
  places: ReadonlyMap<string, Point>,
  from: Point,
  direction: Direction,
): string | undefined {
  const across = direction === 'left' || direction === 'right';
  const sign = direction === 'left' || direction === 'up' ? -1 : 1;
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const [key, { x, y }] of places) {
    const ahead = (across ? x - from.x : y - from.y) * sign;
    if (ahead < 1) continue;
    const cost = ahead + ASIDE * Math.abs(across ? y - from.y : x - from.x);
    if (cost >= least) continue;
    least = cost;
    best = key;
  }
  return best;
}

/** The way that a key stands for. */
export function directionOf(key: string): Direction | undefined {
  if (key === 'ArrowLeft') return 'left';
  if (key === 'ArrowRight') return 'right';
  if (key === 'ArrowUp') return 'up';
  return key === 'ArrowDown' ? 'down' : undefined;
}
