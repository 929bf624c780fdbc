import { chmodSync, mkdirSync } from 'node:fs';
import { removeDirectory } from './removal.js';
import { madeNow } from './system-error.js';
import type { Undo } from './undo.js';

/** Makes a folder that everybody may look for devices in, until the end, unless it is there. */
export function makePublicFolder(path: string, undo: Undo): void {
  if (!madeNow(() => mkdirSync(path))) return;
  undo.add(() => removeDirectory(path));
  // Not by mkdir's argument, which the umask would change.
  chmodSync(path, 0o755);
}
