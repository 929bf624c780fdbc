import { checkBoolean, checkOptions } from '../errors/argument.js';
import { type Actor, actorParts } from './actor.js';
import { failedRun } from './failed-run.js';
import type { Scenario } from './lab.js';
import { LabRun } from './lab-run.js';
import type { PartyState } from './party-state.js';
import { parseSchedule } from './schedule-string.js';
import { DecidedStrategy, type Misfit } from './strategies/decided-strategy.js';

/** How a schedule is replayed. */
export interface ReplayOptions {
  /**
   * Decisions that the scenario cannot follow are passed over, instead of refused: for a test that stays when the bug is
   * mended, and the program takes other steps. Off unless given.
   */
  readonly loose?: boolean | undefined;
  /** The report has colours, for a terminal. Off unless given. */
  readonly colour?: boolean | undefined;
}

/**
 * Runs a scenario once, by the schedule string of a report. It resolves if the run does not fail.
 * @throws (rejects) ExplorationError if the run fails; RangeError for a string that is malformed, of another version, or does
 * not fit the scenario, in that somebody is to go who cannot; TypeError for options of the wrong type
 */
export async function replay(
  scenario: Scenario,
  schedule: string,
  options: ReplayOptions = {},
): Promise<void> {
  checkOptions('options', options);
  const { loose = false, colour = false } = options;
  checkBoolean('loose', loose);
  checkBoolean('colour', colour);
  const { options: runOptions, decisions } = parseSchedule(schedule);
  const strategy = new DecidedStrategy(decisions);
  const run = new LabRun(runOptions);
  const { schedule: steps, failure } = await run.run(scenario, strategy);
  // What fails before all is decided has failed.
  if (failure === undefined || strategy.misfit !== undefined) strategy.end(steps.length);
  const { misfit } = strategy;
  if (misfit !== undefined && !loose) throw misfitError(schedule, misfit, run.parties);
  if (failure === undefined) return;
  const origin = `Replayed: seed ${runOptions.seed}, run ${runOptions.run}`;
  throw await failedRun(scenario, {
    failure,
    schedule: steps,
    options: runOptions,
    runs: 1,
    origin,
    shrink: false,
    colour,
  });
}

function misfitError(
  schedule: string,
  { step, actor, choices }: Misfit,
  parties: readonly PartyState[],
): RangeError {
  const name = (one: Actor) => actorName(one, parties);
  const instead =
    choices.length === 0 ? 'the run is over by then' : `only ${choices.map(name).join(', ')} can`;
  return new RangeError(
    `schedule '${schedule.trim()}' does not fit the scenario: at step ${step + 1} it has ${name(actor)} go, and ${instead}. ` +
      'The scenario, or the program in it, takes other steps than when the schedule was found. If it was changed, explore ' +
      'again; { loose: true } passes over what does not fit',
  );
}

function actorName(actor: Actor, parties: readonly PartyState[]): string {
  const { kind, owner, number } = actorParts(actor);
  const party = parties[owner]?.name ?? `party ${owner}`;
  switch (kind) {
    case 'party':
      return party;
    case 'wake':
      return `${party} (which hears of events${number === 0 ? '' : ` on its handle ${number}`})`;
    case 'death':
      return `${party} (which dies)`;
    case 'clock':
      return 'the clock';
    case 'vcpu':
      return `vCPU ${number} of domain ${owner} (its upcall)`;
    default:
      return `a spurious event on port ${number} of domain ${owner}`;
  }
}
