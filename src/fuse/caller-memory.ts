import { EFAULT } from '../abi/errno.js';
import type { ArgumentMemory } from './argument-memory.js';

/** Reads other processes' memory; `ProcessMemory` of the native layer is one. */
export interface MemoryReader {
  /** What was read last. */
  readonly words: Uint32Array;
  /**
   * Reads `count` bytes, up to 4096, at an address given in two halves.
   * @returns 0, -EFAULT for memory that is not there, or another negative errno if it may not be read
   */
  read(pid: number, low: number, high: number, count: number): number;
}

/**
 * The argument of an ioctl on a FUSE file. FUSE passes the pointers of these ioctls as they are and copies nothing, so what
 * they point to is read from the program itself.
 */
export class CallerMemory implements ArgumentMemory {
  readonly #reader: MemoryReader;
  #pid = 0;
  #low = 0;
  #high = 0;
  /** Why memory could not be read, if it was not for the address: a negative errno, else 0. */
  denied = 0;

  constructor(reader: MemoryReader) {
    this.#reader = reader;
  }

  turnTo(pid: number, low: number, high: number): void {
    this.#pid = pid;
    this.#low = low;
    this.#high = high;
    this.denied = 0;
  }

  getU16(_address: number): number {
    return this.#read(2) ? this.#reader.words[0]! & 0xffff : -1;
  }

  getU32(_address: number): number {
    return this.#read(4) ? this.#reader.words[0]! : -1;
  }

  copyFromUser(to: Uint32Array, _address: number, words: number): boolean {
    if (!this.#read(words << 2)) return false;
    for (let i = 0; i < words; i++) to[i] = this.#reader.words[i]!;
    return true;
  }

  /** No ioctl of the device stores anything. */
  copyToUser(): boolean {
    return false;
  }

  #read(count: number): boolean {
    const rc = this.#reader.read(this.#pid, this.#low, this.#high, count);
    if (rc === 0) return true;
    if (rc !== -EFAULT) this.denied = rc;
    return false;
  }
}
