import { EBUSY } from '../abi/errno.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import type { Mounter } from './mounter.js';
import type { Verdict } from './mountpoint.js';
import { PlaceLock } from './place-lock.js';
import { type Survey, survey } from './survey.js';
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
  /** Makes it. @returns false if somebody else did meanwhile */
  readonly create: () => boolean;
  /** Is called when a killed server's mount was taken away. */
  readonly replaced: () => void;
}

/** A lock that ends with the host at the latest. */
function newLock(path: string, kind: PlaceKind['kind'], undo: Undo): PlaceLock {
  const lock = new PlaceLock(path, kind);
  undo.add(() => lock.release());
  return lock;
}

/** The place with its lock. @returns undefined if it changed since it was looked at, so that one must look again */
function hold({ sight }: Survey, lock: PlaceLock): Place | undefined {
  const path = sight.path!;
  const isOn = lock.isOn(sight.mount!);
  if (lock.held && isOn) return { path, release: () => lock.release() };
  lock.release();
  if (!isOn) return undefined;
  const advice = 'another server is starting there at this moment';
  throw new EvtchnError(`serve ${path}`, EBUSY, advice);
}

/**
 * Gets a place ready to be mounted on: makes it, takes away what a killed server left, and holds it.
 * @param path - absolute
 * @throws EvtchnError that says what is in the way
 */
export async function preparePlace(
  path: string,
  wanted: PlaceKind,
  { say, mounter, undo }: PlaceKeeper,
): Promise<Place> {
  let made: PlaceLock | undefined;
  for (let tries = 0; tries < TRIES; tries++) {
    const found = await survey(path);
    const verdict = wanted.judge(found);
    if (verdict === 'use') {
      const place = hold(found, made ?? newLock(found.sight.path!, wanted.kind, undo));
      if (place !== undefined) return place;
      made = undefined;
    } else if (verdict === 'replace') {
      mounter.unmount(found.sight.path!);
      say(`replaced what a killed server left mounted at ${path}`);
      wanted.replaced();
    } else if (wanted.create()) {
      // At once: of two servers, the one that makes the place is to have it, for it removes it too.
      made = newLock(path, wanted.kind, undo);
    }
  }
  throw new EvtchnError(`serve ${path}`, EBUSY, 'it changes all the time: who else uses it?');
}
