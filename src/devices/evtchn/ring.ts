/** Entries of the first ring an open file gets. */
export const FIRST_RING_SIZE = 64;
/** Of those, memory is there for so many until there are more unread. */
const FIRST_ENTRIES = 16;

/**
 * The notification ring of an open file: ports whose event nobody has read yet, oldest first. Its size is a power of two,
 * its indexes run on for ever and wrap at 32 bits, as the driver's do.
 */
export class Ring {
  /** Entries, at index modulo its length: as many as there is room for, or fewer while no more were needed. */
  entries: Uint32Array = new Uint32Array(0);
  /** Entries there is room for; 0 before the first bind. */
  size = 0;
  /** Index of the oldest unread entry. */
  cons = 0;
  /** Index after the newest entry. */
  prod = 0;
  /** An event found no room. Sticks until reset. */
  overflow = false;

  /** Unread entries. */
  get count(): number {
    return (this.prod - this.cons) | 0;
  }

  /** Appends a port. @returns how many entries there are now, or 0, with the overflow noted, if there was no room */
  push(port: number): number {
    const { entries, prod } = this;
    const count = (prod - this.cons + 1) | 0;
    if (count > entries.length) return this.pushMore(port, count);
    entries[prod & (entries.length - 1)] = port;
    this.prod = (prod + 1) | 0;
    return count;
  }

  /** There are more unread entries than ever before, or than there is room for. */
  private pushMore(port: number, count: number): number {
    if (count > this.size) {
      this.overflow = true;
      return 0;
    }
    this.extend(this.size);
    return this.push(port);
  }

  /** Makes room for as many entries as there are bound ports: 64 at first, then double (`evtchn_resize_ring`). */
  fit(ports: number): void {
    if (ports <= this.size) return;
    if (this.size === 0) {
      this.size = FIRST_RING_SIZE;
      this.extend(FIRST_ENTRIES);
    } else {
      this.size *= 2;
      this.extend(this.size);
    }
  }

  /**
   * The old contents are laid down again and again, so that every entry is found at its index whether the ring was wrapped, full
   * or neither.
   */
  private extend(length: number): void {
    const old = this.entries;
    const entries = new Uint32Array(length);
    if (old.length > 0) {
      for (let at = 0; at < length; at += old.length) entries.set(old, at);
    }
    this.entries = entries;
  }

  /** Empties the ring and forgets the overflow; its size stays. */
  reset(): void {
    this.cons = 0;
    this.prod = 0;
    this.overflow = false;
  }
}
