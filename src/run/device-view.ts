import {
  closeSync,
  type Dirent,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { EvtchnError } from '../errors/evtchn-error.js';
import { bindMount, mountTmpfs, moveMount } from '../native/mount.js';
import type { Stage } from './stage.js';
import { copyMultiplexer, needsItsDirectory } from './terminal-multiplexer.js';

/** The device, as every program knows it. */
export const DEVICE = '/dev/xen/evtchn';

/** How an entry of a directory comes into the copy of the directory. */
export interface CopiedEntry {
  readonly name: string;
  /** A directory is bound with all that is mounted in it, a link made again, anything else bound onto an empty file. */
  readonly as: 'directory' | 'link' | 'file';
}

/**
 * What of a directory goes into its copy.
 * @param entries - what it has
 * @param except - the entry the copy is made to put something else for
 */
export function copiedEntries(entries: readonly Dirent[], except: string): CopiedEntry[] {
  return entries
    .filter(({ name }) => name !== except)
    .map((entry) => ({
      name: entry.name,
      as: entry.isDirectory() ? 'directory' : entry.isSymbolicLink() ? 'link' : 'file',
    }));
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/**
 * The directory that must be replaced by a copy before a file can be mounted at a path: the deepest that is there already.
 * @returns undefined if the file is there
 */
export function directoryToCopy(path: string): string | undefined {
  if (existsSync(path)) return undefined;
  let directory = dirname(path);
  while (!isDirectory(directory)) directory = dirname(directory);
  return directory;
}

function makeFile(path: string): void {
  closeSync(openSync(path, 'wx'));
}

function copyEntry(from: string, to: string, as: CopiedEntry['as']): void {
  if (as === 'link') {
    symlinkSync(readlinkSync(from), to);
    return;
  }
  if (as === 'directory') mkdirSync(to);
  else makeFile(to);
  try {
    bindMount(from, to, { recursive: true });
  } catch (error) {
    if (!(error instanceof EvtchnError) || error.code !== 'ENOENT') throw error;
    // It went away after the directory was read.
    rmSync(to, { recursive: true });
  }
}

/**
 * Sees to it that there is a file to mount the device on, in this mount namespace only: nothing is made on the machine's own
 * /dev. A directory that lacks it is covered by a tmpfs in which every entry is bound to its original; entries that the
 * machine gets later are not in it.
 * @param path - where the device is to be, an absolute path
 * @throws EvtchnError or a system error: what is mounted by then stays in the mount namespace
 */
export function makeRoomForDevice(stage: Stage, path: string = DEVICE): void {
  const directory = directoryToCopy(path);
  if (directory === undefined) return;
  const copy = stage.directory('copy');
  mountTmpfs(copy, statSync(directory).mode & 0o7777);
  const [missing = ''] = path.slice(join(directory, '/').length).split('/');
  const entries = readdirSync(directory, { withFileTypes: true });
  for (const { name, as } of copiedEntries(entries, missing)) {
    if (as === 'file' && needsItsDirectory(name, directory)) copyMultiplexer(directory, copy);
    else copyEntry(join(directory, name), join(copy, name), as);
  }
  const inCopy = join(copy, path.slice(directory.length));
  mkdirSync(dirname(inCopy), { recursive: true });
  makeFile(inCopy);
  moveMount(copy, directory);
}
