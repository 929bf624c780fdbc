import type { HostSnapshot } from '../snapshot/host-snapshot.js';
import { type RateRow, rateRows } from './channel-rates.js';
import { countText } from './count-text.js';
import { isCharacter, type Key, keyName } from './key.js';
import { RATE_COLUMNS, rateText, sortRows } from './rate-columns.js';
import { rowFilter } from './row-filter.js';
import { type StuckPort, stuckByDomain } from './stuck-ports.js';
import type { Paint } from './style.js';
import { columnWidths, headingLine, layOut, rowLine } from './table.js';
import { cutToWidth } from './text-width.js';
import { TOP_HELP, TOP_KEYS } from './top-help.js';

/** How a view begins. */
export interface TopViewOptions {
  /** Where the host is, for people. */
  readonly host: string;
  /** Seconds between two snapshots, for people. */
  readonly interval: number;
  readonly paint: Paint;
  /** Name of the column it is sorted by. */
  readonly sort: string;
  /** What rows are shown: see {@link rowFilter}. */
  readonly filter: string;
}

/** What a key asks of whoever shows the view; undefined: to draw it again. */
export type TopAction = 'quit' | 'suspend' | 'redraw' | undefined;

/** Lines above the rows: title, totals, headings; and below: keys. */
const LINES_ABOVE = 3;
const LINES_BELOW = 1;

/** Live rates of all channels of a host, as lines of a screen, and what keys do to it. Knows no terminal. */
export class TopView {
  readonly #options: TopViewOptions;
  #snapshot: HostSnapshot | undefined;
  #rows: readonly RateRow[] = [];
  /** The rows that are shown, in order; made anew when it is undefined. */
  #ordered: readonly RateRow[] | undefined;
  #stuck = 0;
  #column: number;
  #reversed = false;
  #filter: string;
  /** The filter while it is typed. */
  #typed: string | undefined;
  #paused = false;
  #help = false;
  /** The row at the top. */
  #offset = 0;
  /** Rows that fit, as last drawn. */
  #page = 1;
  /** So that columns do not jump as rows come and go: as wide as they have been. */
  #widths: number[] = RATE_COLUMNS.map(() => 0);

