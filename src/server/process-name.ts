import { readFileSync } from 'node:fs';

/**
 * Name of a thread (`comm`), one byte a character.
 * @returns empty if it is gone, or not of this pid namespace
 */
export function threadName(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'latin1').replace(/\n$/, '');
  } catch {
    return '';
  }
}
