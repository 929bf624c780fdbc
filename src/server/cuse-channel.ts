import { existsSync } from 'node:fs';
import { POLLERR } from '../abi/poll.js';
import { CuseSession } from '../fuse/cuse-session.js';
import type { Negotiated } from '../fuse/negotiation.js';
import { CUSE_DEVICE } from '../native/cuse.js';
import { pollDescriptors, revents } from '../native/descriptor.js';
import { Channel, replyWriter } from './channel.js';
import type { ChannelEvents } from './channel-events.js';
import { sysfsPath } from './cuse-node.js';
import { threadName } from './process-name.js';
import type { ServedHost } from './served-host.js';
import type { CuseDevice } from './thread-message.js';

/** Puts the session of a character device together with its descriptor. */
export function cuseChannel(
  device: CuseDevice,
  served: ServedHost,
  events: ChannelEvents,
): Channel {
  const { fd, domid, name } = device;
  const onNegotiated = (result: Negotiated): void => {
    if (result.kind === 'refused') events.refused(result.reason);
    else if (isAborted(fd)) events.refused(notMade(name));
    else events.ready();
  };
  const session = new CuseSession({
    send: replyWriter(fd, events.replyRefused, CUSE_DEVICE),
    name,
    domain: () => served.host.domain(domid),
    nameOf: threadName,
    woken: served.woken,
    faults: served.faults,
    onNegotiated,
  });
  served.add(session.devices);
  return new Channel(fd, session, CUSE_DEVICE);
}

/** Whether the kernel ended the connection. It takes the reply to CUSE_INIT even if it cannot make the device. */
function isAborted(fd: number): boolean {
  const entry = Int32Array.of(fd, 0);
  return pollDescriptors(entry, 1, 0) === 1 && (revents(entry, 0) & POLLERR) !== 0;
}

function notMade(name: string): string {
  return existsSync(sysfsPath(name))
    ? `there is a CUSE device of the name ${name} already, another server's: stop that one, or choose another name`
    : `the kernel did not make the CUSE device ${name}; its log (dmesg) says why`;
}
