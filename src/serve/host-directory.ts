import { chmodSync, mkdirSync } from 'node:fs';
import { judgeDirectory } from './mountpoint.js';
import { type Place, type PlaceKeeper, preparePlace } from './place.js';
import { removeDirectory } from './removal.js';
import { madeNow, withAdvice } from './system-error.js';
import type { Undo } from './undo.js';

/** What can be done when the directory cannot be made. */
const MKDIR_ADVICE: Readonly<Record<string, string>> = {
  ENOENT: 'the directory it is to be in is not there: make that first',
  EACCES: 'you may not make it: choose another place with --at DIR',
  EPERM: 'you may not make it: choose another place with --at DIR',
  EROFS: 'the file system is read-only: choose another place with --at DIR',
};

/** Makes the directory. @returns false if it is there meanwhile */
function make(path: string, mode: number, undo: Undo): boolean {
  return withAdvice(`mkdir ${path}`, MKDIR_ADVICE, () => {
    if (!madeNow(() => mkdirSync(path))) return false;
    undo.add(() => removeDirectory(path));
    // Not by mkdir's argument, which the umask would change.
    chmodSync(path, mode);
    return true;
  });
}

/**
 * Gets a directory ready for a host: makes it if it is missing, takes away what a killed server left.
 * @param path - absolute
 * @param mode - permissions of the directory if it is made; they are covered while the host is mounted
 * @throws EvtchnError that says what is in the way
 */
export function prepareHostDirectory(
  path: string,
  mode: number,
  keeper: PlaceKeeper,
): Promise<Place> {
  const user = process.getuid!();
  const wanted = {
    kind: 'directory',
    judge: ({ sight, mount }) => judgeDirectory(path, sight, mount, user),
    create: () => make(path, mode, keeper.undo),
    // The directory may have been the user's own: it stays.
    replaced: () => {},
  } as const satisfies Parameters<typeof preparePlace>[1];
  return preparePlace(path, wanted, keeper);
}
