import { PAIRS, type Pair } from './served/pair.js';
import { runPair } from './served/pair-run.js';

/** What the runs of a pair of C programs have shown: a row of the table. */
export interface ServedRow {
  /** Name of the source in test/gallery/c. */
  readonly name: string;
  /** The bug, in a few words. */
  readonly bug: string;
  /** The faults, as `run --faults` takes them. */
  readonly spec: string;
  /** Rounds of each run of the broken program. */
  readonly rounds: number;
  /** How many seeds it took until the broken program failed, from several first seeds: in the middle, and at worst. */
  readonly seedsUntilFound: { readonly median: number; readonly worst: number };
  /** What it said. */
  readonly failure: string;
  /** Runs of the broken program without faults, none of which failed. */
  readonly runsWithoutFaults: number;
  /** Rounds of the corrected program under the faults, all of which were right. */
  readonly roundsCorrected: number;
}

/** How much is run for a row. */
export interface ServedEffort {
  /** First seeds of the searches. */
  readonly searches: readonly number[];
  /** Runs of the broken program without faults. */
  readonly runsWithoutFaults: number;
  /** Runs of the corrected program, each with a seed of its own. */
  readonly correctedRuns: number;
  /** Rounds of each. */
  readonly correctedRounds: number;
}

/** What the table in the docs comes from. */
export const FULL_EFFORT: ServedEffort = {
  searches: [1, 1001, 2001, 3001, 4001],
  runsWithoutFaults: 50,
  correctedRuns: 10,
  correctedRounds: 1000,
};

/** Seconds after which a broken program hangs: a round takes some milliseconds, with its faults some more. */
const HANGING = 5;
/** Seconds after which one hangs that must not. */
const PATIENCE = 30;

/**
 * The rows of the table, one after the other. Needs what `xen-evtchn run` needs, gcc and libxenevtchn.
 * @param pairs - all unless given
 * @throws (rejects) Error if a broken program is not found within its budget or fails without faults, or a corrected one fails
 */
export async function* servedRows(
  effort: ServedEffort = FULL_EFFORT,
  pairs: readonly Pair[] = PAIRS,
): AsyncGenerator<ServedRow> {
  for (const pair of pairs) yield await servedRow(pair, effort);
}

async function servedRow(pair: Pair, effort: ServedEffort): Promise<ServedRow> {
  const searches: Found[] = [];
  for (const first of effort.searches) searches.push(await search(pair, first));
  const seeds = searches.map((each) => each.seeds).sort((a, b) => a - b);
  for (let run = 0; run < effort.runsWithoutFaults; run++) await mustPass(pair, true, pair.rounds);
  for (let seed = 1; seed <= effort.correctedRuns; seed++) {
    await mustPass(pair, false, effort.correctedRounds, seed);
  }
  return {
    name: pair.name,
    bug: pair.bug,
    spec: pair.spec,
    rounds: pair.rounds,
    seedsUntilFound: { median: seeds[seeds.length >> 1]!, worst: seeds.at(-1)! },
    failure: searches[0]!.failure,
    runsWithoutFaults: effort.runsWithoutFaults,
    roundsCorrected: effort.correctedRuns * effort.correctedRounds,
  };
}

/** A broken program that failed. */
export interface Found {
  /** The seed that it failed with. */
  readonly seed: number;
  /** How many seeds were tried. */
  readonly seeds: number;
  /** What it said. */
  readonly failure: string;
}

/**
 * Tries seeds with a broken program until it fails as it is to.
 * @throws (rejects) Error if it fails otherwise, or passes all seeds of its budget
 */
export async function search(pair: Pair, first: number): Promise<Found> {
  for (let seeds = 1; seeds <= pair.budget; seeds++) {
    const seed = first + seeds - 1;
    const { rounds } = pair;
    const { passed, said } = await runPair(pair, { broken: true, rounds, patience: HANGING, seed });
    if (passed) continue;
    const failure = said.split('\n').find((line) => pair.failure.test(line));
    if (failure !== undefined) return { seed, seeds, failure };
    throw new Error(`${pair.name} failed otherwise than it is to with seed ${seed}: ${said}`);
  }
  throw new Error(`${pair.name} passed seeds ${first} to ${first + pair.budget - 1}`);
}

/** Runs a pair that must pass. @throws (rejects) Error unless it does */
export async function mustPass(
  pair: Pair,
  broken: boolean,
  rounds: number,
  seed?: number,
): Promise<void> {
  const { passed, said } = await runPair(pair, { broken, rounds, patience: PATIENCE, seed });
  if (passed) return;
  const which = broken ? 'broken' : 'corrected';
  const faults = seed === undefined ? 'without faults' : `with seed ${seed}`;
  throw new Error(`the ${which} ${pair.name} failed ${faults}: ${said}`);
}
