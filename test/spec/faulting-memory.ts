import type { UserMemory } from '../../src/index.js';

/**
 * A program's memory of which one stretch is mapped: an access that touches a byte outside of it faults, and nothing of it
 * happens.
 */
export class FaultingMemory implements UserMemory {
  /** Address of the first mapped byte. */
  readonly start = 0x10000;
  /** Address after the last mapped byte. */
  readonly end: number;
  readonly #view: DataView;

  /** @param size - mapped bytes */
  constructor(size: number) {
    this.end = this.start + size;
    this.#view = new DataView(new ArrayBuffer(size));
  }

  /** Stores words from an address on. */
  setWords(address: number, words: readonly number[]): void {
    for (const [i, word] of words.entries()) {
      this.#view.setUint32(address - this.start + i * 4, word, true);
    }
  }

  /** The words from an address on. */
  words(address: number, count: number): number[] {
    return Array.from({ length: count }, (_, i) =>
      this.#view.getUint32(address - this.start + i * 4, true),
    );
  }

  getU16(address: number): number {
    return this.#mapped(address, 2) ? this.#view.getUint16(address - this.start, true) : -1;
  }

  getU32(address: number): number {
    return this.#mapped(address, 4) ? this.#view.getUint32(address - this.start, true) : -1;
  }

  copyFromUser(to: Uint32Array, address: number, words: number): boolean {
    if (!this.#mapped(address, words * 4)) return false;
    to.set(this.words(address, words));
    return true;
  }

  copyToUser(address: number, from: Uint32Array, start: number, words: number): boolean {
    if (!this.#mapped(address, words * 4)) return false;
    this.setWords(address, [...from.subarray(start, start + words)]);
    return true;
  }

  #mapped(address: number, bytes: number): boolean {
    return address >= this.start && address + bytes <= this.end;
  }
}
