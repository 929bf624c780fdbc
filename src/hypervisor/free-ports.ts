import { BitTree } from './bit-tree.js';

/**
 * Which ports are taken, with the lowest free one and the next taken one found in a few steps. Xen finds the same free port
 * by a linear search (`get_free_port`, xen/common/event_channel.c), which its users know as minutes for the last ports of a
 * FIFO domain.
 */
export class FreePorts {
  readonly #taken = new BitTree();
  /** Free ports below {@link #top}; from there on all are. */
  readonly #given = new BitTree();
  #top = 0;

  /** The lowest port that is not taken; there is no end to them. */
  lowest(): number {
    return this.lowestFrom(0);
  }

  /** The lowest port at or above `start` that is not taken. */
  lowestFrom(start: number): number {
    const given = this.#given.next(start);
    return given >= 0 ? given : Math.max(start, this.#top);
  }

  /** The lowest taken port at or above `start`, or -1. */
  takenFrom(start: number): number {
    return this.#taken.next(start);
  }

  /** Marks a port as taken. */
  take(port: number): void {
    this.#given.delete(port);
    while (this.#top < port) this.#given.add(this.#top++);
    if (port === this.#top) this.#top++;
    this.#taken.add(port);
  }

  /** Marks a port as free again. */
  give(port: number): void {
    this.#taken.delete(port);
    this.#given.add(port);
  }

  /** Bytes held, for measuring. */
  get byteLength(): number {
    return this.#taken.byteLength + this.#given.byteLength;
  }
}
