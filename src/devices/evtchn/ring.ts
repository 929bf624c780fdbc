/** Entries of the first ring an open file gets. */
export const FIRST_RING_SIZE = 64;

/**
 * The notification ring of an open file: ports whose event nobody has read yet, oldest first. Its size is a power of two,
 * its indexes run on for ever and wrap at 32 bits, as the driver's do.
 */
export class Ring {
  /** Entries, at index modulo size. */
  entries: Uint32Array = new Uint32Array(0);
  /** Index of the oldest unread entry. */
  cons = 0;
  /** Index after the newest entry. */
  prod = 0;
  /** An event found no room. Sticks until reset. */
  overflow = false;

  /** Entries there is room for; 0 before the first bind. */
  get size(): number {
    return this.entries.length;
  }

  /** Unread entries. */
  get count(): number {
    return (this.prod - this.cons) | 0;
  }

  /** Appends a port. @returns how many entries there are now, or 0, with the overflow noted, if there was no room */
  push(port: number): number {
    const { entries, prod } = this;
    const count = (prod - this.cons + 1) | 0;
    if (count > entries.length) {
      this.overflow = true;
      return 0;
    }
    entries[prod & (entries.length - 1)] = port;
    this.prod = (prod + 1) | 0;
    return count;
  }

  /**
   * Makes room for as many entries as there are bound ports: 64 at first, then double (`evtchn_resize_ring`). The old
   * contents are laid down twice, so that every entry is found at its index whether the ring was wrapped, full or neither.
   */
  fit(ports: number): void {
    const old = this.entries;
    if (ports <= old.length) return;
    const entries = new Uint32Array(old.length === 0 ? FIRST_RING_SIZE : old.length * 2);
    entries.set(old);
    entries.set(old, old.length);
    this.entries = entries;
  }

  /** Empties the ring and forgets the overflow; its size stays. */
  reset(): void {
    this.cons = 0;
    this.prod = 0;
    this.overflow = false;
  }
}
