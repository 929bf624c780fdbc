import { Process } from './process.js';
import { runStep } from './run-step.js';
import type { Thread } from './thread.js';

/** A forked child: it executes the steps it is sent, one after the other, until it is told to exit. */
export class Child {
  readonly name: string;
  readonly process: Process;
  /** Its parent's ends of the pipes to and from it. */
  pipes: readonly number[] = [];
  readonly #lines: string[] = [];
  readonly #answers: string[] = [];

  constructor(name: string, forkedBy: Thread) {
    this.name = name;
    this.process = new Process(forkedBy.process.run, forkedBy);
  }

  start(): void {
    this.process.run.background(this.#serve());
  }

  /** Sends a line. @returns false if nobody is there to read it */
  send(line: string): boolean {
    if (this.process.fate !== undefined) return false;
    this.#lines.push(line);
    this.process.run.changed.wake();
    return true;
  }

  /** The oldest answer nobody has taken, if there is one. */
  takeAnswer(): string | undefined {
    return this.#answers.shift();
  }

  get answered(): boolean {
    return this.#answers.length > 0;
  }

  async #serve(): Promise<void> {
    const { process } = this;
    for (;;) {
      process.idle = true;
      while (this.#lines.length === 0 || process.stopped) {
        await process.changes();
        process.checkAlive();
      }
      process.idle = false;
      const line = this.#lines.shift()!;
      if (line === 'exit') return process.end({ exit: 0 });
      this.#answers.push(await runStep(process.main, line));
      process.run.changed.wake();
    }
  }
}
