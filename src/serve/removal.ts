import { rmdirSync, unlinkSync } from 'node:fs';
import { codeOf } from './system-error.js';

function unless(fine: readonly string[], remove: () => void): void {
  try {
    remove();
  } catch (error) {
    if (!fine.includes(codeOf(error) ?? '')) throw error;
  }
}

/** Removes a directory, unless it is gone, used by others since, or another server is mounted on it. */
export function removeDirectory(path: string): void {
  unless(['ENOENT', 'ENOTEMPTY', 'EBUSY'], () => rmdirSync(path));
}

/** Removes a file, unless it is gone or another server is mounted on it. */
export function removeFile(path: string): void {
  unless(['ENOENT', 'EBUSY'], () => unlinkSync(path));
}
