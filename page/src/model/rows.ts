import { EVERYTHING, type Filter, matches } from './filter.js';
import type { History } from './history.js';
import type { Lifelines } from './lifelines.js';
import type { Moment } from './moment.js';

/** Milliseconds without anything that are marked as such. */
export const IDLE_GAP = 250;

/** A row of the diagram: a moment, or how long there was none before the next. */
export type Row =
  | { readonly kind: 'moment'; readonly moment: Moment }
  | { readonly kind: 'gap'; readonly idle: number; readonly seq: number };

/** Number in the history of a row's moment, or of the moment that a gap is before. */
export function rowSeq(row: Row): number {
  return row.kind === 'moment' ? row.moment.seq : row.seq;
}

/**
 * Rows of those moments of a history that a filter lets through, up to a moment. A row keeps its number while others are added
 * at the end and go at the start.
 */
export class Rows {
  #filter: Filter = EVERYTHING;
  #rows: Row[] = [];
  #start = 0;
  #first = 0;
  /** The moment that is looked at next. */
  #next = 0;

  /** Number of the oldest row. */
  get first(): number {
    return this.#first;
  }

  /** Number that the next row will have. */
  get end(): number {
    return this.#first + this.#rows.length - this.#start;
  }

  /** How many there are. */
  get length(): number {
    return this.end - this.#first;
  }

  /** The row of that number. */
  at(index: number): Row | undefined {
    return index < this.#first ? undefined : this.#rows[index - this.#first + this.#start];
  }

  /** Begins anew with another filter. */
  reset(filter: Filter): void {
    this.#filter = filter;
    this.#first = this.end;
    this.#rows = [];
    this.#start = 0;
    this.#next = 0;
  }

  /** Brings the rows up to the history as it is before the moment of a number, backwards too. */
  update(history: History, lifelines: Lifelines, end: number): void {
    while (this.length > 0 && rowSeq(this.#rows[this.#rows.length - 1]!) >= end) this.#rows.pop();
    this.#next = Math.max(Math.min(this.#next, end), history.first);
    for (; this.#next < end; this.#next++) {
      const moment = history.at(this.#next)!;
      if (matches(this.#filter, moment, lifelines)) this.#add(moment);
    }
    this.#trim(history.first);
  }

  /** Number of the first row that is not before a moment: {@link end} if all are. */
  indexOf(seq: number): number {
    let low = this.#first;
    let high = this.end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (rowSeq(this.at(middle)!) < seq) low = middle + 1;
      else high = middle;
    }
    // A gap has the number of the moment after it.
    const row = this.at(low);
    return row?.kind === 'gap' && row.seq === seq ? low + 1 : low;
  }

  /** The nearest moment in a direction from a row, that row left out. */
  moment(index: number, step: 1 | -1): Moment | undefined {
    for (let i = index + step; i >= this.#first && i < this.end; i += step) {
      const row = this.at(i)!;
      if (row.kind === 'moment') return row.moment;
    }
    return undefined;
  }

  #add(moment: Moment): void {
    const last = this.#rows[this.#rows.length - 1];
    const before = this.length > 0 && last?.kind === 'moment' ? last.moment.time : moment.time;
    const idle = moment.time - before;
    if (idle >= IDLE_GAP) this.#rows.push({ kind: 'gap', idle, seq: moment.seq });
    this.#rows.push({ kind: 'moment', moment });
  }

  #trim(seq: number): void {
    while (this.length > 0 && rowSeq(this.#rows[this.#start]!) < seq) {
      this.#start++;
      this.#first++;
    }
    if (this.#start > 4096) {
      this.#rows = this.#rows.slice(this.#start);
      this.#start = 0;
    }
  }
}
