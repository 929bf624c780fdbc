import { readFileSync } from 'node:fs';
import { findProgram } from './find-program.js';

/**
 * The words before a command that have the kernel kill the program when this process dies (PR_SET_PDEATHSIG of prctl(2)),
 * even by SIGKILL: only the program's own process can ask for it, so util-linux' setpriv does before it becomes the program.
 * @returns no words where there is no setpriv that can (busybox' cannot, util-linux' since 2.33)
 */
export function deathSignalCommand(): string[] {
  const found = findProgram('setpriv', process.env.PATH);
  if ('error' in found) return [];
  try {
    return readFileSync(found.file).includes('--pdeathsig')
      ? [found.file, '--pdeathsig', 'KILL', '--']
      : [];
  } catch {
    return [];
  }
}
