import { accessSync, chmodSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { EEXIST } from '../abi/errno.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import { deviceNumberOf, makeDeviceNode } from '../native/device-node.js';
import type { NamedDevice } from '../server/cuse-devices.js';
import { cuseDeviceNumber, nodePath } from '../server/cuse-node.js';
import { judgeDevice } from './mountpoint.js';
import type { PlaceKeeper } from './place.js';
import { makePublicFolder } from './public-folder.js';
import { removeFile } from './removal.js';
import { survey } from './survey.js';
import { codeOf, withAdvice } from './system-error.js';
import type { Undo } from './undo.js';

/** A device's permissions. */
const PERMISSIONS = 0o7777;
/** What can be done where only root may change a device. */
const NOT_ROOT = {
  EPERM: 'only root can give a device of CUSE its permissions: be root, or leave --mode out',
};

/**
 * The character devices of a host: `NAME/N` of each domain N, and `xen/evtchn` of one.
 * @param name - their directory below /dev
 * @param machine - the domain whose device is that of the whole machine too
 */
export function namedDevices(
  name: string,
  domains: readonly number[],
  machine: number | undefined,
): NamedDevice[] {
  const devices = domains.map((domid) => ({ domid, name: `${name}/${domid}` }));
  return machine === undefined ? devices : [...devices, { domid: machine, name: 'xen/evtchn' }];
}

/**
 * Refuses a place where the kernel would leave something else instead of showing a device.
 * @param path - `/dev/xen/evtchn`
 * @throws (rejects) EvtchnError that says what is in the way
 */
export async function checkFreeForDevice(path: string): Promise<void> {
  const { sight, mount } = await survey(path);
  const verdict = judgeDevice(path, sight, mount);
  if (verdict === 'create') return;
  const umount = verdict === 'replace' ? `umount ${path}; ` : '';
  const advice = `what a killed server has left is there: ${umount}rm ${path}`;
  throw new EvtchnError(`serve ${path}`, EEXIST, advice);
}

/**
 * Sees to it that devices which are served have their nodes in /dev, with the permissions wanted. Devtmpfs has made them;
 * where /dev is none, as in containers, they are made here, until the end. Says so if they are none of this user's.
 * @throws EvtchnError: EPERM without the right to do that, EEXIST for something else in its place
 */
export function showDevices(
  devices: readonly NamedDevice[],
  mode: number,
  { undo, say }: Pick<PlaceKeeper, 'undo' | 'say'>,
): void {
  for (const { name } of devices) {
    showNode(name, mode, undo);
    const path = nodePath(name);
    if (!mayUse(path)) say(`${path} is root's, and this user may not use it: udev could allow it`);
  }
}

function mayUse(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EACCES') return false;
    throw error;
  }
}

function showNode(name: string, mode: number, undo: Undo): void {
  const path = nodePath(name);
  const number = cuseDeviceNumber(name);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) {
    makePublicFolder(dirname(path), undo);
    makeDeviceNode(path, number, mode);
    undo.add(() => removeFile(path));
    return;
  }
  const { major, minor } = deviceNumberOf(found.rdev);
  if (!found.isCharacterDevice() || major !== number.major || minor !== number.minor) {
    throw new EvtchnError(`serve ${path}`, EEXIST, 'something else is there: move it away');
  }
  if ((found.mode & PERMISSIONS) === mode) return;
  withAdvice(`chmod ${path}`, NOT_ROOT, () => chmodSync(path, mode));
}
