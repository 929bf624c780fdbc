import {
  type ChannelSnapshot,
  type DomainSnapshot,
  type FileSnapshot,
  type HostSnapshot,
  virqName,
} from 'xen-evtchn/embedded';
import { type Condition, condition } from '../map/condition.js';

/** A channel with what belongs to it, as a row of the table. */
export interface ChannelRow {
  readonly domain: DomainSnapshot;
  readonly channel: ChannelSnapshot;
  /** The open file that holds it. */
  readonly file: FileSnapshot | undefined;
  readonly condition: Condition;
  /** Stuck, as `why` says. */
  readonly stuck: boolean;
}

/** A row for each channel, by domain and port. @param isStuck - whether `why` finds a port stuck */
export function channelRows(
  snapshot: HostSnapshot,
  isStuck: (domid: number, port: number) => boolean,
): ChannelRow[] {
  const rows: ChannelRow[] = [];
  for (const domain of snapshot.domains) {
    const files = new Map(domain.files.map((file) => [file.file, file]));
    for (const channel of domain.channels) {
      const file = channel.file === undefined ? undefined : files.get(channel.file);
      rows.push({
        domain,
        channel,
        file,
        condition: condition(channel, file),
        stuck: isStuck(domain.domid, channel.port),
      });
    }
  }
  return rows;
}

/** What a channel leads to, in a few characters: `d7:9`, `d7` for an unbound one, its VIRQ or pirq. */
export function peerText(channel: ChannelSnapshot): string {
  const { state, peer, number } = channel;
  if (state === 'virq') return number === undefined ? '' : virqName(number);
  if (state === 'pirq') return number === undefined ? '' : `pirq ${number}`;
  if (peer === undefined) return '';
  return peer.port === undefined ? `d${peer.domid}` : `d${peer.domid}:${peer.port}`;
}

/** Who has a channel: the process of its file, or what of the kernel handles it. */
export function ownerText({ channel, file }: ChannelRow): string {
  if (file !== undefined) return processText(file);
  if (channel.xenConsumer) return 'Xen';
  return channel.handler ?? '';
}

/** A file's process, with its number where it has one. */
export function processText({ process }: FileSnapshot): string {
  return process.pid === 0 ? process.comm : `${process.comm} (${process.pid})`;
}
