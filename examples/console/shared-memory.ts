/**
 * Memory that both ends get at, whatever it is made of. On a Xen host it is pages that one domain grants to the other.
 *
 * What one end wrote before it stored a word is there for the other end once that has loaded the word.
 */
export interface SharedMemory {
  /** The 32-bit word at an offset in bytes, a multiple of 4. */
  load(offset: number): number;
  /** Stores a 32-bit word, 0 to 2^32 - 1. */
  store(offset: number, word: number): void;
  /** Fills an array with the bytes from an offset on. */
  read(offset: number, bytes: Uint8Array): void;
  /** Puts bytes at an offset. */
  write(offset: number, bytes: Uint8Array): void;
}
