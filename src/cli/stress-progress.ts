import { shortDuration } from '../terminal/duration.js';
import type { SeededResult } from '../trials/stress.js';
import { outcomeText } from '../trials/trial-result.js';
import { ProgressLine } from './progress-line.js';

/** Where progress is shown. */
export interface ProgressOutput {
  readonly write: (text: string) => void;
  /** Columns of the terminal; undefined where there is none: failures are told then, and each tenth of the way. */
  readonly width: number | undefined;
  /** Milliseconds of a clock that does not jump. */
  readonly now: () => number;
}

/** Columns of the bar, at most. */
const BAR = 30;
/** Columns that the words beside it take, about. */
const WORDS = 50;
/** Milliseconds between two looks at the clock. */
const TICK = 500;

/** How far many runs are. */
export class StressProgress {
  readonly #runs: number;
  readonly #output: ProgressOutput;
  readonly #line: ProgressLine;
  readonly #began: number;
  #over = 0;
  #failed = 0;

  /** @param runs - how many there are to be */
  constructor(runs: number, output: ProgressOutput) {
    this.#runs = runs;
    this.#output = output;
    this.#line = new ProgressLine(output.write, output.now);
    this.#began = output.now();
  }

  /** Shows it while something goes on, and nothing of it afterwards. */
  async during(work: Promise<void>): Promise<void> {
    const clock =
      this.#output.width === undefined ? undefined : setInterval(() => this.#show(), TICK);
    try {
      this.#show();
      await work;
    } finally {
      clearInterval(clock);
      this.#line.clear();
    }
  }

  /** One more is over. */
  add({ seed, result }: SeededResult): void {
    const tenth = (count: number): number => Math.floor((count * 10) / this.#runs);
    const further = tenth(this.#over + 1) > tenth(this.#over);
    this.#over++;
    const failed = result.outcome !== 'passed';
    if (failed) this.#failed++;
    this.#show();
    if (this.#output.width !== undefined) return;
    if (failed) this.#say(`seed ${seed} ${outcomeText(result)}`);
    if (further && this.#over < this.#runs) this.#say(this.#words());
  }

  #say(text: string): void {
    this.#output.write(`xen-evtchn: ${text}\n`);
  }

  #show(): void {
    const { width } = this.#output;
    if (width === undefined) return;
    this.#line.show(() => {
      const room = Math.max(Math.min(BAR, width - WORDS), 0);
      const done = Math.floor((this.#over / this.#runs) * room);
      const bar = room === 0 ? '' : `[${'#'.repeat(done)}${'-'.repeat(room - done)}] `;
      return `${bar}${this.#words()}${this.#rest()}`.slice(0, width - 1);
    });
  }

  #words(): string {
    const failed = this.#failed === 0 ? 'none' : String(this.#failed);
    return `${this.#over} of ${this.#runs} runs, ${failed} failed`;
  }

  #rest(): string {
    if (this.#over === 0) return '';
    const each = (this.#output.now() - this.#began) / this.#over;
    return `, ${shortDuration(each * (this.#runs - this.#over))} to go`;
  }
}
