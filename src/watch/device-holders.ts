import { readlinkSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { procNames } from '../proc/proc-file.js';
import { processNumbers } from '../proc/process-numbers.js';

/**
 * Processes that have a file open, however they came to it, as far as this user may see: their numbers.
 * @param path - of the file; it is told by device and number, so processes that know it by another path are found too
 * @throws Error if the file is not there
 */
export function deviceHolders(path: string): number[] {
  const { dev, ino } = statSync(path);
  const name = basename(path);
  const isIt = (descriptor: string): boolean => {
    try {
      // Only what has its name is asked for its number: that may be a question to a server that hangs.
      if (basename(readlinkSync(descriptor)) !== name) return false;
      const found = statSync(descriptor);
      return found.dev === dev && found.ino === ino;
    } catch {
      return false;
    }
  };
  return processNumbers().filter((pid) => descriptorsOf(pid).some(isIt));
}

/** Paths of a process's descriptors; none of one that is gone meanwhile, or another user's. */
function descriptorsOf(pid: number): string[] {
  return (procNames(`${pid}/fd`) ?? []).map((fd) => `/proc/${pid}/fd/${fd}`);
}
