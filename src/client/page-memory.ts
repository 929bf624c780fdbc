import type { UserMemory } from '../vfs/user-memory.js';

/** Some of a program's memory, at address 0, for the arguments of its calls. Word-aligned addresses only. */
export class PageMemory implements UserMemory {
  readonly words: Uint32Array;

  /** @param words - how much, in words; a page unless given */
  constructor(words = 1024) {
    this.words = new Uint32Array(words);
  }

  getU16(address: number): number {
    return this.words[address >>> 2]! & 0xffff;
  }

  getU32(address: number): number {
    return this.words[address >>> 2]!;
  }

  copyFromUser(to: Uint32Array, address: number, words: number): boolean {
    const at = address >>> 2;
    for (let i = 0; i < words; i++) to[i] = this.words[at + i]!;
    return true;
  }

  copyToUser(address: number, from: Uint32Array, start: number, words: number): boolean {
    const at = address >>> 2;
    for (let i = 0; i < words; i++) this.words[at + i] = from[start + i]!;
    return true;
  }
}
