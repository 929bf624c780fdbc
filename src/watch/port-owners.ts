import { join } from 'node:path';
import type { ChannelSnapshot, HostSnapshot } from '../snapshot/host-snapshot.js';
import { type Owner, ownerOf } from './owner.js';
import { ownerSentence } from './owner-sentence.js';

/** The process at an end of a channel. */
export interface PortOwner extends Owner {
  readonly domid: number;
  readonly port: number;
  /** What it does, for people. */
  readonly sentence: string;
}

/**
 * The processes that hold a port and, if it is connected, its peer, each once. None of a port that no process holds.
 * @param directory - of the host's tree; undefined where it has none
 */
export function portOwners(
  snapshot: HostSnapshot,
  domid: number,
  port: number,
  directory: string | undefined,
): PortOwner[] {
  const owners: PortOwner[] = [];
  const known = new Set<number>();
  const add = (of: number, at: number): ChannelSnapshot['peer'] => {
    const domain = snapshot.domains.find((each) => each.domid === of);
    const channel = domain?.channels.find((each) => each.port === at);
    const file = domain?.files.find((each) => each.file === channel?.file);
    // An embedded host has no processes.
    if (
      domain !== undefined &&
      file !== undefined &&
      file.process.pid > 0 &&
      !known.has(file.process.pid)
    ) {
      known.add(file.process.pid);
      const device = directory && join(directory, String(of), 'evtchn');
      const owner = ownerOf(file, domain.files, snapshot, device);
      owners.push({ domid: of, port: at, ...owner, sentence: ownerSentence(owner) });
    }
    return channel?.peer;
  };
  const peer = add(domid, port);
  if (peer?.port !== undefined) add(peer.domid, peer.port);
  return owners;
}
