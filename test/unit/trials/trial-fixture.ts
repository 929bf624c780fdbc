import type { TrialOutcome, TrialResult } from '../../../src/trials/trial-result.js';
import type { FaultList } from '../../../src/watch/fault-list.js';

export const HEADING = 'number fault domain port file time detail';

/** A list of faults with these numbers. */
export function faultList(numbers: readonly number[], before = 0): FaultList {
  const faults = numbers.map((number) => ({
    number,
    fault: 'delay',
    domid: 0,
    line: `${number} delay 0 14 back[9] 1.0 ms`,
  }));
  return { heading: HEADING, faults, before };
}

/** A trial that is over. */
export function trialResult(
  outcome: TrialOutcome,
  given: Partial<Omit<TrialResult, 'outcome'>> = {},
): TrialResult {
  const status = { passed: 0, failed: 1, hung: 124, refused: 125 }[outcome];
  const common = { status, took: 100, output: '', faults: faultList([]), account: [] };
  return { outcome, ...common, ...given };
}
