/**
 * Random small scenarios, explored exhaustively with and without a reduction: what they can come to is the same.
 *
 * The seed is random and printed; MODEL_SEED=n repeats a run. MODEL_SCALE=n makes n times as many operations.
 */
import { describe, expect, it } from 'vitest';
import {
  ExhaustiveStrategy,
  type Reduction,
} from '../../src/lab/exhaustive/exhaustive-strategy.js';
import { LabRun } from '../../src/lab/lab-run.js';
import { RUN_DEFAULTS } from '../../src/lab/run-defaults.js';
import { type LabProgram, LabProgramRun, labProgram } from './lab-program.js';
import { checkWaitingPrograms } from './seeded-check.js';

/** Steps of all runs together. */
const STEPS = 100_000;
const TIME_LIMIT = 300_000;
/** A program with more schedules is passed over. */
const MAX_RUNS = 10_000;

/** What a program can come to. */
class Ends {
  /** With the order in which parties saw things. */
  readonly ordered = new Set<string>();
  /** With what each party saw. */
  readonly apart = new Set<string>();
  runs = 0;
  steps = 0;
}

async function explore(program: LabProgram, reduction: Reduction): Promise<Ends | undefined> {
  const { timers, spurious } = program;
  const idleTimers = timers === 'idle';
  const strategy = new ExhaustiveStrategy({ reduction, idleTimers, preemptions: Infinity });
  const ends = new Ends();
  for (let run = 0; strategy.begin(run); run++) {
    if (run === MAX_RUNS) return undefined;
    const lab = new LabRun({
      ...RUN_DEFAULTS,
      ...{ maxSteps: 1000, timers, spurious, deaths: 1, seed: 1, run: 0 },
    });
    const one = new LabProgramRun(program);
    const { schedule, failure, givenUp } = await lab.run(one.scenario, strategy);
    strategy.end(schedule.length);
    ends.runs++;
    ends.steps += schedule.length;
    if (givenUp) continue;
    const state = `${failure?.kind} ${failure?.message}, ${one.state()}`;
    ends.ordered.add(`${one.seen.join(', ')} ${state}`);
    ends.apart.add(`${[...one.seen].sort().join(', ')} ${state}`);
  }
  return ends;
}

describe('an exhaustive exploration with a reduction', () => {
  it('comes to all that one without comes to', { timeout: TIME_LIMIT }, async () => {
    const totals = { none: 0, deliveries: 0, parties: 0 };
    await checkWaitingPrograms('exhaustive', labProgram, STEPS, async (program) => {
      const all = await explore(program, 'none');
      if (all === undefined) return 0;
      const deliveries = (await explore(program, 'deliveries'))!;
      const parties = (await explore(program, 'parties'))!;
      expect(deliveries.ordered).toEqual(all.ordered);
      expect(parties.apart).toEqual(all.apart);
      totals.none += all.runs;
      totals.deliveries += deliveries.runs;
      totals.parties += parties.runs;
      return all.steps;
    });
    console.log(`runs: ${JSON.stringify(totals)}`);
  });
});
