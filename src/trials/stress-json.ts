import { faultNumbers } from '../watch/fault-list.js';
import type { StressOutcome } from './stress-report.js';

/** Version of the layout. */
const VERSION = 1;

/**
 * All results for programs, as JSON: `version`, `spec`, `runs` that were to be, `interrupted`, `took` (ms), and `results` by
 * seed: `seed`, `outcome` (passed, failed, hung), `status`, `took` (ms), `faults` (numbers of those that were injected; null if
 * that is not known), `account` (why it hung, in sentences), `output` (the end of what it said; empty if it passed) and
 * `command`, which repeats it.
 */
export function stressJson(
  { results, runs, spec, took }: StressOutcome,
  interrupted: boolean,
  commandOf: (seed: number) => string,
): string {
  const rows = results.map(({ seed, result }) => ({
    seed,
    outcome: result.outcome,
    status: result.status,
    took: Math.round(result.took),
    faults: result.faults === undefined ? null : faultNumbers(result.faults),
    account: result.account,
    output: result.outcome === 'passed' ? '' : result.output,
    command: commandOf(seed),
  }));
  const document = {
    version: VERSION,
    spec,
    runs,
    interrupted,
    took: Math.round(took),
    results: rows,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
