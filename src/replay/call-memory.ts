import type { UserMemory } from '../vfs/user-memory.js';

/**
 * The memory of a program whose call is made again: some words from address 0 on, and nothing behind them. What a program
 * could not be asked for, because its pointer was bad, is not there either.
 */
export class CallMemory implements UserMemory {
  readonly #words: ArrayLike<number>;

  /** @param words - what is there to be read; as many can be written, to nowhere, as the call's own record tells of them */
  constructor(words: ArrayLike<number>) {
    this.#words = words;
  }

  getU16(address: number): number {
    const word = this.getU32(address);
    return word < 0 ? -1 : word & 0xffff;
  }

  getU32(address: number): number {
    return this.#words[address >>> 2] ?? -1;
  }

  copyFromUser(to: Uint32Array, address: number, words: number): boolean {
    if (!this.#holds(address, words)) return false;
    for (let i = 0; i < words; i++) to[i] = this.#words[(address >>> 2) + i]!;
    return true;
  }

  copyToUser(address: number, _from: Uint32Array, _start: number, words: number): boolean {
    return this.#holds(address, words);
  }

  #holds(address: number, words: number): boolean {
    return (address >>> 2) + words <= this.#words.length;
  }
}
