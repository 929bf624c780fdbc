import type { LabRun } from './lab-run.js';

/** A place of memory that parties share. */
export interface Cell<T> {
  /** Its name, for who reads of the run. */
  readonly name: string;
  /** What is there, without a step: for checks at the end of a run. */
  readonly value: T;
  /** Reads it, when it is the party's turn. @throws Error outside of a party */
  read(): Promise<T>;
  /** Writes it, when it is the party's turn. @throws Error outside of a party */
  write(value: T): Promise<void>;
  /**
   * Reads it and writes what becomes of that, as one step, as an atomic instruction does.
   * @returns what was written
   * @throws Error outside of a party; (rejects) what `change` throws, with nothing written
   */
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
    return this.#access(`${this.name}.read()`, false, () => this.value);
  }

  write(value: T): Promise<void> {
    return this.#access(`${this.name}.write(${String(value)})`, true, () => {
      this.value = value;
    });
  }

  update(change: (value: T) => T): Promise<T> {
    return this.#access(`${this.name}.update()`, true, () => {
      this.value = change(this.value);
      return this.value;
    });
  }

  #access<R>(call: string, writes: boolean, action: () => R): Promise<R> {
    const { turn, parties } = this.#run;
    const access = () => {
      turn.observer?.touch(this.#thing, writes);
      return action();
    };
    return this.#run.perform(turn.callsAny(call, parties), { call }, { action: access });
  }
}
