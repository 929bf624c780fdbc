import { closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { EPERM } from '../abi/errno.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import { CAP_SYS_ADMIN, hasCapability } from '../native/capability.js';
import { bindMount } from '../native/mount.js';
import type { Mount } from './mount-table.js';
import { judgeDevice } from './mountpoint.js';
import { unmountOwn } from './own-mount.js';
import { type Place, type PlaceKeeper, type PlaceKind, preparePlace } from './place.js';
import { makePublicFolder } from './public-folder.js';
import { removeFile } from './removal.js';
import { madeNow, withAdvice } from './system-error.js';
import type { Undo } from './undo.js';

/** Where programs look for their domain's device. */
export const MACHINE_DEVICE = '/dev/xen/evtchn';

/** Makes the empty file that a device is mounted on, and its folder. @returns false if the file is there meanwhile */
function makeTarget(path: string, undo: Undo): boolean {
  makePublicFolder(dirname(path), undo);
  if (!madeNow(() => closeSync(openSync(path, 'wx', 0o600)))) return false;
  undo.add(() => removeFile(path));
  return true;
}

/**
 * Gets the place of the machine's device ready: makes file and folder if they are missing, takes away what a killed server
 * left. Nothing is shown there yet.
 * @param path - {@link MACHINE_DEVICE}
 * @throws EvtchnError: EPERM without the right to mount; otherwise what is in the way
 */
export async function prepareMachineDevice(path: string, keeper: PlaceKeeper): Promise<Place> {
  const syscall = `serve --dev-xen ${path}`;
  if (!hasCapability(CAP_SYS_ADMIN)) {
    const advice =
      'only root can show a device to the whole machine; xen-evtchn run gives one to a program';
    throw new EvtchnError(syscall, EPERM, advice);
  }
  const wanted: PlaceKind = {
    kind: 'file',
    judge: ({ sight, mount }) => judgeDevice(path, sight, mount),
    create: () => withAdvice(syscall, {}, () => makeTarget(path, keeper.undo)),
    // Nobody but a server puts an empty file there, so the killed one's goes with this one.
    replaced: () => keeper.undo.add(() => removeFile(path)),
  };
  return preparePlace(path, wanted, keeper);
}

/**
 * Shows a served device at a place that was made ready, until the end.
 * @param device - the device in a mounted host
 * @param host - the host's mount
 * @throws EvtchnError with the errno of mount(2)
 */
export function showDevice(device: string, host: Mount, place: Place, keeper: PlaceKeeper): void {
  keeper.undo.add(() => unmountOwn(place.path, host.device, keeper.mounter));
  bindMount(device, place.path);
  place.release();
}
