/** Milliseconds between two states of the line: often enough to see that it lives. */
const INTERVAL = 200;

/** A line of a terminal that is written over again and again, at most every fifth of a second. */
export class ProgressLine {
  readonly #write: (text: string) => void;
  readonly #now: () => number;
  #shownAt = Number.NEGATIVE_INFINITY;
  #shown = false;

  /** @param now - milliseconds of a clock that does not jump */
  constructor(write: (text: string) => void, now: () => number) {
    this.#write = write;
    this.#now = now;
  }

  /** Shows a text, unless the last one was just shown. @param text - is asked for with the milliseconds since then */
  show(text: (elapsed: number) => string): void {
    const now = this.#now();
    const elapsed = now - this.#shownAt;
    if (elapsed < INTERVAL) return;
    this.#shownAt = now;
    this.#shown = true;
    this.#write(`\r\x1b[K${text(elapsed)}`);
  }

  /** Takes the line away, for others to write there. */
  clear(): void {
    if (this.#shown) this.#write('\r\x1b[K');
    this.#shown = false;
  }
}
