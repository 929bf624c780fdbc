import type { FaultRequest } from '../faults/fault-request.js';
import { shellCommand } from '../terminal/shell-words.js';
import { faultWords } from './fault-options.js';

/** The options of `run` that say what is run, and how. */
export interface RepeatedOptions {
  readonly domain?: number;
  readonly file?: string;
  readonly allowOther?: boolean;
  readonly mode?: number;
}

/**
 * The words behind `run` that run the same programs again, with these faults.
 * @param words - the programs, as they were given
 */
export function repeatedWords(
  faults: FaultRequest,
  { domain, file, allowOther, mode }: RepeatedOptions,
  words: readonly string[],
): string[] {
  return [
    ...faultWords(faults),
    ...(allowOther === true ? ['--allow-other'] : []),
    ...(mode === undefined ? [] : ['--mode', mode.toString(8).padStart(3, '0')]),
    ...(domain === undefined ? [] : ['--domain', String(domain)]),
    ...(file === undefined ? ['--', ...words] : ['--file', file]),
  ];
}

/** The same as a command line for a shell. */
export function repeatedCommand(
  faults: FaultRequest,
  options: RepeatedOptions,
  words: readonly string[],
): string {
  return shellCommand(['xen-evtchn', 'run', ...repeatedWords(faults, options, words)]);
}
