import { figure } from '../../report/format.js';
import type { Verdict } from '../../report/report.js';
import { median, ratios } from '../../statistics.js';

/** How many times the cost of one thing another is. */
export interface Times {
  readonly what: string;
  readonly median: number;
}

/** Compares two round by round. */
export function times(what: string, over: readonly number[], under: readonly number[]): Times {
  return { what, median: median(ratios(over, under)) };
}

/** A requirement that several things must meet. @param most - how many times at most */
export function worstVerdict(
  requirement: string,
  most: number,
  compared: readonly Times[],
): Verdict {
  const worst = compared.reduce((a, b) => (b.median > a.median ? b : a));
  return {
    requirement,
    measured: `${figure(worst.median)} times at the worst: ${worst.what}`,
    met: worst.median <= most,
  };
}
