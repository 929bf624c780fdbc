import fc from 'fast-check';

/** Programs of one round; a round has a seed of its own, the first one's plus its number. */
const PROGRAMS_PER_ROUND = 25;

/** Milliseconds after which the smallest program found so far is good enough. */
const SHRINK_LIMIT = 15_000;

/** The seed of this run, and how much of it there is. See the head of the test files. */
const seed = numberFrom('MODEL_SEED') ?? Math.floor(Math.random() * 0x40000000);
const scale = numberFrom('MODEL_SCALE') ?? 1;

/** How a suite says what it does with one program. @returns operations it made */
export type RunProgram<Program> = (program: Program) => number;

/** As {@link RunProgram}, for programs that wait. */
export type RunWaitingProgram<Program> = (program: Program) => Promise<number>;

/**
 * Runs random programs until they have made so many operations together; prints the seed, and with a failure the smallest
 * program found that shows it.
 */
export function checkPrograms<Program>(
  suite: string,
  programs: fc.Arbitrary<Program>,
  budget: number,
  run: RunProgram<Program>,
): void {
  const rounds = new Rounds(suite, budget);
  const property = fc.property(programs, (program) => rounds.ran(run(program)));
  while (!rounds.over) rounds.end(fc.check(property, rounds.next));
  rounds.report();
}

/** As {@link checkPrograms}, of programs that wait. */
export async function checkWaitingPrograms<Program>(
  suite: string,
  programs: fc.Arbitrary<Program>,
  budget: number,
  run: RunWaitingProgram<Program>,
): Promise<void> {
  const rounds = new Rounds(suite, budget);
  const property = fc.asyncProperty(programs, async (program) => rounds.ran(await run(program)));
  while (!rounds.over) rounds.end(await fc.check(property, rounds.next));
  rounds.report();
}

/** The rounds of a suite. */
class Rounds {
  readonly #suite: string;
  readonly #budget: number;
  readonly #again = `MODEL_SEED=${seed}${scale === 1 ? '' : ` MODEL_SCALE=${scale}`}`;
  #operations = 0;
  #programs = 0;
  #round = 0;

  constructor(suite: string, budget: number) {
    this.#suite = suite;
    this.#budget = budget * scale;
  }

  get over(): boolean {
    return this.#operations >= this.#budget;
  }

  /** How the next round is checked. */
  get next() {
    return {
      seed: seed + this.#round,
      numRuns: PROGRAMS_PER_ROUND,
      interruptAfterTimeLimit: SHRINK_LIMIT,
    };
  }

  ran(operations: number): void {
    this.#operations += operations;
    this.#programs++;
  }

  /** @throws Error with the smallest program found, if one of the round failed */
  end<Program>(details: fc.RunDetails<[Program]>): void {
    this.#round++;
    if (!details.failed) return;
    const error = details.errorInstance;
    const why = error instanceof Error ? error.message : String(error);
    const program = fc.stringify(details.counterexample?.[0]);
    throw new Error(
      `${this.#suite}: found after ${this.#operations} operations and ${details.numShrinks} ` +
        `shrinks. Repeat with ${this.#again}\nThe program:\n${why}\nIts steps: ${program}`,
    );
  }

  report(): void {
    const made = `${this.#operations} operations in ${this.#programs} programs`;
    console.log(`${this.#suite}: ${made}, ${this.#again}`);
  }
}

function numberFrom(variable: string): number | undefined {
  const text = process.env[variable];
  return text === undefined || text === '' ? undefined : Number(text);
}
