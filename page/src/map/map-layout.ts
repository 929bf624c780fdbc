import {
  type Box,
  type CellSize,
  type DomainLayout,
  layoutDomain,
  naturalWidth,
  type Point,
} from './domain-layout.js';
import type { HostMap, MapDomain, MapEnd, MapLink } from './host-map.js';

/** A domain and where it is. */
export interface PlacedDomain extends DomainLayout {
  readonly map: MapDomain;
  readonly x: number;
  readonly y: number;
}

/** A link and how it runs. */
export interface PlacedLink {
  readonly link: MapLink;
  /** As the `d` of an SVG path. */
  readonly path: string;
  /** Middle of its count. */
  readonly label: Point;
}

/** Where everything on the map is, in pixels. */
export interface MapLayout {
  readonly width: number;
  readonly height: number;
  readonly cell: CellSize;
  readonly domains: readonly PlacedDomain[];
  readonly links: readonly PlacedLink[];
  /** Middle of the cell of each channel that is drawn, by {@link cellKey}. */
  readonly cells: ReadonlyMap<string, Point>;
}

/** How the cell of a channel is called. */
export function cellKey(domid: number, port: number): string {
  return `${domid}:${port}`;
}

const MARGIN = 28;
/** Between two columns, where links pass. */
const GUTTER = 28;
/** A column has at least this much room, its gutter included, and at most that, however much there is. */
const COLUMN = 150;
const WIDEST_COLUMN = 520;
/** How far the hub reaches beyond the columns, so that the gutter at the left leads up to it. */
const OVERHANG = MARGIN - 4;
/** Above each row, where links turn and have their counts. */
const ROW_SPACE = 62;
/** From this many channels on cells are small. */
const MANY_CELLS = 1200;
const LARGE: CellSize = { size: 11, pitch: 15 };
const SMALL: CellSize = { size: 8, pitch: 11 };
/** Lanes of a gutter, and pixels between them. */
const LANES = 7;
const LANE = 3.5;

/** A domain in the grid below the hub. */
interface GridPlace {
  readonly placed: PlacedDomain;
  readonly row: number;
  readonly column: number;
  readonly span: number;
}

/**
 * Lays a map out for a view of the given width: the hub across the top, the others below in rows, and links that run straight
 * down to the first row, and between columns to the others. The same map is always laid out the same way.
 */
export function layoutMap(map: HostMap, viewWidth: number): MapLayout {
  const cell = map.rows.length > MANY_CELLS ? SMALL : LARGE;
  const room = Math.max(COLUMN, viewWidth - 2 * MARGIN);
  const natural = map.others.map((domain) => naturalWidth(domain, cell));
  // Most domains fit into one column, larger ones have several.
  const usual = Math.min(WIDEST_COLUMN, Math.max(COLUMN, median(natural) + GUTTER));
  const fitting = Math.max(1, Math.floor((room + GUTTER) / usual));
  const spans = natural.map((width) =>
    Math.min(fitting, Math.max(1, Math.ceil((width + GUTTER) / (usual * 1.15)))),
  );
  const needed = spans.reduce((sum, span) => sum + span, 0);
  const columns = Math.max(1, Math.min(fitting, needed));
  const unit = Math.min(WIDEST_COLUMN, (room + GUTTER) / columns);
  const hubWidth = map.hub === undefined ? 0 : Math.min(room, naturalWidth(map.hub, cell));
  const inner = Math.max(columns * unit - GUTTER, hubWidth);
  // A hub that is wider than the grid has the grid below its middle.
  const left = MARGIN + (inner - (columns * unit - GUTTER)) / 2;

  const domains: PlacedDomain[] = [];
  let bottom = MARGIN;
  if (map.hub !== undefined) {
    const hub = layoutDomain(map.hub, cell, inner + 2 * OVERHANG);
    domains.push({ ...hub, map: map.hub, x: MARGIN - OVERHANG, y: bottom });
    bottom += hub.height;
  }
  const grid = placeGrid(map.others, spans, columns, { unit, left, top: bottom }, cell);
  domains.push(...grid.map(({ placed }) => placed));
  const height = domains.reduce((lowest, one) => Math.max(lowest, one.y + one.height), bottom);
  const links = placeLinks(map, domains, grid, { columns, unit, left });
  return {
    width: inner + 2 * MARGIN,
    height: height + MARGIN,
    cell,
    domains,
    links,
    cells: cellPlaces(domains),
  };
}

