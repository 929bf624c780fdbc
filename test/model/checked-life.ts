import { LifeCycleChecker, type LifeCycleViolation, type TraceRecord } from '../../src/index.js';

/** Where a host's trace goes to be checked: it has to tell lives as they can be. */
export class CheckedLife {
  #first: LifeCycleViolation | undefined;
  readonly #last: TraceRecord[] = [];
  readonly #checker = new LifeCycleChecker((violation) => {
    this.#first ??= violation;
  });

  record(record: TraceRecord): void {
    if (this.#first !== undefined) return;
    this.#last.push(record);
    if (this.#last.length > 12) this.#last.shift();
    this.#checker.take(record);
  }

  /** The trace is over. @throws Error with the first violation and the records up to it */
  end(): void {
    this.#checker.end();
    if (this.#first === undefined) return;
    const { rule, sentence } = this.#first;
    const records = this.#last.map((record) => JSON.stringify(record)).join('\n');
    throw new Error(`the trace breaks '${rule}': ${sentence}\n${records}`);
  }
}
