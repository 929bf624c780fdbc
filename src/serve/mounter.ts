import { CAP_SYS_ADMIN, hasCapability } from '../native/capability.js';
import { mountWithFusermount, unmountWithFusermount } from '../native/fusermount.js';
import { mountFuse, unmount } from '../native/mount.js';
import { type Mount, readMounts } from './mount-table.js';

/** Mounts and unmounts in one of the ways there are. */
export interface Mounter {
  /** All that is mounted now. */
  mounts(): readonly Mount[];
  /**
   * Mounts a host, which is not served yet.
   * @returns the open /dev/fuse
   * @throws EvtchnError
   */
  mount(mountpoint: string, allowOther: boolean): Promise<number>;
  /** Takes a mount away at once, even if it is in use. @throws EvtchnError */
  unmount(mountpoint: string): void;
}

/** With mount(2), for those who may. */
const kernelMounter: Mounter = {
  mounts: readMounts,
  async mount(mountpoint, allowOther) {
    const owner = { uid: process.getuid!(), gid: process.getgid!() };
    return mountFuse({ mountpoint, owner, allowOther });
  },
  unmount(mountpoint) {
    unmount(mountpoint, { lazy: true });
  },
};

/** With fusermount3, for everybody else. */
const fusermountMounter: Mounter = {
  mounts: readMounts,
  mount: (mountpoint, allowOther) => mountWithFusermount(mountpoint, { allowOther }),
  unmount: unmountWithFusermount,
};

/** The way that is open to this process. */
export function chooseMounter(): Mounter {
  return hasCapability(CAP_SYS_ADMIN) ? kernelMounter : fusermountMounter;
}
