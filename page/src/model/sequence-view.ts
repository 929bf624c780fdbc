import { Changing } from './changing.js';
import { EVERYTHING, type Filter, isEverything, parseFilter } from './filter.js';
import type { Moment } from './moment.js';
import type { PageModel } from './page-model.js';
import { Rows, rowSeq } from './rows.js';

/** Pixels from row to row, by zoom; labels are drawn from 16 on. */
export const ROW_HEIGHTS: readonly number[] = [6, 10, 16, 24, 32, 44];

const DEFAULT_ZOOM = 3;

/** What of a model the diagram shows: how far, which moments, how large; and whether it goes on. */
export class SequenceView extends Changing {
  readonly model: PageModel;
  /** The rows there are, as of {@link update}. */
  readonly rows = new Rows();
  /** The newest rows are in view, and stay so as more come. */
  following = true;
  #filter: Filter = EVERYTHING;
  #filterText = '';
  #filterProblem: string | undefined;
  #zoom = DEFAULT_ZOOM;
  /** While paused: the moment that is the first not to be shown. */
  #limit: number | undefined;

  constructor(model: PageModel) {
    super();
    this.model = model;
  }

  /** It stands still; what comes is kept for later, up to a bound. */
  get paused(): boolean {
    return this.#limit !== undefined;
  }

  /** Moments that came, or were there already, after the last one that is shown; those that were not kept included. */
  get behind(): number {
    const { history } = this.model;
    return this.#limit === undefined ? 0 : history.end - this.#limit + history.skipped;
  }

  /** Pixels from row to row. */
  get rowHeight(): number {
    return ROW_HEIGHTS[this.#zoom]!;
  }

  /** The filter as it was written. */
  get filterText(): string {
    return this.#filterText;
  }

  /** What is wrong with the filter as it was written; the one before is in force then. */
  get filterProblem(): string | undefined {
    return this.#filterProblem;
  }

  /** Some moments may not be shown. */
  get filtered(): boolean {
    return !isEverything(this.#filter);
  }

  /** Brings {@link rows} up to date. */
  update(): void {
    const { history, lifelines } = this.model;
    this.rows.update(history, lifelines, this.#limit ?? history.end);
  }

  /** Stands still. */
  pause(): void {
    if (this.paused) return;
    this.#limit = this.model.history.end;
    this.model.hold(true);
    this.changed();
  }

  /** Goes on, with the newest in view. */
  resume(): void {
    this.following = true;
    if (this.paused) {
      this.#limit = undefined;
      this.model.hold(false);
    }
    this.changed();
  }

  /**
   * Stands still one shown moment earlier or later than now.
   * @returns the moment that is the last one shown then; undefined if there is none in that direction
   */
  step(direction: 1 | -1): Moment | undefined {
    this.pause();
    const moment = direction < 0 ? this.#back() : this.#forward();
    if (moment !== undefined) this.#limit = moment.seq + 1;
    this.update();
    this.following = true;
    this.changed();
    return moment;
  }

  /** Shows more or fewer events. */
  zoom(direction: 1 | -1): void {
    const zoom = this.#zoom + direction;
    if (ROW_HEIGHTS[zoom] === undefined) return;
    this.#zoom = zoom;
    this.changed();
  }

  /** Whether {@link zoom} can go on in a direction. */
  canZoom(direction: 1 | -1): boolean {
    return ROW_HEIGHTS[this.#zoom + direction] !== undefined;
  }

  /** Shows other moments. Of a filter that cannot be read {@link filterProblem} tells; nothing else changes then. */
  setFilter(text: string): void {
    this.#filterText = text;
    this.#filterProblem = undefined;
    try {
      this.#filter = parseFilter(text);
      this.rows.reset(this.#filter);
      this.update();
    } catch (error) {
      this.#filterProblem = (error as Error).message;
    }
    this.changed();
  }

  /** Says that the newest rows are to stay in view, or that somebody looks at others. */
  follow(following: boolean): void {
    if (following === this.following) return;
    this.following = following;
    this.changed();
  }

  #back(): Moment | undefined {
    this.update();
    const last = this.rows.moment(this.rows.end, -1);
    return last && this.rows.moment(this.rows.indexOf(last.seq), -1);
  }

  /** The next moment that the filter lets through, found by letting the rows grow until they have it. */
  #forward(): Moment | undefined {
    const { history, lifelines } = this.model;
    const shown = this.#limit!;
    for (let end = shown + 1; end <= history.end; end++) {
      this.rows.update(history, lifelines, end);
      const last = this.rows.at(this.rows.end - 1);
      if (last !== undefined && rowSeq(last) >= shown) return this.rows.moment(this.rows.end, -1);
    }
    this.update();
    return undefined;
  }
}
