import { fold, LineCanvas, type Style, type StyledLine } from './styled-line.js';

/** The side of the picture a domain is on; Xen is between them. */
export type Side = 'left' | 'right';

/** What a side has on its lifeline, in a line in which something happens to it. */
export interface Arrow {
  readonly label: string;
  readonly style: Style;
  readonly towards: 'xen' | 'domain';
}

/** Columns of the clock, before the first lifeline. */
const LEFT = 9;
/** What an arrow needs beside its label: two dashes, two blanks, and the head. */
const ARROW = 6;

/** Geometry: three lifelines, and how something is drawn at and between them. */
export class Lifelines {
  readonly width: number;
  /** Columns of text between two lifelines, with a blank at each end. */
  readonly room: number;
  readonly #columns: { readonly left: number; readonly xen: number; readonly right: number };
  readonly #gone = new Set<Side>();

  /** @param width - columns in all */
  constructor(width: number) {
    const right = width - 1 - ((width - 1 - LEFT) % 2);
    this.width = width;
    this.#columns = { left: LEFT, xen: (LEFT + right) / 2, right };
    this.room = (right - LEFT) / 2 - 3;
  }

  /** A lifeline ends. */
  end(side: Side): void {
    this.#gone.add(side);
  }

  /** Names at the top of three whole lifelines. */
  header(left: string, right: string): StyledLine {
    this.#gone.clear();
    const { xen, right: last } = this.#columns;
    return new LineCanvas()
      .put(LEFT, left, 'title')
      .put(xen - 1, 'Xen', 'title')
      .put(last + 1 - right.length, right, 'title')
      .line();
  }

  /** Whether a label goes onto an arrow. */
  fits(label: string): boolean {
    return label.length <= this.room + 2 - ARROW;
  }

  /** A line with nothing but lifelines, to draw on. */
  empty(time: string): LineCanvas {
    const canvas = new LineCanvas().put(0, time.padStart(LEFT - 2), 'faint');
    for (const at of ['left', 'xen', 'right'] as const) {
      if (at === 'xen' || !this.#gone.has(at)) canvas.put(this.#columns[at], '│', 'faint');
    }
    return canvas;
  }

  /** Text next to the lifeline of a domain. @param mark - stands on the lifeline in the first line */
  beside(side: Side, text: string, style: Style, time: string, mark = ''): StyledLine[] {
    return fold(text, this.room).map((part, index) => {
      const canvas = this.empty(index === 0 ? time : '');
      const { left, right } = this.#columns;
      const at = side === 'left' ? left : right;
      if (index === 0) canvas.put(at, mark, style);
      return canvas.put(side === 'left' ? left + 2 : right - 1 - part.length, part, style).line();
    });
  }

  /** Text in the middle of the whole picture, folded where it must be. */
  across(text: string, style: Style): StyledLine[] {
    const { left, right } = this.#columns;
    return fold(text, right - left - 7).map((part) => {
      const start = left + Math.round((right - left - part.length) / 2);
      return this.empty('')
        .put(start - 1, ` ${part} `, style)
        .line();
    });
  }

  /** An arrow between a domain and Xen; its label must fit. */
  arrow(canvas: LineCanvas, side: Side, { label, style, towards }: Arrow): LineCanvas {
    const { left, xen, right } = this.#columns;
    const [start, end] = side === 'left' ? [left + 1, xen - 1] : [xen + 1, right - 1];
    const shaft = '─'.repeat(end - start);
    const pointsRight = (side === 'left') === (towards === 'xen');
    if (towards === 'xen') {
      const [column, foot] = side === 'left' ? ([left, '├'] as const) : ([right, '┤'] as const);
      canvas.put(column, foot, 'faint');
    }
    canvas.put(start, pointsRight ? `${shaft}▶` : `◀${shaft}`, style);
    if (label === '') return canvas;
    const middle = start + Math.floor((end - start + 1 - label.length) / 2);
    return canvas.put(middle - 1, ` ${label} `, style);
  }

  /** A mark on Xen's lifeline, and text next to it on the side of a domain. */
  atXen(canvas: LineCanvas, side: Side, mark: string, text: string, style: Style): LineCanvas {
    const { xen } = this.#columns;
    canvas.put(xen, mark, style);
    return canvas.put(side === 'left' ? xen - 1 - text.length : xen + 2, text, style);
  }
}
