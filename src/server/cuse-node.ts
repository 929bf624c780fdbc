import { readFileSync } from 'node:fs';
import { ENOENT } from '../abi/errno.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import type { DeviceNumber } from '../native/device-node.js';

/** Where devtmpfs shows a device of that name. */
export function nodePath(name: string): string {
  return `/dev/${name}`;
}

/** Where sysfs shows a CUSE device of that name. */
export function sysfsPath(name: string): string {
  return `/sys/class/cuse/${name.replaceAll('/', '!')}`;
}

/**
 * The number the kernel gave to a CUSE device that is served.
 * @throws EvtchnError ENOENT if sysfs does not tell
 */
export function cuseDeviceNumber(name: string): DeviceNumber {
  const file = `${sysfsPath(name)}/dev`;
  let text = '';
  try {
    text = readFileSync(file, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const [, major, minor] = /^(\d+):(\d+)\n$/.exec(text) ?? [];
  if (major === undefined) {
    throw new EvtchnError(`open ${file}`, ENOENT, 'sysfs has to be mounted on /sys');
  }
  return { major: Number(major), minor: Number(minor) };
}
