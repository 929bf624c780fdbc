import type { Verdict } from './explanation.js';
import type { ChannelSnapshot, FileSnapshot, HostSnapshot } from './host-snapshot.js';
import { PortView } from './reasons/port-view.js';
import { firstReason } from './reasons/reasons.js';

/** A port on which something waits that does not get on by itself. */
export interface StuckPort {
  /** Its domain. */
  readonly domid: number;
  /** Its number there. */
  readonly port: number;
  /** The first thing in the way of its next event. */
  readonly verdict: Verdict;
  /** What is the matter, the first sentence that `explain` says. */
  readonly sentence: string;
}

/** All ports of a snapshot that `explain` finds stuck, by domain and port. Those that cannot be are passed over at a glance. */
export function stuckPorts(snapshot: HostSnapshot): StuckPort[] {
  const stuck: StuckPort[] = [];
  for (const domain of snapshot.domains) {
    const files = new Map(domain.files.map((file) => [file.file, file]));
    for (const channel of domain.channels) {
      const file = channel.file === undefined ? undefined : files.get(channel.file);
      if (!mayBeStuck(channel, file)) continue;
      const reason = firstReason(new PortView(snapshot, domain, channel, file));
      if (!reason.stuck) continue;
      const { verdict, sentence } = reason;
      stuck.push({ domid: domain.domid, port: channel.port, verdict, sentence });
    }
  }
  return stuck;
}

/** Something is there that could be stuck: an event, a disabled port, a lost peer, a ring that overflowed. */
function mayBeStuck(channel: ChannelSnapshot, file: FileSnapshot | undefined): boolean {
  return (
    channel.pending ||
    channel.queued > 0 ||
    channel.enabled === false ||
    channel.lostPeer !== undefined ||
    file?.overflow === true
  );
}
