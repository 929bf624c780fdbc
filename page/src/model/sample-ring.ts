/** Numbers of the last samples, oldest first; what is older is forgotten. */
export class SampleRing {
  readonly #values: Float64Array;
  /** Samples ever written. */
  #written = 0;

  /** @param capacity - samples it keeps, at least 1 */
  constructor(capacity: number) {
    this.#values = new Float64Array(capacity);
  }

  /** Samples it has now. */
  get length(): number {
    return Math.min(this.#written, this.#values.length);
  }

  /** Adds the newest. */
  push(value: number): void {
    this.#values[this.#written++ % this.#values.length] = value;
  }

  /** The one `back` before the newest; undefined if there is none. */
  fromEnd(back: number): number | undefined {
    if (back < 0 || back >= this.length) return undefined;
    return this.#values[(this.#written - 1 - back) % this.#values.length];
  }

  /** All of them, oldest first. */
  toArray(): number[] {
    const { length } = this;
    return Array.from({ length }, (_, index) => this.fromEnd(length - 1 - index)!);
  }
}
