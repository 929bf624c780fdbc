import type { UserMemory } from '../../src/index.js';

/** Where a program's buffer starts. */
export const BUFFER = 0x10000;

/** A program's buffer of which only the first bytes are mapped: what reaches beyond faults. */
export class ProgramMemory implements UserMemory {
  readonly words = new Uint32Array(1040);
  /** Bytes of the buffer that are mapped. */
  mapped = 0;

  getU16(address: number): number {
    return this.#reaches(address, 2) ? this.words[(address - BUFFER) >>> 2]! & 0xffff : -1;
  }

  getU32(address: number): number {
    return this.#reaches(address, 4) ? this.words[(address - BUFFER) >>> 2]! : -1;
  }

  copyFromUser(to: Uint32Array, address: number, words: number): boolean {
    if (!this.#reaches(address, words * 4)) return false;
    const at = (address - BUFFER) >>> 2;
    to.set(this.words.subarray(at, at + words));
    return true;
  }

  copyToUser(address: number, from: Uint32Array, start: number, words: number): boolean {
    if (!this.#reaches(address, words * 4)) return false;
    this.words.set(from.subarray(start, start + words), (address - BUFFER) >>> 2);
    return true;
  }

  #reaches(address: number, bytes: number): boolean {
    return address >= BUFFER && address - BUFFER + bytes <= this.mapped;
  }
}
