/**
 * Random small scenarios, explored: what fails, fails again by its schedule string, whole and shrunk, and is told in the same words.
 *
 * The seed is random and printed; MODEL_SEED=n repeats a run. MODEL_SCALE=n makes n times as many operations.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExplorationError, explore, replay, type Scenario } from '../../src/lab.js';
import { type LabProgram, LabProgramRun, labProgram } from './lab-program.js';
import { checkWaitingPrograms } from './seeded-check.js';

/** Steps of all runs that failed, together. */
const STEPS = 1000;
const TIME_LIMIT = 300_000;
const RUNS = 30;

const programs = fc.record({ program: labProgram, seed: fc.nat(0xffffffff) });

const failureOf = async (exploration: Promise<unknown>): Promise<ExplorationError | undefined> => {
  try {
    await exploration;
    return undefined;
  } catch (error) {
    if (error instanceof ExplorationError) return error;
    throw error;
  }
};

/** What came of a run, but how it was found. */
const story = ({ message }: ExplorationError) => message.replace(/^(?:Found|Replayed)\b.*$/m, '');

async function check(program: LabProgram, seed: number): Promise<number> {
  const { timers, spurious } = program;
  const scenario: Scenario = (lab) => new LabProgramRun(program).scenario(lab);
  const options = { runs: RUNS, seed, timers, spurious };
  const whole = await failureOf(explore(scenario, { ...options, shrink: false }));
  if (whole === undefined) return 1;
  const shrunk = (await failureOf(explore(scenario, options)))!;
  expect(shrunk.failure.kind).toBe(whole.failure.kind);
  expect(shrunk.runs).toBe(whole.runs);
  for (const found of [whole, shrunk]) {
    const again = await failureOf(replay(scenario, found.replay));
    expect(again?.schedule).toEqual(found.schedule);
    expect(again?.replay).toBe(found.replay);
    expect(story(again!)).toBe(story(found));
    expect(found.message).toContain(`await replay(scenario, '${found.replay}')`);
  }
  return whole.schedule.length;
}

describe('a failing exploration', () => {
  it('is repeated by its string', { timeout: TIME_LIMIT }, async () => {
    await checkWaitingPrograms('replayed schedules', programs, STEPS, ({ program, seed }) =>
      check(program, seed),
    );
  });
});
