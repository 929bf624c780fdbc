import { closeSync, openSync, readFileSync } from 'node:fs';
import { EBUSY } from '../abi/errno.js';
import { O_DIRECTORY, O_PATH, O_RDONLY } from '../abi/fcntl.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import { tryLock } from '../native/file-lock.js';
import type { Mounter } from './mounter.js';
import type { Verdict } from './mountpoint.js';
import { type Survey, survey } from './survey.js';
import { codeOf, withAdvice } from './system-error.js';
import type { Undo } from './undo.js';

/** How often one looks again because something changed; only a place that changes all the time needs more. */
const TRIES = 20;

/** What preparing a place needs from outside. */
export interface PlaceKeeper {
  /** Is told what was found and done. */
  readonly say: (line: string) => void;
  /** Takes mounts away. */
  readonly mounter: Mounter;
  /** Is given what must be taken back at the end. */
  readonly undo: Undo;
}

/** A place that can be mounted on, held against other servers that start at the same moment. */
export interface Place {
  /** With no symbolic link in it. */
  readonly path: string;
  /** Lets others look at the place again: to be called when it is mounted on. The end calls it too. */
  readonly release: () => void;
}

/** What sort of place is wanted. */
export interface PlaceKind {
  readonly kind: 'directory' | 'file';
  /** What to do with what is there. @throws EvtchnError if it is in the way */
  readonly judge: (found: Survey) => Verdict;
  /** Makes it; fine if somebody else did. */
  readonly create: () => void;
  /** Is called when a killed server's mount was taken away. */
  readonly replaced: () => void;
}

/** The mount an open file is on. */
function mountOf(fd: number): string | undefined {
  return /^mnt_id:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1];
}

/** Whether a path still leads to the mount that a file was opened on. Asks no file system. */
function isStillThere(path: string, fd: number): boolean {
  let now: number;
  try {
    now = openSync(path, O_PATH);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
  const same = mountOf(now) === mountOf(fd);
  closeSync(now);
  return same;
}

/** Locks a place. @returns the descriptor that does; undefined if another server came first and one must look again */
function lock(path: string, kind: 'directory' | 'file'): number | undefined {
  const syscall = `open ${path}`;
  const advice = { EACCES: 'it belongs to somebody else: choose another place' };
  const flags = kind === 'directory' ? O_DIRECTORY : O_RDONLY;
  const fd = withAdvice(syscall, advice, () => openSync(path, flags));
  try {
    if (!tryLock(fd)) {
      throw new EvtchnError(syscall, EBUSY, 'another server is starting there at this moment');
    }
    if (isStillThere(path, fd)) return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  closeSync(fd);
  return undefined;
}

function hold(path: string, kind: 'directory' | 'file', undo: Undo): Place | undefined {
  const fd = lock(path, kind);
  if (fd === undefined) return undefined;
  let open = true;
  const release = (): void => {
    if (open) closeSync(fd);
    open = false;
  };
  undo.add(release);
  return { path, release };
}

/**
 * Gets a place ready to be mounted on: makes it, takes away what a killed server left, and holds it.
 * @param path - absolute
 * @throws EvtchnError that says what is in the way
 */
export async function preparePlace(
  path: string,
  wanted: PlaceKind,
  keeper: PlaceKeeper,
): Promise<Place> {
  for (let tries = 0; tries < TRIES; tries++) {
    const found = await survey(path);
    const verdict = wanted.judge(found);
    if (verdict === 'create') {
      wanted.create();
    } else if (verdict === 'replace') {
      keeper.mounter.unmount(found.sight.path!);
      keeper.say(`replaced what a killed server left mounted at ${path}`);
      wanted.replaced();
    } else {
      const place = hold(found.sight.path!, wanted.kind, keeper.undo);
      if (place !== undefined) return place;
    }
  }
  throw new EvtchnError(`serve ${path}`, EBUSY, 'it changes all the time: who else uses it?');
}