  constructor(options: TopViewOptions) {
    this.#options = options;
    this.#filter = options.filter;
    this.#column = RATE_COLUMNS.findIndex(({ name }) => name === options.sort);
    if (this.#column < 0) throw new Error(`no column to sort by: ${options.sort}`);
  }

  /** Whether it stands still: no snapshots are wanted. */
  get paused(): boolean {
    return this.#paused;
  }

  /** Shows a snapshot from now on, with the rates since the one before. */
  take(snapshot: HostSnapshot, stuck: readonly StuckPort[]): void {
    this.#rows = rateRows(snapshot, this.#snapshot, stuckByDomain(stuck));
    this.#snapshot = snapshot;
    this.#stuck = stuck.length;
    this.#ordered = undefined;
  }

  /** What a key does. */
  press(key: Key): TopAction {
    const name = keyName(key);
    if (name === 'C-c') return 'quit';
    if (name === 'C-z') return 'suspend';
    if (name === 'C-l') return 'redraw';
    if (this.#typed !== undefined) this.#type(name, key.sequence ?? '');
    else if (this.#help) this.#help = false;
    else if (name === 'q') return 'quit';
    else this.#act(name);
    return undefined;
  }

  /** All of the table as it is, for output that is no screen; nothing is cut. */
  *batch(): Generator<string, void> {
    const rows = this.#order();
    const layout = layOut(RATE_COLUMNS, columnWidths(RATE_COLUMNS, rows), undefined);
    const { paint } = this.#options;
    yield this.#title();
    yield this.#totals();
    yield headingLine(layout, paint);
    for (const row of rows) yield rowLine(layout, row, paint, row.stuck ? 'alarm' : undefined);
  }

  /** The screen's lines, none wider than it. */
  lines(width: number, height: number): string[] {
    const { paint } = this.#options;
    const cut = (text: string): string => cutToWidth(text, width);
    if (this.#help) return TOP_HELP.map(cut).slice(0, height);
    const ordered = this.#order();
    this.#page = Math.max(1, height - LINES_ABOVE - LINES_BELOW);
    this.#scrollTo(this.#offset);
    const shown = ordered.slice(this.#offset, this.#offset + this.#page);
    const widths = columnWidths(RATE_COLUMNS, shown);
    this.#widths = this.#widths.map((before, index) => Math.max(before, widths[index]!));
    const layout = layOut(RATE_COLUMNS, this.#widths, width);
    const lines = [
      paint('bold', cut(this.#title())),
      cut(this.#totals()),
      paint('inverse', headingLine(layout, (_, text) => text).padEnd(width)),
      ...shown.map((row) => rowLine(layout, row, paint, row.stuck ? 'alarm' : undefined)),
    ];
    while (lines.length < height - LINES_BELOW) lines.push('');
    lines.push(cut(this.#typed === undefined ? TOP_KEYS : `filter: ${this.#typed}_`));
    return lines.slice(0, height);
  }

  #order(): readonly RateRow[] {
    if (this.#ordered === undefined) {
      const filter = this.#typed ?? this.#filter;
      const rows = filter.trim() === '' ? this.#rows : this.#rows.filter(rowFilter(filter));
      this.#ordered = sortRows(rows, RATE_COLUMNS[this.#column]!, this.#reversed);
    }
    return this.#ordered;
  }

  /** What keys do while nothing is typed. */
  readonly #actions: Readonly<Record<string, () => void>> = {
    s: () => this.#sortBy(1),
    '>': () => this.#sortBy(1),
    S: () => this.#sortBy(-1),
    '<': () => this.#sortBy(-1),
    r: () => this.#turnRound(),
    '/': () => {
      this.#typed = this.#filter;
    },
    ' ': () => {
      this.#paused = !this.#paused;
    },
    '?': () => {
      this.#help = true;
    },
    up: () => this.#scrollTo(this.#offset - 1),
    k: () => this.#scrollTo(this.#offset - 1),
    down: () => this.#scrollTo(this.#offset + 1),
    j: () => this.#scrollTo(this.#offset + 1),
    pageup: () => this.#scrollTo(this.#offset - this.#page),
    pagedown: () => this.#scrollTo(this.#offset + this.#page),
    home: () => this.#scrollTo(0),
    g: () => this.#scrollTo(0),
    end: () => this.#scrollTo(Number.POSITIVE_INFINITY),
    G: () => this.#scrollTo(Number.POSITIVE_INFINITY),
  };

  #act(name: string): void {
    if (Object.hasOwn(this.#actions, name)) this.#actions[name]!();
  }

  #scrollTo(offset: number): void {
    const last = Math.max(0, this.#order().length - this.#page);
    this.#offset = Math.max(0, Math.min(offset, last));
  }

  #sortBy(step: number): void {
    this.#column = (this.#column + step + RATE_COLUMNS.length) % RATE_COLUMNS.length;
    this.#reversed = false;
    this.#ordered = undefined;
  }

  #turnRound(): void {
    this.#reversed = !this.#reversed;
    this.#ordered = undefined;
  }

  /** A key while the filter is typed: what it says is shown at once. */
  #type(name: string, sequence: string): void {
    const typed = this.#typed!;
    if (name === 'return' || name === 'enter') {
      this.#filter = typed;
      this.#typed = undefined;
    } else if (name === 'escape') this.#typed = undefined;
    else if (name === 'backspace') this.#typed = [...typed].slice(0, -1).join('');
    else if (name === 'C-u') this.#typed = '';
    else if (isCharacter(sequence)) this.#typed = typed + sequence;
    this.#ordered = undefined;
    this.#offset = 0;
  }

  #title(): string {
    const { host, interval } = this.#options;
    const { domains = [] } = this.#snapshot ?? {};
    const files = domains.reduce((sum, domain) => sum + domain.files.length, 0);
    const stuck = this.#stuck === 0 ? '' : `, ${this.#stuck} stuck`;
    const what = `${countText(domains.length, 'domain')}, ${countText(this.#rows.length, 'port')}, ${countText(files, 'open file')}${stuck}`;
    return `${host}: ${what}; every ${interval} s${this.#paused ? '; PAUSED' : ''}`;
  }

  #totals(): string {
    const sum = (of: (row: RateRow) => number | undefined): string => {
      let total: number | undefined;
      for (const row of this.#rows) {
        const rate = of(row);
        if (rate !== undefined) total = (total ?? 0) + rate;
      }
      return rateText(total);
    };
    const order = `${RATE_COLUMNS[this.#column]!.name}${this.#reversed ? ', reversed' : ''}`;
    const filter = this.#typed ?? this.#filter;
    const shown = filter.trim() === '' ? '' : `; ${this.#order().length} match "${filter}"`;
    const rates = `${sum(({ events }) => events)} events/s, ${sum(({ coalesced }) => coalesced)} merged/s, ${sum(({ sends }) => sends)} sends/s`;
    return `${rates}; by ${order}${shown}`;
  }
}
