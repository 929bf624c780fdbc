import { pid } from 'node:process';
import { CallerMemory } from '../fuse/caller-memory.js';
import { channelsText } from '../fuse/channels-text.js';
import type { DeviceRequests } from '../fuse/device-requests.js';
import { filesText } from '../fuse/files-text.js';
import { FuseSession } from '../fuse/fuse-session.js';
import { HostTree } from '../fuse/host-tree.js';
import type { Negotiated } from '../fuse/negotiation.js';
import type { XenHost } from '../host/xen-host.js';
import { ProcessMemory } from '../native/process-memory.js';
import { Channel, replyWriter } from './channel.js';
import { threadName } from './process-name.js';
import type { ServingOptions, ThreadMessage } from './thread-message.js';

/** Puts the session of a mounted tree together with its descriptor. */
export function fuseChannel(
  options: ServingOptions,
  host: XenHost,
  tell: (message: ThreadMessage) => void,
): { readonly channel: Channel; readonly session: FuseSession } {
  const { owner, deviceMode, version, fuse } = options;
  let protocol = '';
  const onNegotiated = (result: Negotiated): void => {
    if (result.kind === 'refused') tell({ type: 'refused', reason: result.reason });
    if (result.kind !== 'agreed') return;
    protocol = `7.${result.minor}`;
    tell({ type: 'ready', minor: result.minor });
  };
  const tree = (devices: DeviceRequests): HostTree =>
    new HostTree(host, {
      owner,
      deviceMode,
      seconds: () => Math.floor(Date.now() / 1000),
      serverText: () =>
        `pid ${pid}\nversion ${version}\nprotocol ${protocol}\nowner ${owner.uid}\n`,
      channelsText: (domain) => channelsText(domain, devices.open()),
      filesText: (domain) => filesText(domain, devices.open()),
    });
  const session = new FuseSession({
    send: replyWriter(fuse, (error) => tell({ type: 'reply-refused', code: error.code })),
    memory: new CallerMemory(new ProcessMemory()),
    tree,
    nameOf: threadName,
    onDenied: onceEach((process, errno) => tell({ type: 'denied', pid: process, errno })),
    onNegotiated,
  });
  return { channel: new Channel(fuse, session), session };
}

/** Passes on what happens for the first time to each errno, so that a program cannot flood whoever listens. */
function onceEach(
  told: (pid: number, errno: number) => void,
): (pid: number, errno: number) => void {
  const seen = new Set<number>();
  return (process, errno) => {
    if (seen.has(errno)) return;
    seen.add(errno);
    told(process, errno);
  };
}
