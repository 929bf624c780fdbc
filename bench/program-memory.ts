import type { UserMemory } from '../src/index.js';

/** A page of a program's memory at address 0, as a program that makes system calls would bring its own. */
export class ProgramMemory implements UserMemory {
  readonly words: Uint32Array = new Uint32Array(1024);

  getU16(address: number): number {
    return this.getU32(address) & 0xffff;
  }

  getU32(address: number): number {
    return this.inPage(address, 1) ? this.words[address >>> 2]! : -1;
  }

  copyFromUser(to: Uint32Array, address: number, words: number): boolean {
    if (!this.inPage(address, words)) return false;
    const at = address >>> 2;
    for (let i = 0; i < words; i++) to[i] = this.words[at + i]!;
    return true;
  }

  copyToUser(address: number, from: Uint32Array, start: number, words: number): boolean {
    if (!this.inPage(address, words)) return false;
    const at = address >>> 2;
    for (let i = 0; i < words; i++) this.words[at + i] = from[start + i]!;
    return true;
  }

  private inPage(address: number, words: number): boolean {
    return (address & 3) === 0 && address >>> 2 <= this.words.length - words;
  }
}
