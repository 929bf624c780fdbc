import type { LabRun } from './lab-run.js';

/** A place of memory that parties share. */
export interface Cell<T> {
  /** Its name, for who reads of the run. */
  readonly name: string;
  /** What is there, without a step: for checks at the end of a run. */
  readonly value: T;
  /** Reads it, when it is the party's turn. */
  read(): Promise<T>;
  /** Writes it, when it is the party's turn. */
  write(value: T): Promise<void>;
  /** Reads it and writes what becomes of that, as one step, as an atomic instruction does. @returns what was written */
  update(change: (value: T) => T): Promise<T>;
}

/** {@link Cell} of a run. */
export class LabCell<T> implements Cell<T> {
  readonly name: string;
  value: T;
  readonly #run: LabRun;
  readonly #thing: string;

  constructor(run: LabRun, name: string, value: T) {
    this.#run = run;
    this.name = name;
    this.#thing = `cell ${name}`;
    this.value = value;
  }

  read(): Promise<T> {
    return this.#run.point({ call: `${this.name}.read()` }, () => {
      this.#run.observer?.touch(this.#thing, false);
      return this.value;
    });
  }

  write(value: T): Promise<void> {
    return this.#run.point({ call: `${this.name}.write(${String(value)})` }, () => {
      this.#run.observer?.touch(this.#thing, true);
      this.value = value;
    });
  }

  update(change: (value: T) => T): Promise<T> {
    return this.#run.point({ call: `${this.name}.update()` }, () => {
      this.#run.observer?.touch(this.#thing, true);
      this.value = change(this.value);
      return this.value;
    });
  }
}
