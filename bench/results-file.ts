import { mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from './arguments.js';

/** A file of the project, from where this one is compiled to. */
export const projectFile = (path: string): string =>
  fileURLToPath(new URL(`../../${path}`, import.meta.url));

/**
 * Opens the file for the figures. To be done before anything is measured: figures are not to be lost to a misspelt folder.
 * @param asked - a path; undefined for the usual one
 * @param usual - a path in the project
 * @throws UsageError
 */
export function openResults(asked: string | undefined, usual: string): number {
  const file = asked ?? projectFile(usual);
  try {
    if (asked === undefined) mkdirSync(dirname(file), { recursive: true });
    return openSync(file, 'w');
  } catch (error) {
    throw new UsageError(`--json: ${(error as Error).message}`);
  }
}
