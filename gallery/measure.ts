import { ExplorationError, type ExploreOptions, explore, type Scenario } from 'xen-evtchn/lab';
import { type Effort, SPURIOUS } from './effort.js';
import type { Exhibit } from './exhibit.js';
import { runOrdinarily } from './ordinary-lab.js';
import { shortReport } from './short-report.js';

/** Strategies whose schedules a seed decides. */
type SeededStrategy = 'random' | 'pct';

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
  /** Schedules until the exhaustive strategy found it, which has no seeds. */
  readonly exhaustive: number;
  /** Steps of the failing run that the lab shrank the first one to. */
  readonly steps: number;
  /** What the lab says of it, without details. */
  readonly sequence: string;
}

/** An exhibit is not what it should be: its bug was not found, or something else was. The message says which. */
export class ExhibitError extends Error {}

/**
 * Explores the broken program of an exhibit, then the corrected one, and runs both without the lab.
 * @throws (rejects) ExhibitError
 */
export async function measure(exhibit: Exhibit, effort: Effort): Promise<Figures> {
  const { name, title, failure } = exhibit;
  const random = await find(exhibit, effort, 'random');
  const pct = await find(exhibit, effort, 'pct');
  const exhaustive = await firstFailure(exhibit, {
    strategy: 'exhaustive',
    runs: effort.exhaustiveBudget,
    shrink: false,
  });
  await pass(exhibit, effort);
  await runWithoutLab(name, 'broken', exhibit.broken, effort);
  await runWithoutLab(name, 'corrected', exhibit.corrected, effort);
  const { schedule, message } = await firstFailure(exhibit, { seed: 1, runs: effort.budget });
  return {
    name,
    title,
    kind: failure.kind,
    random: schedulesUntil(random),
    pct: schedulesUntil(pct),
    exhaustive: exhaustive.runs,
    steps: schedule.length,
    sequence: shortReport(message),
  };
}

function schedulesUntil(found: readonly ExplorationError[]): SchedulesUntilFound {
  const runs = found.map((each) => each.runs).sort((one, other) => one - other);
  return { median: runs[Math.floor(runs.length / 2)]!, worst: runs.at(-1)! };
}

/** What is found with each seed. */
async function find(
  exhibit: Exhibit,
  effort: Effort,
  strategy: SeededStrategy,
): Promise<ExplorationError[]> {
  const found: ExplorationError[] = [];
  const { seeds, budget: runs } = effort;
  for (let seed = 1; seed <= seeds; seed++) {
    found.push(await firstFailure(exhibit, { runs, seed, strategy, shrink: false }));
  }
  return found;
}

/** How the broken program fails first. @throws (rejects) ExhibitError unless it does, and as it is to */
async function firstFailure(
  { name, broken, failure, spurious }: Exhibit,
  options: ExploreOptions & { readonly runs: number },
): Promise<ExplorationError> {
  const { strategy = 'mixed', seed = 1, runs } = options;
  const how = `${name}, broken, ${strategy}, seed ${seed}`;
  const error = await failureOf(broken, { ...options, spurious });
  if (error === undefined) throw new ExhibitError(`${how}: not found in ${runs} schedules`);
  const [headline] = error.message.split('\n');
  if (error.failure.kind === failure.kind && failure.message.test(headline!)) return error;
  throw new ExhibitError(`${how}: something else was found: ${error.message}`);
}

async function pass({ name, corrected, spurious }: Exhibit, effort: Effort): Promise<void> {
  const runs = effort.corrected;
  const explorations: readonly ExploreOptions[] = [
    { strategy: 'random', runs, spurious: SPURIOUS },
    { strategy: 'pct', runs, spurious: SPURIOUS },
    // Spurious events make so many schedules that the first of them would differ in little else.
    { strategy: 'exhaustive', runs, spurious },
  ];
  for (const options of explorations) {
    const error = await failureOf(corrected, options);
    if (error === undefined) continue;
    throw new ExhibitError(`${name}, corrected, ${options.strategy}: ${error.message}`);
  }
}

async function failureOf(
  scenario: Scenario,
  options: ExploreOptions,
): Promise<ExplorationError | undefined> {
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
