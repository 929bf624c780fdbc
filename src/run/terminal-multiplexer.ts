import { chmodSync, chownSync, mkdirSync, type Stats, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { EvtchnError } from '../errors/evtchn-error.js';
import { deviceNumberOf, makeDeviceNode } from '../native/device-node.js';
import { bindMount } from '../native/mount.js';

/** What new pseudo terminals come from. */
const NAME = 'ptmx';
/** Where the machine's own directory is shown in the copy, if it must be. */
const ORIGINAL = 'xen/.machine';

/**
 * Whether an entry of /dev works only where it is: its driver looks for the file system of the terminals in a directory
 * `pts` next to it (`devpts_acquire` in Linux' fs/devpts/inode.c), and does not find it from a file that is bound somewhere
 * else. A link does, and so does one that is of that file system itself, as containers have it.
 */
export function needsItsDirectory(name: string, directory: string): boolean {
  if (name !== NAME) return false;
  const terminals = statSync(join(directory, 'pts'), { throwIfNoEntry: false });
  const multiplexer = statSync(join(directory, name));
  return multiplexer.isCharacterDevice() && multiplexer.dev !== terminals?.dev;
}

/**
 * Puts one that works into a copy of /dev: a device of the same number, or, for who may make no devices, a link to the
 * original inside a whole second view of the original directory.
 */
export function copyMultiplexer(directory: string, copy: string): void {
  const path = join(copy, NAME);
  const original = statSync(join(directory, NAME));
  if (makeLike(path, original)) return;
  mkdirSync(join(copy, ORIGINAL), { recursive: true });
  bindMount(directory, join(copy, ORIGINAL), { recursive: true });
  symlinkSync(join(ORIGINAL, NAME), path);
}

/** Makes the same device again. @returns whether this process may */
function makeLike(path: string, original: Stats): boolean {
  try {
    makeDeviceNode(path, deviceNumberOf(original.rdev), 0o600);
  } catch (error) {
    if (error instanceof EvtchnError && error.code === 'EPERM') return false;
    throw error;
  }
  chownSync(path, original.uid, original.gid);
  chmodSync(path, original.mode & 0o777);
  return true;
}
