import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { EPERM } from '../abi/errno.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import { CAP_SYS_ADMIN, hasCapability } from '../native/capability.js';
import { bindMount } from '../native/mount.js';
import type { CuseDevice } from '../server/thread-message.js';
import type { Mount } from './mount-table.js';
import { judgeDevice } from './mountpoint.js';
import { unmountOwn } from './own-mount.js';
import { type PlaceKeeper, type PlaceKind, preparePlace } from './place.js';
import { removeDirectory, removeFile } from './removal.js';
import { madeNow, withAdvice } from './system-error.js';
import type { Undo } from './undo.js';

/** Where programs look for their domain's device. */
export const MACHINE_DEVICE = '/dev/xen/evtchn';

/** The device of the whole machine, whose place is ready. */
export interface MachineDevice {
  /** The character devices to serve with the host. Their descriptors are the taker's. */
  readonly take: () => readonly CuseDevice[];
  /**
   * Shows it, until the end, once the host is served.
   * @param directory - where the host is mounted
   * @param host - its mount
   * @throws EvtchnError
   */
  readonly show: (directory: string, host: Mount) => void;
}

/** Makes the folder of a device for everybody to look into, unless it is there. */
export function makeFolder(path: string, undo: Undo): void {
  const folder = dirname(path);
  if (!madeNow(() => mkdirSync(folder))) return;
  undo.add(() => removeDirectory(folder));
  // Not by mkdir's argument, which the umask would change.
  chmodSync(folder, 0o755);
}

/** Makes the empty file that a device is mounted on. @returns false if it is there meanwhile */
function makeTarget(path: string, undo: Undo): boolean {
  makeFolder(path, undo);
  if (!madeNow(() => closeSync(openSync(path, 'wx', 0o600)))) return false;
  undo.add(() => removeFile(path));
  return true;
}

/** Refuses who may not show a device to the whole machine. */
export function needsRoot(path: string): void {
  if (hasCapability(CAP_SYS_ADMIN)) return;
  const advice =
    'only root can show a device to the whole machine; xen-evtchn run gives one to a program';
  throw new EvtchnError(`serve --dev-xen ${path}`, EPERM, advice);
}

/**
 * Gets the place of a device ready that is a file of the host, mounted there: makes folder and file if they are missing,
 * takes away what a killed server left.
 * @param path - {@link MACHINE_DEVICE}
 * @param domid - whose device it is to be
 * @throws EvtchnError: EPERM without the right to mount; otherwise what is in the way
 */
export async function prepareMachineDevice(
  path: string,
  domid: number,
  keeper: PlaceKeeper,
): Promise<MachineDevice> {
  needsRoot(path);
  const { mounter, undo } = keeper;
  const wanted: PlaceKind = {
    kind: 'file',
    judge: ({ sight, mount }) => judgeDevice(path, sight, mount),
    create: () => withAdvice(`serve --dev-xen ${path}`, {}, () => makeTarget(path, undo)),
    // Nobody but a server puts an empty file there, so the killed one's goes with this one.
    replaced: () => undo.add(() => removeFile(path)),
  };
  const place = await preparePlace(path, wanted, keeper);
  return {
    take: () => [],
    show: (directory, host) => {
      undo.add(() => unmountOwn(place.path, host.device, mounter));
      bindMount(`${directory}/${domid}/evtchn`, place.path);
      place.release();
    },
  };
}
