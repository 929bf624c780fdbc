import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SeededResult } from './stress.js';
import { outcomeText } from './trial-result.js';

/**
 * Writes what is known of a run that failed: `seed-N.txt` with the command that repeats it, how it failed, the faults, and the
 * end of its output. The directory is made if it is missing.
 * @throws the error of the system call
 */
export function saveFailure(
  directory: string,
  { seed, result }: SeededResult,
  command: string,
): void {
  mkdirSync(directory, { recursive: true });
  const { faults, account, output } = result;
  const lines = [
    `seed ${seed}: ${outcomeText(result)}`,
    `to repeat: ${command}`,
    ...account,
    '',
    'Faults:',
    ...(faults === undefined
      ? ['not known']
      : [faults.heading, ...faults.faults.map(({ line }) => line)]),
    '',
    'Output:',
    output,
  ];
  writeFileSync(join(directory, `seed-${seed}.txt`), lines.join('\n'));
}
