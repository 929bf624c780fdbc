import { countText } from '../terminal/count-text.js';
import { shortDuration } from '../terminal/duration.js';
import type { Paint } from '../terminal/style.js';
import { printable } from '../terminal/text-width.js';
import { faultCount } from '../watch/fault-list.js';
import { type FailureGroup, failureGroups } from './failure-groups.js';
import { lastLines } from './output-tail.js';
import type { SeededResult } from './stress.js';

/** What many runs have come to. */
export interface StressOutcome {
  /** By seed. */
  readonly results: readonly SeededResult[];
  /** How many runs there were to be. */
  readonly runs: number;
  /** The faults, as they were asked for. */
  readonly spec: string;
  /** Milliseconds that all of it took. */
  readonly took: number;
}

/** Seeds of a group that are named, and those of them whose commands are. */
const SEEDS = 8;
const COMMANDS = 3;
/** Lines of a program's output that are shown. */
const LINES = 5;

/** `4, 9, 17 and 2 more`. */
function seedList(seeds: readonly number[]): string {
  const named = seeds.slice(0, SEEDS).join(', ');
  return seeds.length > SEEDS ? `${named} and ${seeds.length - SEEDS} more` : named;
}

function heading({ results, runs, spec, took }: StressOutcome): string {
  const failed = results.filter(({ result }) => result.outcome !== 'passed').length;
  const range = results.length === 1 ? 'seed' : 'seeds';
  const seeds = results.map(({ seed }) => seed);
  const which = `${range} ${seeds[0]}${seeds.length > 1 ? ` to ${seeds.at(-1)}` : ''}`;
  const what =
    failed === 0
      ? `${countText(results.length, 'run')} passed`
      : `${failed} of ${countText(results.length, 'run')} failed`;
  const wanted = results.length < runs ? `, of ${runs} that were to be` : '';
  return `${what} (${which}, faults ${spec}) in ${shortDuration(took)}${wanted}.`;
}

/** Faults that never happen find nothing: that is said. */
function faultLine(results: readonly SeededResult[]): string {
  const injected = results.reduce((sum, { result: { faults } }) => {
    return sum + (faults === undefined ? 0 : faultCount(faults));
  }, 0);
  if (injected > 0) return `${countText(injected, 'fault')} injected in all.`;
  return 'No fault was injected: there was no occasion for one, or none met the conditions.';
}

function groupLines(
  { how, results }: FailureGroup,
  commandOf: (seed: number) => string,
  paint: Paint,
): string[] {
  const seeds = results.map(({ seed }) => seed);
  const [{ seed, result }] = results;
  const said = lastLines(result.output, LINES);
  const title = `${results.length} ${how}: ${seeds.length === 1 ? 'seed' : 'seeds'} ${seedList(seeds)}`;
  const indented = (text: string): string => `  ${printable(text)}`;
  return [
    '',
    paint('alarm', title),
    ...result.account.map(indented),
    indented(
      said.length > 0 ? `Last lines with seed ${seed}:` : `It said nothing with seed ${seed}.`,
    ),
    ...said.map((line) => paint('dim', `    ${printable(line)}`)),
    indented('To repeat:'),
    ...seeds.slice(0, COMMANDS).map((each) => `    ${commandOf(each)}`),
  ];
}

/**
 * The summary of many runs, in lines.
 * @param commandOf - the command line that repeats a seed
 */
export function stressReport(
  outcome: StressOutcome,
  commandOf: (seed: number) => string,
  paint: Paint,
): string[] {
  const { results, runs } = outcome;
  if (results.length === 0) return [`None of ${countText(runs, 'run')} was over.`];
  return [
    paint('bold', heading(outcome)),
    faultLine(results),
    ...failureGroups(results).flatMap((group) => groupLines(group, commandOf, paint)),
  ];
}
