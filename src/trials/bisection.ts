import { faultNumbers } from '../watch/fault-list.js';
import { type SubsetTest, smallerSets } from './smallest-set.js';
import { outcomeText, refusalText, type TrialResult } from './trial-result.js';

/** Runs the program with some faults only, or with all that the seed chooses. */
export type RunWith = (only: readonly number[] | undefined) => Promise<TrialResult>;

/** Faults with which a program fails. */
export interface FailingSet {
  /** Their numbers. */
  readonly numbers: readonly number[];
  /** The run that failed with them. */
  readonly result: TrialResult;
}

/** How the search ended. */
export type BisectionEnd =
  /** Nothing can be left out of {@link Bisection.smallest}. */
  | 'found'
  /** It never failed, with all faults. */
  | 'passes'
  /** It fails without any fault. */
  | 'fails-without'
  /** It fails, but not in that way with the faults alone that there were when it did. */
  | 'not-again';

/** How to search. */
export interface BisectionOptions {
  readonly run: RunWith;
  /** Runs with each set before it is taken to pass; 1 or more. */
  readonly tries: number;
  /** Numbers of the faults to begin with; all that the seed chooses unless given. */
  readonly only: readonly number[] | undefined;
  /** Called after each run. */
  readonly onRun?: () => void;
}

/**
 * Finds the smallest set of faults with which a program still fails in the same way. Programs differ from run to run, so each set is tried
 * several times; one failure is enough.
 */
export class Bisection {
  readonly #options: BisectionOptions;
  #runs = 0;
  #total = 0;
  #smallest: FailingSet | undefined;
  #bare: TrialResult | undefined;

  constructor(options: BisectionOptions) {
    this.#options = options;
  }

  /** Runs so far. */
  get runs(): number {
    return this.#runs;
  }

  /** How many faults there were when it failed first. */
  get total(): number {
    return this.#total;
  }

  /** The smallest set so far with which it failed. */
  get smallest(): FailingSet | undefined {
    return this.#smallest;
  }

  /** The run that failed without any fault. */
  get bare(): TrialResult | undefined {
    return this.#bare;
  }

  /**
   * Searches. When it is interrupted, by an error of `run`, {@link smallest} stands.
   * @throws (rejects) what `run` rejects with; Error if a run could not be done, or its faults are not known
   */
  async search(): Promise<BisectionEnd> {
    const first = await this.#failing(this.#options.only);
    if (first === undefined) return 'passes';
    if (this.#bare === undefined) await this.#failing([]);
    if (this.#bare !== undefined) return 'fails-without';
    const again = await this.#shown(first.numbers);
    if (again === undefined) return 'not-again';
    for await (const _ of smallerSets(again, (subset) => this.#shown(subset)));
    return this.#bare === undefined ? 'found' : 'fails-without';
  }

  /** What there was of a set when it failed. */
  readonly #shown: SubsetTest<number> = async (subset) => (await this.#failing(subset))?.numbers;

  async #failing(only: readonly number[] | undefined): Promise<FailingSet | undefined> {
    for (let left = this.#options.tries; left > 0; left--) {
      const result = await this.#options.run(only);
      this.#runs++;
      if (result.outcome === 'refused') throw new Error(refusalText(result));
      const failed = this.#isFailure(result, only)
        ? { numbers: numbersOf(result, only), result }
        : undefined;
      if (failed !== undefined) this.#note(failed);
      this.#options.onRun?.();
      if (failed !== undefined) return failed;
    }
    return undefined;
  }

  /** With faults it must fail as it did first: another failure is another bug. */
  #isFailure(result: TrialResult, only: readonly number[] | undefined): boolean {
    if (result.outcome === 'passed') return false;
    const first = this.#smallest?.result;
    return first === undefined || only?.length === 0 || outcomeText(result) === outcomeText(first);
  }

  #note(failed: FailingSet): void {
    if (failed.numbers.length === 0) {
      this.#bare = failed.result;
      return;
    }
    if (this.#smallest === undefined) this.#total = failed.numbers.length;
    this.#smallest = failed;
  }
}

/** The faults of a failing run: those it shows, or, where that is not known, those it may have had. */
function numbersOf({ faults }: TrialResult, only: readonly number[] | undefined): number[] {
  if (faults !== undefined && faults.before === 0) {
    const numbers = faultNumbers(faults);
    return only === undefined ? numbers : numbers.filter((number) => only.includes(number));
  }
  if (only !== undefined) return [...only];
  throw new Error(
    faults === undefined
      ? 'it fails, and which faults were injected is not known: give it more time by --timeout'
      : `it fails, with more faults than are listed (${faults.before} before): ask for fewer, by a lower rate or max=`,
  );
}
