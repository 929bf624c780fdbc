import { WaitQueue } from '../../src/vfs/wait-queue.js';
import type { Machine } from './machine.js';
import { PortSymbols } from './port-symbols.js';
import { Process } from './process.js';
import { runStep } from './run-step.js';
import { stepLines } from './script.js';
import { ProcessEnded } from './thread.js';

/** What a case may take, in milliseconds of the machine's clock. */
const TIME_LIMIT = 90_000;

/** One case being run: its processes, and what they share. */
export class CaseRun {
  readonly machine: Machine;
  readonly symbols = new PortSymbols();
  readonly processes = new Set<Process>();
  /** Woken when a job or a process ends, or one has answered another. */
  readonly changed = new WaitQueue();
  #background = 0;
  #failure: { readonly error: unknown } | undefined = undefined;
  #output = '';

  constructor(machine: Machine) {
    this.machine = machine;
  }

  /** Something else than the step that asks may be running. */
  get busy(): boolean {
    return this.#background > 0;
  }

  /** Runs something beside all else, until it ends or its process does. */
  background(work: Promise<void>, atEnd: () => void = () => {}): void {
    this.#background++;
    work
      .catch((error: unknown) => {
        if (!(error instanceof ProcessEnded)) this.#failure ??= { error };
      })
      .finally(() => {
        this.#background--;
        atEnd();
      });
  }

  /** Runs the steps of a case. @returns what it prints, a line a step */
  async run(text: string): Promise<string> {
    const first = new Process(this);
    try {
      const finished = await this.machine.finishes(this.#steps(first, text), TIME_LIMIT);
      if (!finished) this.#output += 'CASE-HANG\n';
    } finally {
      await this.#endAll();
    }
    if (this.#failure !== undefined) throw this.#failure.error;
    return this.#output;
  }

  async #steps(process: Process, text: string): Promise<void> {
    try {
      for (const line of stepLines(text)) {
        this.#output += `${line} -> `;
        this.#output += `${await runStep(process.main, line)}\n`;
        if (this.busy) await process.main.settle();
      }
    } catch (error) {
      if (!(error instanceof ProcessEnded)) throw error;
      const { fate } = process;
      if (fate !== undefined && 'signal' in fate) {
        this.#output += `\nCASE-KILLED signal ${fate.signal}\n`;
      }
    }
  }

  /** Whatever is left is killed, so that a host used for several cases is as it was. */
  async #endAll(): Promise<void> {
    for (const process of [...this.processes]) process.end({ exit: 0 });
    await this.machine.finishes(Promise.resolve(), 0);
  }
}
