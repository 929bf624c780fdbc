/** Operations shown of a program that went wrong: the last ones, should there be more. */
const SHOWN = 120;

/** The operations of a running program as text, for whoever has to find out why it failed. */
export class ProgramLog {
  readonly #lines: string[] = [];

  /** An operation starts; `expected` is what it should answer, empty where that is not known. */
  start(operation: string, expected: string): void {
    this.#lines.push(expected === '' ? operation : `${operation} -> ${expected}`);
  }

  /** What the operation that started last answered. */
  answered(outcome: string): void {
    this.#lines.push(`${this.#lines.pop()} -> ${outcome}`);
  }

  /** Runs a program; an error comes out with the operations that led to it. */
  attempt(program: () => void): void {
    try {
      program();
    } catch (error) {
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const skipped = Math.max(0, this.#lines.length - SHOWN);
      const head = skipped > 0 ? [`  (${skipped} operations before)`] : [];
      const lines = this.#lines.slice(skipped).map((line, i) => `  ${skipped + i + 1}. ${line}`);
      throw new Error([...head, ...lines, `  went wrong there: ${why}`].join('\n'));
    }
  }
}
