/** Something that changes, and says so. */
export class Changing {
  #version = 0;
  readonly #listeners = new Set<() => void>();

  /** How often it has changed. */
  get version(): number {
    return this.#version;
  }

  /** Has a function called at each change from now on, until the one that is returned is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Says that it has changed. */
  protected changed(): void {
    this.#version++;
    for (const listener of [...this.#listeners]) listener();
  }
}
