import type { Reply } from './reply.js';

/** Open texts of the tree: each shows what was true when it was opened, however it is read. */
export class TextFiles {
  readonly #open = new Map<number, Uint8Array>();
  #last = 0;

  /** Takes a text in. @param text - one byte a character @returns its number, from 1 */
  open(text: string): number {
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    this.#last++;
    this.#open.set(this.#last, bytes);
    return this.#last;
  }

  /** Fills in a part of a text. @returns bytes, 0 beyond its end; undefined if it is not open */
  read(file: number, offset: number, size: number, reply: Reply): number | undefined {
    const bytes = this.#open.get(file);
    if (bytes === undefined) return undefined;
    const part = bytes.subarray(offset, offset + Math.min(size, reply.body.length));
    reply.body.set(part);
    return part.length;
  }

  /** It is open. */
  has(file: number): boolean {
    return this.#open.has(file);
  }

  /** @returns false if it was not open */
  close(file: number): boolean {
    return this.#open.delete(file);
  }

  /** How many are open. */
  get size(): number {
    return this.#open.size;
  }
}
