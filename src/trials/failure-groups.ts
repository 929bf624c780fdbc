import type { SeededResult } from './stress.js';
import { outcomeText } from './trial-result.js';

/** Runs that failed in the same way. */
export interface FailureGroup {
  /** How, such as `hung` or `exited with 139 (SIGSEGV)`. */
  readonly how: string;
  /** By seed. */
  readonly results: readonly [SeededResult, ...SeededResult[]];
}

/** Those that did not pass, by how they failed: the most frequent way first. */
export function failureGroups(results: readonly SeededResult[]): FailureGroup[] {
  const groups = new Map<string, [SeededResult, ...SeededResult[]]>();
  for (const each of [...results].sort((a, b) => a.seed - b.seed)) {
    if (each.result.outcome === 'passed') continue;
    const how = outcomeText(each.result);
    const known = groups.get(how);
    if (known === undefined) groups.set(how, [each]);
    else known.push(each);
  }
  return [...groups]
    .map(([how, failed]) => ({ how, results: failed }))
    .sort((a, b) => b.results.length - a.results.length);
}
