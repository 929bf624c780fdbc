/** Leaves the code in the middle. */
const LEAVE = Symbol('leave');

const NAMES = ['load', 'store', 'exchange', 'compareExchange'] as const;
const { load, store, exchange, compareExchange } = Atomics;
const REAL = { load, store, exchange, compareExchange };

/** Gives the atomic operations of this process back. */
export function atomicsAsTheyWere(): void {
  Object.assign(Atomics, REAL);
}

/**
 * A thread whose code runs by steps of one atomic operation: each runs it from its beginning, answers the operations it has
 * done before as they were answered then, does one more, and leaves it before the next. Operations of all other code go
 * through `before` and `after`.
 */
export class SteppedThread {
  #code: (() => void) | undefined;
  readonly #answers: number[] = [];
  /** How many operations were answered in this step; undefined while no step is taken. */
  #answered: number | undefined;
  #stepped = false;

  /**
   * Takes the atomic operations of this process over, until {@link atomicsAsTheyWere}.
   * @param before - called before an operation of other code
   * @param after - called with what such an operation answered
   */
  constructor(before: () => void, after: (answer: number) => void) {
    for (const name of NAMES) {
      const real = REAL[name] as (...args: unknown[]) => number;
      const stepped = (...args: unknown[]): number => {
        if (this.#answered !== undefined) return this.#operate(() => real(...args));
        before();
        const answer = real(...args);
        after(answer);
        return answer;
      };
      Atomics[name] = stepped as never;
    }
  }

  /** Whether its code is not at its end. */
  get running(): boolean {
    return this.#code !== undefined;
  }

  /** How far its code is, and what it was answered on the way. */
  get progress(): string {
    return this.running ? `at ${this.#answers}` : 'idle';
  }

  /** @param code - what it is to do, beginning with the next step */
  start(code: () => void): void {
    this.#code = code;
    this.#answers.length = 0;
  }

  step(): void {
    this.#answered = 0;
    this.#stepped = false;
    try {
      this.#code!();
      this.#code = undefined;
    } catch (error) {
      if (error !== LEAVE) throw error;
    } finally {
      this.#answered = undefined;
    }
  }

  #operate(real: () => number): number {
    const at = this.#answered!++;
    if (at < this.#answers.length) return this.#answers[at]!;
    if (this.#stepped) throw LEAVE;
    this.#stepped = true;
    this.#answers.push(real());
    return this.#answers[at]!;
  }
}
