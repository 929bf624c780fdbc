import type { Actor } from '../actor.js';
import { actorParts } from '../actor.js';
import type { Decision } from '../decision.js';
import type { Scenario } from '../lab.js';
import { LabRun } from '../lab-run.js';
import type { Failure } from '../outcome.js';
import type { RunOptions } from '../run-options.js';
import { RecordingStrategy } from '../strategies/recording-strategy.js';
import type { Strategy } from '../strategy.js';

/** A run, with where it departed from the default policy. */
export interface TriedRun {
  readonly schedule: readonly Actor[];
  readonly decisions: readonly Decision[];
  /** Why it failed; undefined if it did not. */
  readonly failure: Failure | undefined;
  /** Between parties, vCPUs and the clock. */
  readonly switches: number;
  /** Deaths and spurious events. */
  readonly accidents: number;
}

/** Runs a scenario once. */
export async function tryRun(
  scenario: Scenario,
  options: RunOptions,
  strategy: Strategy,
): Promise<TriedRun> {
  const recording = new RecordingStrategy(strategy);
  recording.begin(options.run);
  const { schedule, failure } = await new LabRun(options).run(scenario, recording);
  recording.end(schedule.length);
  return { schedule, decisions: recording.decisions, failure, ...measure(schedule) };
}

/** Who an actor's step is of, as one sees it: a party hears of its events itself. */
export function stepper(actor: Actor): string {
  const { kind, owner, number } = actorParts(actor);
  return kind === 'wake'
    ? `party ${owner}`
    : `${kind} ${owner}${kind === 'vcpu' ? `.${number}` : ''}`;
}

function measure(schedule: readonly Actor[]): { switches: number; accidents: number } {
  let switches = 0;
  let accidents = 0;
  let before: string | undefined;
  for (const actor of schedule) {
    const { kind } = actorParts(actor);
    if (kind === 'death' || kind === 'spurious') accidents++;
    const now = stepper(actor);
    if (before !== undefined && now !== before) switches++;
    before = now;
  }
  return { switches, accidents };
}

/** The first is easier to read than the second: fewer accidents, then fewer decisions and switches, then fewer steps. */
export function isSimpler(one: TriedRun, other: TriedRun): boolean {
  if (one.accidents !== other.accidents) return one.accidents < other.accidents;
  const difference =
    one.switches + one.decisions.length - (other.switches + other.decisions.length);
  return difference === 0 ? one.schedule.length < other.schedule.length : difference < 0;
}

/** They fail in the same way: by the same kind of failure, and as assertions with the same message. */
export function failsAlike(one: Failure | undefined, other: Failure): boolean {
  if (one?.kind !== other.kind) return false;
  if (one.kind === 'assertion') {
    return one.message === other.message && errorMessage(one.error) === errorMessage(other.error);
  }
  // Others that wait as well would make it another story; fewer make it a shorter one.
  const waiting = other.waiting?.map(({ party }) => party);
  return waiting === undefined || one.waiting!.every(({ party }) => waiting.includes(party));
}

function errorMessage(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
