import type { CellGroup, MapDomain } from './host-map.js';

/** A rectangle, in pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A place, in pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** How large cells are drawn. */
export interface CellSize {
  /** Of the cell itself. */
  readonly size: number;
  /** From one to the next. */
  readonly pitch: number;
}

/** Where a group is in its domain. */
export interface PlacedGroup {
  readonly group: CellGroup;
  /** From the corner of the domain's box. */
  readonly box: Box;
  /** Its title as far as there is room; nothing where there is none. */
  readonly label: string;
  /** Middle of each cell, from the corner of the domain's box. */
  readonly cells: readonly Point[];
}

/** How a domain is laid out. */
export interface DomainLayout {
  readonly width: number;
  readonly height: number;
  readonly groups: readonly PlacedGroup[];
}

/** Height of the line that names the domain. */
export const HEADER = 26;
const PADDING = 8;
/** Between groups. */
const SPACE = 6;
/** Around the cells of a group. */
const INSET = 5;
const LABEL = 16;
/** About the width of a character of a label. */
const CHARACTER = 6.7;
/** From this many groups on there is no room for labels. */
const MANY_GROUPS = 24;
/** Cells of a group in a row before it gets a second. */
const SHORT_ROW = 12;

/** How wide a domain would like to be. */
export function naturalWidth(domain: MapDomain, cell: CellSize): number {
  const labels = domain.groups.length < MANY_GROUPS;
  let area = 0;
  let widest = 0;
  for (const group of domain.groups) {
    const { width, height } = groupSize(group, cell, labels, Number.POSITIVE_INFINITY);
    area += (width + SPACE) * (height + SPACE);
    widest = Math.max(widest, width);
  }
  // Rather wide than tall, as screens are.
  return Math.max(widest, Math.sqrt(area * 1.6)) + 2 * PADDING;
}

/** Lays a domain out in a box of the given width: its groups beside one another as far as they fit, then below. */
export function layoutDomain(domain: MapDomain, cell: CellSize, width: number): DomainLayout {
  const inner = width - 2 * PADDING;
  const labels = domain.groups.length < MANY_GROUPS;
  const groups: PlacedGroup[] = [];
  let x = 0;
  let y = HEADER;
  let rowHeight = 0;
  for (const group of domain.groups) {
    const size = groupSize(group, cell, labels, inner);
    if (x > 0 && x + size.width > inner) {
      x = 0;
      y += rowHeight + SPACE;
      rowHeight = 0;
    }
    const box = { x: PADDING + x, y, width: size.width, height: size.height };
    const top = y + (labels ? LABEL : INSET);
    const cells = group.cells.map((_, index) => ({
      x: box.x + INSET + ((index % size.columns) + 0.5) * cell.pitch,
      y: top + (Math.floor(index / size.columns) + 0.5) * cell.pitch,
    }));
    const label = labels ? shorten(titleOf(group), size.width - 2 * INSET) : '';
    groups.push({ group, box, label, cells });
    x += size.width + SPACE;
    rowHeight = Math.max(rowHeight, size.height);
  }
  const height = groups.length === 0 ? HEADER + 6 : y + rowHeight + PADDING;
  return { width, height, groups };
}

/** What the group is called on the map. */
function titleOf({ title, more }: CellGroup): string {
  return more === 0 ? title : `${title}, ${more} more`;
}

function groupSize(
  group: CellGroup,
  { pitch }: CellSize,
  labels: boolean,
  inner: number,
): { readonly columns: number; readonly width: number; readonly height: number } {
  const count = group.cells.length;
  const wanted = count <= SHORT_ROW ? count : Math.max(SHORT_ROW, Math.ceil(Math.sqrt(count * 3)));
  const fitting = Math.max(1, Math.floor((inner - 2 * INSET) / pitch));
  const columns = Math.max(1, Math.min(wanted, fitting));
  const text = labels ? titleOf(group).length * CHARACTER : 0;
  return {
    columns,
    width: Math.min(inner, Math.max(columns * pitch, text) + 2 * INSET),
    height: Math.ceil(count / columns) * pitch + (labels ? LABEL : INSET) + INSET,
  };
}

function shorten(text: string, width: number): string {
  const fitting = Math.max(1, Math.floor(width / CHARACTER + 0.01));
  return text.length <= fitting ? text : `${text.slice(0, fitting - 1)}…`;
}
