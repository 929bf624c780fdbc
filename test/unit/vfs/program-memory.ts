import type { UserMemory } from '../../../src/vfs/user-memory.js';

/** The memory of a program: one mapped range, everything else faults. */
export class ProgramMemory implements UserMemory {
  readonly base: number;
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(base = 0x10000, size = 0x4000) {
    this.base = base;
    this.bytes = new Uint8Array(size);
    this.#view = new DataView(this.bytes.buffer);
  }

  /** Stores words from the base on. @returns the base */
  store(...words: number[]): number {
    for (const [i, word] of words.entries()) this.#view.setUint32(i * 4, word, true);
    return this.base;
  }

  /** The first words from an address on. */
  words(count: number, address = this.base): number[] {
    return Array.from({ length: count }, (_, i) =>
      this.#view.getUint32(address - this.base + i * 4, true),
    );
  }

  getU16(address: number): number {
    return this.#mapped(address, 2) ? this.#view.getUint16(address - this.base, true) : -1;
  }

  getU32(address: number): number {
    return this.#mapped(address, 4) ? this.#view.getUint32(address - this.base, true) : -1;
  }

  copyFromUser(to: Uint32Array, address: number, words: number): boolean {
    if (!this.#mapped(address, words * 4)) return false;
    for (let i = 0; i < words; i++) {
      to[i] = this.#view.getUint32(address - this.base + i * 4, true);
    }
    return true;
  }

  copyToUser(address: number, from: Uint32Array, start: number, words: number): boolean {
    if (!this.#mapped(address, words * 4)) return false;
    for (let i = 0; i < words; i++) {
      this.#view.setUint32(address - this.base + i * 4, from[start + i]!, true);
    }
    return true;
  }

  #mapped(address: number, count: number): boolean {
    if (!Number.isInteger(address)) return false;
    const offset = address - this.base;
    return offset >= 0 && offset + count <= this.bytes.length;
  }
}
