import {
  ExplorationError,
  type ExploreOptions,
  explore,
  type ExplorationError as Found,
  type Scenario,
} from 'xen-evtchn/lab';
import type { Effort } from './effort.js';
import type { Exhibit } from './exhibit.js';
import { runOrdinarily } from './ordinary-lab.js';

/** Strategies whose schedules a seed decides. */
export const SEEDED = ['random', 'pct'] as const;

/** Schedules until a bug was found, over the seeds. */
export interface SchedulesUntilFound {
  readonly median: number;
  readonly worst: number;
}

/** What came out for an exhibit. All of it is the same each time. */
export interface Figures {
  readonly name: string;
  readonly title: string;
  /** What kind of failure was found. */
  readonly kind: string;
  readonly random: SchedulesUntilFound;
  readonly pct: SchedulesUntilFound;
  /** Steps of the shortest run that failed. */
  readonly steps: number;
}

/** An exhibit is not what it should be: its bug was not found, or something else was. The message says which. */
export class ExhibitError extends Error {}

/**
 * Explores the broken program of an exhibit, then the corrected one, and runs both without the lab.
 * @throws (rejects) ExhibitError
 */
export async function measure(exhibit: Exhibit, effort: Effort): Promise<Figures> {
  const { name, title, failure } = exhibit;
  const found = {
    random: await find(exhibit, effort, 'random'),
    pct: await find(exhibit, effort, 'pct'),
  };
  await pass(exhibit, effort);
  await runWithoutLab(name, 'broken', exhibit.broken, effort);
  await runWithoutLab(name, 'corrected', exhibit.corrected, effort);
  const steps = Math.min(
    ...SEEDED.flatMap((strategy) => found[strategy].map(({ schedule }) => schedule.length)),
  );
  return {
    name,
    title,
    kind: failure.kind,
    random: schedulesUntil(found.random),
    pct: schedulesUntil(found.pct),
    steps,
  };
}

function schedulesUntil(found: readonly Found[]): SchedulesUntilFound {
  const runs = found.map((each) => each.runs).sort((one, other) => one - other);
  return { median: runs[Math.floor(runs.length / 2)]!, worst: runs.at(-1)! };
}

/** What is found with each seed. */
async function find(
  { name, broken, failure, spurious }: Exhibit,
  { seeds, budget }: Effort,
  strategy: (typeof SEEDED)[number],
): Promise<Found[]> {
  const found: Found[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const how = `${name}, broken, ${strategy}, seed ${seed}`;
    const error = await firstFailure(broken, { runs: budget, seed, strategy, spurious });
    if (error === undefined) throw new ExhibitError(`${how}: not found in ${budget} schedules`);
    if (error.failure.kind !== failure.kind || !failure.message.test(error.message)) {
      throw new ExhibitError(`${how}: something else was found: ${error.message}`);
    }
    found.push(error);
  }
  return found;
}

async function pass({ name, corrected, spurious }: Exhibit, effort: Effort): Promise<void> {
  for (const strategy of SEEDED) {
    const error = await firstFailure(corrected, { runs: effort.corrected, strategy, spurious });
    if (error === undefined) continue;
    throw new ExhibitError(`${name}, corrected, ${strategy}: ${error.message}`);
  }
}

async function firstFailure(
  scenario: Scenario,
  options: ExploreOptions,
): Promise<Found | undefined> {
  try {
    await explore(scenario, options);
    return undefined;
  } catch (error) {
    if (error instanceof ExplorationError) return error;
    throw error;
  }
}

async function runWithoutLab(
  name: string,
  which: string,
  scenario: Scenario,
  { ordinary }: Effort,
): Promise<void> {
  const failed = await runOrdinarily(scenario, ordinary);
  if (failed === undefined) return;
  const { run, error } = failed;
  throw new ExhibitError(`${name}, ${which}, without the lab, run ${run}: ${String(error)}`);
}