/** How one channel of an open link runs: from cell to cell, or to the box of a domain whose cell is not drawn. */
export function channelPath(layout: MapLayout, from: MapEnd, to: MapEnd): string {
  const ends = { from: endBox(layout, from), to: endBox(layout, to) };
  if (ends.from === undefined || ends.to === undefined) return '';
  const a = facing(ends.from, ends.to);
  const b = facing(ends.to, ends.from);
  if (from.domid === to.domid) {
    // Within a box: a bow above both.
    const rise = Math.min(40, 12 + Math.abs(a.x - b.x) / 4);
    const y = Math.min(a.y, b.y) - rise;
    return `M${at(a)}C${at({ x: a.x, y })} ${at({ x: b.x, y })} ${at(b)}`;
  }
  const y = (a.y + b.y) / 2;
  return `M${at(a)}C${at({ x: a.x, y })} ${at({ x: b.x, y })} ${at(b)}`;
}

/** The cell of an end, as a box without a size, or the box of its domain. */
function endBox({ cells, domains }: MapLayout, { domid, port }: MapEnd): Box | undefined {
  const cell = port === undefined ? undefined : cells.get(cellKey(domid, port));
  if (cell !== undefined) return { ...cell, width: 0, height: 0 };
  return domains.find(({ map }) => map.domain.domid === domid);
}

/** Where a line leaves a box for another: at its upper or its lower edge, straight above or below if it can be. */
function facing(box: Box, other: Box): Point {
  const wanted = other.x + other.width / 2;
  const x = Math.max(box.x + 12, Math.min(wanted, box.x + box.width - 12));
  return {
    x: box.width === 0 ? box.x : x,
    y: other.y > box.y ? box.y + box.height : box.y,
  };
}

function placeGrid(
  others: readonly MapDomain[],
  spans: readonly number[],
  columns: number,
  grid: { readonly unit: number; readonly left: number; readonly top: number },
  cell: CellSize,
): GridPlace[] {
  const places: GridPlace[] = [];
  let y = grid.top + ROW_SPACE;
  let column = 0;
  let row = 0;
  let rowHeight = 0;
  for (const [index, map] of others.entries()) {
    const span = spans[index]!;
    if (column + span > columns) {
      y += rowHeight + ROW_SPACE;
      column = 0;
      rowHeight = 0;
      row++;
    }
    const layout = layoutDomain(map, cell, span * grid.unit - GUTTER);
    const placed = { ...layout, map, x: grid.left + column * grid.unit, y };
    places.push({ placed, row, column, span });
    column += span;
    rowHeight = Math.max(rowHeight, layout.height);
  }
  return places;
}

function placeLinks(
  { hub, links }: HostMap,
  domains: readonly PlacedDomain[],
  grid: readonly GridPlace[],
  size: { readonly columns: number; readonly unit: number; readonly left: number },
): PlacedLink[] {
  const byDomid = new Map(domains.map((placed) => [placed.map.domain.domid, placed]));
  const places = new Map(grid.map((place) => [place.placed.map.domain.domid, place]));
  /** Links in each gutter so far. */
  const lanes = new Map<number, number>();
  return links.map((link) => {
    const from = byDomid.get(link.from)!;
    const to = byDomid.get(link.to)!;
    if (from === to) return loop(link, from);
    if (link.from !== hub?.domain.domid) return between(link, from, to);
    const place = places.get(link.to)!;
    if (place.row === 0) return straight(link, from, to);
    const gutter = freeGutter(place, grid, size.columns);
    const lane = lanes.get(gutter) ?? 0;
    lanes.set(gutter, lane + 1);
    const middle = size.left + gutter * size.unit - GUTTER / 2;
    return through(link, from, to, middle + ((lane % LANES) - (LANES - 1) / 2) * LANE);
  });
}

