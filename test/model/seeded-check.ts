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
  let operations = 0;
  let count = 0;
  const again = `MODEL_SEED=${seed}${scale === 1 ? '' : ` MODEL_SCALE=${scale}`}`;
  for (let round = 0; operations < budget * scale; round++) {
    const property = fc.property(programs, (program) => {
      operations += run(program);
      count++;
    });
    const details = fc.check(property, {
      seed: seed + round,
      numRuns: PROGRAMS_PER_ROUND,
      interruptAfterTimeLimit: SHRINK_LIMIT,
    });
    if (!details.failed) continue;
    const error = details.errorInstance;
    const why = error instanceof Error ? error.message : String(error);
    const program = fc.stringify(details.counterexample?.[0]);
    throw new Error(
      `${suite}: found after ${operations} operations and ${details.numShrinks} shrinks. ` +
        `Repeat with ${again}\nThe program:\n${why}\nIts steps: ${program}`,
    );
  }
  console.log(`${suite}: ${operations} operations in ${count} programs, ${again}`);
}

function numberFrom(variable: string): number | undefined {
  const text = process.env[variable];
  return text === undefined || text === '' ? undefined : Number(text);
}
