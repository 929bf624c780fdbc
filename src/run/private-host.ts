import { join } from 'node:path';
import { mountFuse } from '../native/mount.js';
import { HostServer } from '../server/host-server.js';
import type { DeviceAccess } from './device-access.js';
import type { DeviceSource } from './device-source.js';
import { tell } from './message.js';

/**
 * A Xen host that lives as long as this process. It has domain 0, as every host, and the domains asked for.
 * @param mountpoint - an empty directory for its tree
 * @throws (rejects) EvtchnError or Error; the mount stays in the mount namespace then
 */
export async function startPrivateHost(
  mountpoint: string,
  domains: readonly number[],
  access: DeviceAccess,
): Promise<DeviceSource> {
  const owner = { uid: process.geteuid!(), gid: process.getegid!() };
  const { allowOther, deviceMode } = access;
  const server = await HostServer.start({
    fuse: mountFuse({ mountpoint, owner, allowOther }),
    owner,
    deviceMode,
    domains: [...new Set([0, ...domains])],
    onWarning: tell,
  });
  let stopped = false;
  return {
    device: (domain) => join(mountpoint, String(domain), 'evtchn'),
    ended: server.ended.then(() => {
      if (!stopped) throw new Error('the kernel ended the connection to the device');
    }),
    async stop() {
      stopped = true;
      await server.stop();
    },
  };
}
