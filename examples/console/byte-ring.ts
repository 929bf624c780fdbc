import { RingCorrupt } from './ring-corrupt.js';
import type { SharedMemory } from './shared-memory.js';

/** Where a ring is in its memory: offsets in bytes. */
export interface RingLayout {
  readonly name: string;
  /** Its first byte. */
  readonly start: number;
  /** How many bytes it has, a power of two. */
  readonly size: number;
  /** The index of the end that takes, which it alone writes. */
  readonly cons: number;
  /** The index of the end that puts, which it alone writes. */
  readonly prod: number;
}

/**
 * One end of a ring of bytes: the end that puts calls {@link put} only, the other one {@link take} only.
 *
 * Indexes count all bytes there ever were, modulo 2^32; an index modulo the size is its place. Of its own index an end
 * believes itself, not the memory, and of the other's only what can be.
 */
export class ByteRing {
  readonly #memory: SharedMemory;
  readonly #layout: RingLayout;
  #cons: number;
  #prod: number;

  constructor(memory: SharedMemory, layout: RingLayout) {
    this.#memory = memory;
    this.#layout = layout;
    this.#cons = memory.load(layout.cons);
    this.#prod = memory.load(layout.prod);
  }

  /**
   * Puts in what there is room for.
   * @returns how many of the bytes, the first ones, were put in; 0 when the ring is full
   * @throws RingCorrupt
   */
  put(bytes: Uint8Array): number {
    const { cons, prod, size } = this.#layout;
    const room = size - this.#used(this.#memory.load(cons), this.#prod);
    const count = Math.min(bytes.length, room);
    if (count === 0) return 0;
    const first = this.#beforeWrap(this.#prod, count);
    this.#memory.write(this.#place(this.#prod), bytes.subarray(0, first));
    this.#memory.write(this.#layout.start, bytes.subarray(first, count));
    // Last: it shows the bytes to the other end.
    this.#prod = (this.#prod + count) >>> 0;
    this.#memory.store(prod, this.#prod);
    return count;
  }

  /**
   * Takes out all there is.
   * @returns the bytes, none when the ring is empty
   * @throws RingCorrupt
   */
  take(): Uint8Array {
    const { cons, prod, start } = this.#layout;
    const count = this.#used(this.#cons, this.#memory.load(prod));
    const bytes = new Uint8Array(count);
    if (count === 0) return bytes;
    const first = this.#beforeWrap(this.#cons, count);
    this.#memory.read(this.#place(this.#cons), bytes.subarray(0, first));
    this.#memory.read(start, bytes.subarray(first));
    // Last: it gives the room to the other end, who may write there at once.
    this.#cons = (this.#cons + count) >>> 0;
    this.#memory.store(cons, this.#cons);
    return bytes;
  }

  /** How many bytes are in the ring. */
  #used(cons: number, prod: number): number {
    const used = (prod - cons) >>> 0;
    const { name, size } = this.#layout;
    if (used > size) throw new RingCorrupt(name, cons, prod, size);
    return used;
  }

  #place(index: number): number {
    const { start, size } = this.#layout;
    return start + (index & (size - 1));
  }

  /** How many of so many bytes lie before the end of the ring. */
  #beforeWrap(index: number, count: number): number {
    const { start, size } = this.#layout;
    return Math.min(count, start + size - this.#place(index));
  }
}
