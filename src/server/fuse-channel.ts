import { pid } from 'node:process';
import { CallerMemory } from '../fuse/caller-memory.js';
import { FuseSession } from '../fuse/fuse-session.js';
import { HostTree } from '../fuse/host-tree.js';
import type { Negotiated } from '../fuse/negotiation.js';
import { domainFiles, rootFiles } from '../fuse/served-files.js';
import { ProcessMemory } from '../native/process-memory.js';
import { Channel, replyWriter } from './channel.js';
import type { ChannelEvents } from './channel-events.js';
import { nodePath } from './cuse-node.js';
import { threadName } from './process-name.js';
import { servedContents } from './served-contents.js';
import type { ServedHost } from './served-host.js';
import type { CuseDevice, ServingOptions } from './thread-message.js';

/**
 * Puts the session of a mounted tree together with its descriptor.
 * @param fd - descriptor of /dev/fuse, mounted
 */
export function fuseChannel(
  fd: number,
  options: ServingOptions,
  served: ServedHost,
  events: ChannelEvents,
): Channel {
  const { owner, deviceMode, version, cuse } = options;
  let protocol = '';
  const onNegotiated = (result: Negotiated): void => {
    if (result.kind === 'refused') events.refused(result.reason);
    if (result.kind !== 'agreed') return;
    protocol = `7.${result.minor}`;
    events.ready();
  };
  const facts = () =>
    `pid ${pid}\nversion ${version}\nprotocol ${protocol}\nowner ${owner.uid}\ntraces ${served.traces}\n${deviceLines(cuse)}`;
  const contents = servedContents(served, facts);
  const tree = new HostTree(served.host, {
    owner,
    deviceMode,
    seconds: () => Math.floor(Date.now() / 1000),
    rootFiles: rootFiles(contents),
    domainFiles: (domain) => domainFiles(domain, contents),
  });
  served.destroyDomain = (domain) => tree.removeDomain(domain);
  const session = new FuseSession({
    send: replyWriter(fd, events.replyRefused),
    memory: new CallerMemory(new ProcessMemory()),
    tree,
    nameOf: threadName,
    onDenied: onceEach(events.denied),
    woken: served.woken,
    faults: served.faults,
    onNegotiated,
  });
  served.add(session.devices);
  return new Channel(fd, session);
}

/** A line for each character device: `device DOMAIN PATH`. */
function deviceLines(cuse: readonly CuseDevice[]): string {
  return cuse.map(({ domid, name }) => `device ${domid} ${nodePath(name)}\n`).join('');
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
