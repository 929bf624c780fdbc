import type { Scenario } from './lab.js';
import { LabRun } from './lab-run.js';
import type { Failure, Outcome } from './outcome.js';
import type { RunOptions } from './run-options.js';
import { SameSchedule } from './strategies/same-schedule.js';

/**
 * Runs a scenario again by the schedule of a run that failed.
 * @param failure - how it failed
 * @returns what it failed by, or that it did something else this time, which makes its schedule useless
 */
export async function confirmed(
  scenario: Scenario,
  options: RunOptions,
  { schedule }: Outcome,
  failure: Failure,
): Promise<Failure> {
  // No schedule decides about what is not the lab's.
  if (failure.kind === 'foreign') return failure;
  const same = new SameSchedule(schedule);
  const run = new LabRun({ ...options, maxSteps: schedule.length });
  const again = await run.run(scenario, same);
  const difference = differenceOf(again, schedule.length, same.deviation, failure);
  if (difference === undefined) return failure;
  const message = `the scenario is not the same when it runs again by the same schedule: ${difference}; at first it failed: ${failure.message}`;
  const { error, waiting, left } = failure;
  return { kind: 'nondeterminism', message, error, waiting, left };
}

function differenceOf(
  again: Outcome,
  steps: number,
  deviation: number | undefined,
  failure: Failure,
): string | undefined {
  if (deviation !== undefined) return `step ${deviation + 1} was another's`;
  const { length } = again.schedule;
  if (length < steps) return `it ended after ${length} of ${steps} steps`;
  if (again.failure === undefined) return 'it did not fail';
  // It stops where the first run did: if that had not failed by going on, something could still happen.
  if (again.failure.kind === failure.kind) return undefined;
  return again.failure.kind === 'endless'
    ? `it went on after ${steps} steps`
    : `it failed otherwise: ${again.failure.message}`;
}
