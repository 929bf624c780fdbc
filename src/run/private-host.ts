import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { O_CLOEXEC, O_DIRECTORY, O_PATH } from '../abi/fcntl.js';
import type { FaultRequest } from '../faults/fault-request.js';
import { openDescriptor } from '../native/descriptor.js';
import { makeDeviceNode } from '../native/device-node.js';
import { mountFuse } from '../native/mount.js';
import { type NamedDevice, openDevices } from '../server/cuse-devices.js';
import { cuseDeviceNumber } from '../server/cuse-node.js';
import { HostServer, type HostServerOptions } from '../server/host-server.js';
import type { DeviceAccess } from './device-access.js';
import type { DeviceSource } from './device-source.js';
import { tell } from './message.js';

/** Below /dev, for as long as the programs run. */
const CUSE_DIRECTORY = 'xen-evtchn-run';

/** Starts a host that has domain 0, as every host, and the domains asked for. */
function start(
  channels: Pick<HostServerOptions, 'fuse' | 'cuse'>,
  domains: readonly number[],
  { deviceMode }: DeviceAccess,
  faults?: FaultRequest,
): Promise<HostServer> {
  const owner = { uid: process.geteuid!(), gid: process.getegid!() };
  const all = [...new Set([0, ...domains])];
  return HostServer.start({
    ...channels,
    owner,
    deviceMode,
    domains: all,
    faults,
    onWarning: tell,
  });
}

/**
 * A Xen host that lives as long as this process. Its tree stays open here, so that who may look at this process can look at it.
 * @param mountpoint - an empty directory for its tree
 * @param faults - it is to show; none unless given
 * @throws (rejects) EvtchnError or Error; the mount stays in the mount namespace then
 */
export async function startPrivateHost(
  mountpoint: string,
  domains: readonly number[],
  access: DeviceAccess,
  faults?: FaultRequest,
): Promise<DeviceSource> {
  const owner = { uid: process.geteuid!(), gid: process.getegid!() };
  const fuse = mountFuse({ mountpoint, owner, allowOther: access.allowOther });
  const server = await start({ fuse }, domains, access, faults);
  // Held until this process ends: the mount is soon out of every mount namespace, and found through /proc/PID/fd alone.
  const tree = openDescriptor(mountpoint, O_PATH | O_DIRECTORY | O_CLOEXEC);
  const device = (domain: number): string => join(mountpoint, String(domain), 'evtchn');
  return sourceOf(server, device, `/proc/self/fd/${tree}`);
}

/**
 * The same with character devices, by CUSE. Their names are nobody else's.
 * @param directory - an empty directory for their nodes, on a file system that takes them
 * @throws (rejects) EvtchnError or Error; no device is left then
 */
export async function startPrivateCuseHost(
  directory: string,
  domains: readonly number[],
  access: DeviceAccess,
): Promise<DeviceSource> {
  const cuse = openDevices(privateDevices(domains));
  const server = await start({ cuse }, domains, access);
  const node = (domain: number): string => join(directory, String(domain));
  try {
    for (const { domid, name } of cuse) {
      // What devtmpfs made may be out of sight by now, and is not ours to change.
      makeDeviceNode(node(domid), cuseDeviceNumber(name), access.deviceMode);
    }
  } catch (error) {
    await server.stop();
    throw error;
  }
  return sourceOf(server, node);
}

/** Devices whose names no other run has. */
function privateDevices(domains: readonly number[]): NamedDevice[] {
  const host = `${CUSE_DIRECTORY}/${process.pid}-${randomBytes(4).toString('hex')}`;
  return domains.map((domid) => ({ domid, name: `${host}-${domid}` }));
}

function sourceOf(server: HostServer, device: DeviceSource['device'], tree?: string): DeviceSource {
  let stopped = false;
  return {
    device,
    tree,
    ended: server.ended.then(() => {
      if (!stopped) throw new Error('the kernel ended the connection to the device');
    }),
    async stop() {
      stopped = true;
      await server.stop();
    },
  };
}
