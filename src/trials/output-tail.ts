/** Bytes that are kept. */
const KEPT = 1 << 18;

/** The end of what a program says: as much as may help, however much it is. */
export class OutputTail {
  #parts: Buffer[] = [];
  #length = 0;
  #cut = false;

  /** Adds what was said. */
  add(part: Buffer): void {
    this.#parts.push(part);
    this.#length += part.length;
    if (this.#length > 2 * KEPT) this.#shorten();
  }

  /** The last 256 KiB, as text. */
  get text(): string {
    this.#shorten();
    const text = Buffer.concat(this.#parts).toString('utf8');
    // What is left of the line that was cut is none.
    return this.#cut ? text.slice(text.indexOf('\n') + 1) : text;
  }

  #shorten(): void {
    if (this.#length <= KEPT) return;
    this.#parts = [Buffer.concat(this.#parts).subarray(-KEPT)];
    this.#length = KEPT;
    this.#cut = true;
  }
}

/** The last lines of a text that are not empty. */
export function lastLines(text: string, count: number): string[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-count);
}
