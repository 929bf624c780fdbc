import { EBUSY } from '../abi/errno.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import { isHost } from './live-host.js';
import type { Mount } from './mount-table.js';
import type { Mounter } from './mounter.js';

/** The mount at a place that no other mount at the same place covers. */
export function topAt(mounts: readonly Mount[], mountpoint: string): Mount | undefined {
  const here = mounts.filter((mount) => mount.mountpoint === mountpoint);
  return here.find(({ id }) => here.every(({ parent }) => parent !== id));
}

/** The host that can be seen at a place, which was mounted there just now. @throws EvtchnError (EBUSY) if there is none */
export function mountedHost(mountpoint: string, mounter: Mounter): Mount {
  const mount = topAt(mounter.mounts(), mountpoint);
  if (mount !== undefined && isHost(mount)) return mount;
  throw new EvtchnError(`serve ${mountpoint}`, EBUSY, 'it was unmounted or covered while starting');
}

/**
 * Takes one's own mount away, and no other that came to the same place meanwhile. It is well if it is gone.
 * @param device - the device number it had, see {@link Mount.device}
 * @throws EvtchnError: EBUSY if another mount covers it
 */
export function unmountOwn(mountpoint: string, device: string, mounter: Mounter): void {
  const mounts = mounter.mounts();
  const isOwn = (mount: Mount) => mount.mountpoint === mountpoint && mount.device === device;
  if (!mounts.some(isOwn)) return;
  const top = topAt(mounts, mountpoint);
  if (top === undefined || !isOwn(top)) {
    const advice = `something else (${top?.type}) was mounted over it: take both away with umount`;
    throw new EvtchnError(`umount ${mountpoint}`, EBUSY, advice);
  }
  mounter.unmount(mountpoint);
}