/** The gutter nearest to a domain that leads up past every row; the one at the left always does. */
function freeGutter(place: GridPlace, grid: readonly GridPlace[], columns: number): number {
  const middle = place.column + place.span / 2;
  let best = 0;
  for (let gutter = 1; gutter <= columns; gutter++) {
    const blocked = grid.some(
      ({ row, column, span }) => row < place.row && column < gutter && gutter < column + span,
    );
    if (!blocked && Math.abs(gutter - middle) < Math.abs(best - middle)) best = gutter;
  }
  return best;
}

/** From the hub straight down. */
function straight(link: MapLink, hub: PlacedDomain, to: PlacedDomain): PlacedLink {
  const x = to.x + to.width / 2;
  const bottom = hub.y + hub.height;
  return {
    link,
    path: `M${at({ x, y: bottom })}V${round(to.y)}`,
    label: { x, y: (bottom + to.y) / 2 },
  };
}

/** From the hub down a gutter. */
function through(link: MapLink, hub: PlacedDomain, to: PlacedDomain, lane: number): PlacedLink {
  const x = to.x + to.width / 2;
  const turn = to.y - ROW_SPACE + 14;
  const start = { x: lane, y: hub.y + hub.height };
  const low = { x: lane, y: to.y - 34 };
  const high = { x, y: to.y - 40 };
  return {
    link,
    path: `M${at(start)}V${round(turn)}C${at(low)} ${at(high)} ${at({ x, y: to.y })}`,
    label: { x, y: to.y - 16 },
  };
}

/** Between two that are not the hub: a bow above them in one row, from one down to the other in two. */
function between(link: MapLink, one: PlacedDomain, other: PlacedDomain): PlacedLink {
  if (one.y === other.y) {
    const [left, right] = one.x < other.x ? [one, other] : [other, one];
    const start = { x: left.x + left.width * 0.8, y: left.y };
    const end = { x: right.x + right.width * 0.2, y: right.y };
    const y = one.y - 40;
    const bow = `${at({ x: start.x, y })} ${at({ x: end.x, y })}`;
    return {
      link,
      path: `M${at(start)}C${bow} ${at(end)}`,
      label: { x: (start.x + end.x) / 2, y: one.y - 30 },
    };
  }
  const [upper, lower] = one.y < other.y ? [one, other] : [other, one];
  const start = { x: upper.x + upper.width * 0.3, y: upper.y + upper.height };
  const end = { x: lower.x + lower.width * 0.7, y: lower.y };
  const turn = `${at({ x: start.x, y: start.y + 40 })} ${at({ x: end.x, y: end.y - 50 })}`;
  return { link, path: `M${at(start)}C${turn} ${at(end)}`, label: { x: end.x, y: end.y - 16 } };
}

/** Of a domain with itself: a bow above its right end. */
function loop(link: MapLink, { x, y, width }: PlacedDomain): PlacedLink {
  const right = x + width;
  return {
    link,
    path: `M${at({ x: right - 44, y })}c0 -17 30 -17 30 0`,
    label: { x: right - 29, y: y - 13 },
  };
}

function cellPlaces(domains: readonly PlacedDomain[]): Map<string, Point> {
  const cells = new Map<string, Point>();
  for (const { map, x, y, groups } of domains) {
    for (const placed of groups) {
      for (const [index, { channel }] of placed.group.cells.entries()) {
        const cell = placed.cells[index]!;
        cells.set(cellKey(map.domain.domid, channel.port), { x: x + cell.x, y: y + cell.y });
      }
    }
  }
  return cells;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function at({ x, y }: Point): string {
  return `${round(x)} ${round(y)}`;
}
