/** Entries that were taken are given back to memory once there are so many of them, and not fewer than those that are left. */
const COMPACT_FROM = 64;

/** Something that is in a ring by its port. */
export interface RingEntry {
  readonly port: number;
}

/**
 * What is in the ring of an open file, as far as a trace tells. Entries that were there before the trace began are only
 * counted: they are in front of all others.
 */
export class RingContents<T extends RingEntry> {
  #entries: T[] = [];
  #head = 0;
  #unseen = 0;

  /**
   * The newest entry came.
   * @param queued - how many there are by now, this one included: what is missing came unseen, what is too many went unseen
   */
  push(entry: T, queued: number): void {
    this.#entries.push(entry);
    while (this.#seen > queued) this.#shift();
    this.#unseen = queued - this.#seen;
  }

  /** A reader took the oldest entry. @returns it, unless it had come unseen */
  take(port: number): T | undefined {
    const first = this.#entries[this.#head];
    if (first?.port === port) {
      this.#shift();
      return first;
    }
    if (this.#unseen > 0) this.#unseen--;
    return undefined;
  }

  /** Empties it. @returns what was in it, oldest first */
  clear(): T[] {
    const entries = this.#entries.slice(this.#head);
    this.#entries = [];
    this.#head = 0;
    this.#unseen = 0;
    return entries;
  }

  get #seen(): number {
    return this.#entries.length - this.#head;
  }

  #shift(): void {
    this.#head++;
    if (this.#head >= COMPACT_FROM && this.#head * 2 >= this.#entries.length) {
      this.#entries.splice(0, this.#head);
      this.#head = 0;
    }
  }
}
