import type { Moment } from './moment.js';

/**
 * The latest moments of a host, so many at most. While it is held nothing goes, so that somebody may look at it in peace: it
 * then keeps twice as many, and past that counts what it does not keep.
 */
export class History {
  /** Moments that are kept. */
  readonly capacity: number;
  /** Moments that were not kept since it was held. */
  skipped = 0;
  #held = false;
  /** Moments from `#start` on are kept; those before are gone, and cut off now and then. */
  #moments: Moment[] = [];
  #start = 0;
  #first = 0;
  readonly #onGone: (moment: Moment) => void;

  /** @param onGone - called for each moment that is kept no longer, oldest first */
  constructor(capacity: number, onGone: (moment: Moment) => void = () => {}) {
    this.capacity = capacity;
    this.#onGone = onGone;
  }

  /** Number of the oldest moment. */
  get first(): number {
    return this.#first;
  }

  /** Number that the next moment will have. */
  get end(): number {
    return this.#first + this.#moments.length - this.#start;
  }

  /** Whether the next moment will be kept. */
  get full(): boolean {
    return this.#held && this.end - this.#first >= 2 * this.capacity;
  }

  /** The moment of that number; undefined for one that is gone or to come. */
  at(seq: number): Moment | undefined {
    return seq < this.#first ? undefined : this.#moments[seq - this.#first + this.#start];
  }

  /** The newest moment. */
  get last(): Moment | undefined {
    return this.at(this.end - 1);
  }

  /** Keeps a moment, whose number must be {@link end}. @returns whether it did: see {@link full} */
  add(moment: Moment): boolean {
    if (this.full) {
      this.skipped++;
      return false;
    }
    this.#moments.push(moment);
    if (!this.#held) this.#trim();
    return true;
  }

  /** Lets nothing go from now on, or lets it go again. */
  hold(held: boolean): void {
    this.#held = held;
    if (!held) this.#trim();
  }

  #trim(): void {
    while (this.#moments.length - this.#start > this.capacity) {
      const gone = this.#moments[this.#start++]!;
      this.#first++;
      this.#onGone(gone);
    }
    // Seldom enough to cost nothing per moment, often enough that memory is bounded.
    if (this.#start > this.capacity / 2) {
      this.#moments = this.#moments.slice(this.#start);
      this.#start = 0;
    }
  }
}
