import type { Moment } from '../model/moment.js';
import { rowSeq } from '../model/rows.js';
import type { SequenceView } from '../model/sequence-view.js';

/**
 * Where the diagram is scrolled to. The newest row stays in view while it is followed; otherwise what was in view stays there
 * when rows go at the start, the rows become larger or smaller, or the filter changes.
 */
export class ScrollKeeper {
  readonly #view: SequenceView;
  /** What was set last: an event of scrolling there is not the user's. */
  #set = 0;
  /** The row at the top: its moment, and how far it is scrolled out, in rows. */
  #anchor: { readonly seq: number; readonly part: number } | undefined;
  #rowHeight: number;
  #first = 0;
  #filterText = '';
  #room = 0;
  #selected: Moment | undefined;

  constructor(view: SequenceView) {
    this.#view = view;
    this.#rowHeight = view.rowHeight;
  }

  /** Where it was last: a diagram that is shown again goes on from there. */
  get last(): number {
    return this.#set;
  }

  /** Where the top of the drawn part is to be, in pixels from the first row. */
  top(scrolled: number, height: number, room: number): number {
    const { rows, rowHeight, following, filterText } = this.#view;
    if (following) return Math.max(0, height - room);
    const moved =
      rowHeight !== this.#rowHeight ||
      rows.first !== this.#first ||
      filterText !== this.#filterText;
    if (!moved || this.#anchor === undefined) return scrolled;
    const { seq, part } = this.#anchor;
    return Math.max(0, (rows.indexOf(seq) - rows.first + part) * rowHeight);
  }

  /** Notes that it is scrolled: by the user, unless it is where it was set to. */
  scrolled(top: number, bottom: number): void {
    const view = this.#view;
    if (Math.abs(top - this.#set) < 2) return;
    this.#set = top;
    // Who scrolls to the newest row follows it again.
    view.follow(top >= bottom - 2);
    this.#remember(top);
  }

  /** Notes what was drawn. @returns where to scroll to */
  settle(drawn: number, selected: Moment | undefined, room: number): number {
    const { rowHeight, rows, filterText } = this.#view;
    let top = drawn;
    const other = rowHeight !== this.#rowHeight || room !== this.#room;
    if (selected !== this.#selected || other) {
      this.#selected = selected;
      this.#room = room;
      top = selected === undefined ? top : this.#into(top, selected, room);
    }
    this.#rowHeight = rowHeight;
    this.#first = rows.first;
    this.#filterText = filterText;
    this.#set = top;
    this.#remember(top);
    return top;
  }

  /** The least that brings a moment into view. */
  #into(top: number, moment: Moment, room: number): number {
    const { rows, rowHeight } = this.#view;
    const y = (rows.indexOf(moment.seq) - rows.first) * rowHeight;
    const wanted = Math.min(Math.max(top, y + rowHeight - room), y);
    if (wanted !== top) this.#view.follow(false);
    return Math.max(0, wanted);
  }

  #remember(top: number): void {
    const { rows, rowHeight } = this.#view;
    const index = Math.floor(top / rowHeight);
    const row = rows.at(rows.first + index);
    this.#anchor = row && { seq: rowSeq(row), part: top / rowHeight - index };
  }
}
