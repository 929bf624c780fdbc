/** What has to be taken back at the end, whatever the end is. */
export class Undo {
  readonly #steps: (() => void)[] = [];
  readonly #warn: (error: unknown) => void;

  /** @param warn - is told of each step that could not be taken back; the others are taken back all the same */
  constructor(warn: (error: unknown) => void) {
    this.#warn = warn;
  }

  /** Adds a step, to be done before those that are there. It must not wait: the process may be exiting. */
  add(step: () => void): void {
    this.#steps.push(step);
  }

  /** Does every step once, the newest first. */
  run(): void {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        step();
      } catch (error) {
        this.#warn(error);
      }
    }
  }
}
