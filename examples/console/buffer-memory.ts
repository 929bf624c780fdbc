import type { SharedMemory } from './shared-memory.js';

/** Memory of one process, for both ends in it; a SharedArrayBuffer for ends in two threads. */
export class BufferMemory implements SharedMemory {
  readonly #words: Uint32Array<ArrayBufferLike>;
  readonly #bytes: Uint8Array<ArrayBufferLike>;

  /** @param buffer - a multiple of 4 bytes */
  constructor(buffer: ArrayBufferLike) {
    this.#words = new Uint32Array(buffer);
    this.#bytes = new Uint8Array(buffer);
  }

  load(offset: number): number {
    return Atomics.load(this.#words, offset / 4);
  }

  store(offset: number, word: number): void {
    Atomics.store(this.#words, offset / 4, word);
  }

  read(offset: number, bytes: Uint8Array): void {
    bytes.set(this.#bytes.subarray(offset, offset + bytes.length));
  }

  write(offset: number, bytes: Uint8Array): void {
    this.#bytes.set(bytes, offset);
  }
}
