import type { Actor } from './actor.js';
import { ExplorationError } from './exploration.js';
import type { Scenario } from './lab.js';
import { LabRun } from './lab-run.js';
import type { Failure } from './outcome.js';
import { failureSite, headline, reportText } from './report/report.js';
import { RunRecorder } from './report/run-recorder.js';
import type { RunOptions } from './run-options.js';
import { formatSchedule } from './schedule-string.js';
import { Shrinking } from './shrink/shrinking.js';
import { failsAlike, type TriedRun, tryRun } from './shrink/tried-run.js';
import { ListStrategy } from './strategies/list-strategy.js';

/** A run that failed, and what is to be made of it. */
export interface FailedSchedule {
  readonly failure: Failure;
  /** Who took each step. */
  readonly schedule: readonly Actor[];
  readonly options: RunOptions;
  /** How many runs there were. */
  readonly runs: number;
  /** In words: how it was found. */
  readonly origin: string;
  readonly shrink: boolean;
  readonly colour: boolean;
}

/** The error of a run that failed: repeats the run, shrinks it if asked to, and writes its report. */
export async function failedRun(
  scenario: Scenario,
  failed: FailedSchedule,
): Promise<ExplorationError> {
  const { options, failure, schedule, runs, origin, shrink, colour } = failed;
  const found = await tryRun(scenario, options, new ListStrategy(schedule));
  if (!failsAlike(found.failure, failure)) return unrepeatable(failed, found);
  let tried = found;
  if (shrink && failure.kind !== 'foreign' && failure.kind !== 'nondeterminism') {
    const shrinking = new Shrinking(scenario, options, found);
    await shrinking.shrink();
    tried = shrinking.best;
  }
  const replay = formatSchedule({ options, decisions: tried.decisions });
  const run = new LabRun(options);
  const recorder = new RunRecorder(run, decidedSteps(tried));
  const { failure: again } = await run.run(scenario, new ListStrategy(tried.schedule));
  if (again === undefined || !failsAlike(again, failure)) return unrepeatable(failed, found);
  const report = reportText({ run, recorder, tried, found, origin, replay, colour });
  const frames = failureSite(again, run, recorder)?.frames;
  const told = { failure: again, schedule: tried.schedule, replay, runs };
  return new ExplorationError(report, told, frames);
}

const ADVICE =
  'Does the scenario keep something from an earlier run, or use Math.random, Date, timers or I/O of the platform? Build ' +
  'everything anew in it, and take numbers from lab.random and time from party.sleep.';

/** It does not fail when it is repeated, so there is nothing to be told of it but that. */
function unrepeatable(failed: FailedSchedule, found: TriedRun): ExplorationError {
  const { schedule, options, runs, origin } = failed;
  const replay = formatSchedule({ options, decisions: found.decisions });
  const failure = unrepeatableFailure(failed.failure);
  const advice = failure.kind === 'nondeterminism' ? [ADVICE, ''] : [];
  const message = [headline(failure), '', ...advice, `${origin}.`].join('\n');
  return new ExplorationError(message, { failure, schedule, replay, runs });
}

/** What comes from outside of the lab is not repeated, and was told as that, as was a scenario that does something else each time. */
function unrepeatableFailure(failure: Failure): Failure {
  if (failure.kind === 'foreign' || failure.kind === 'nondeterminism') return failure;
  const { error } = failure;
  const message = `${headline(failure)}; and it did not when the same steps were repeated`;
  return { kind: 'nondeterminism', message, error };
}

/** The steps, from 0, that depart from the default policy. */
function decidedSteps({ decisions }: TriedRun): ReadonlySet<number> {
  const steps = new Set<number>();
  let at = -1;
  for (const { after } of decisions) {
    at += after + 1;
    steps.add(at);
  }
  return steps;
}
