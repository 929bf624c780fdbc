import { virqName } from '../abi/virq.js';
import type { ChannelSnapshot, DomainSnapshot, FileSnapshot } from '../snapshot/host-snapshot.js';
import { shortDuration } from './duration.js';
import { printable } from './text-width.js';

/** Nothing to say. */
export const NONE = '-';

/** A channel with what a table says of it. */
export interface ChannelRow {
  readonly domain: DomainSnapshot;
  readonly channel: ChannelSnapshot;
  /** The open file that holds it. */
  readonly file: FileSnapshot | undefined;
  /** Time of the snapshot. */
  readonly now: number;
  /** It will not go on by itself. */
  readonly stuck: boolean;
}

/**
 * The channels of a domain as rows, by port.
 * @param stuck - ports of it that are stuck
 */
export function channelRows(
  domain: DomainSnapshot,
  now: number,
  stuck: ReadonlySet<number>,
): ChannelRow[] {
  const files = new Map(domain.files.map((file) => [file.file, file]));
  return domain.channels.map((channel) => ({
    domain,
    channel,
    file: channel.file === undefined ? undefined : files.get(channel.file),
    now,
    stuck: stuck.has(channel.port),
  }));
}

/** What a channel leads to: `DOMAIN:PORT`, the domain that may connect, or its interrupt. */
export function peerText({ state, peer, number }: ChannelSnapshot): string {
  if (state === 'virq') return virqName(number ?? 0);
  if (state === 'pirq') return `pirq ${number}`;
  if (peer === undefined) return NONE;
  return peer.port === undefined ? String(peer.domid) : `${peer.domid}:${peer.port}`;
}

/** A process by its number and name; embedded programs have no number. */
export function processText({ pid, comm }: FileSnapshot['process']): string {
  return pid === 0 ? printable(comm) : `${pid} ${printable(comm)}`.trimEnd();
}

/** Who has a channel: the process that opened its file, or what of the kernel or of Xen handles it. */
export function holderText({ channel, file }: ChannelRow): string {
  if (file !== undefined) return processText(file.process);
  if (channel.xenConsumer === true) return 'Xen';
  return channel.handler === undefined ? NONE : `kernel ${printable(channel.handler)}`;
}

/** How long ago something was; `-` for what never was. */
export function agoText(at: number | undefined, now: number): string {
  return at === undefined ? NONE : shortDuration(Math.max(0, now - at));
}

/** What has to come before anything goes on, and for how long that has been so. */
export function waitsForText(row: ChannelRow): string {
  const what = waitsFor(row);
  return row.stuck ? `${what === NONE ? '' : `${what} `}STUCK`.trimStart() : what;
}

function waitsFor({ domain, channel, file, now }: ChannelRow): string {
  const since = (what: string, at: number | undefined): string =>
    at === undefined ? what : `${what} ${agoText(at, now)}`;
  if (file?.overflow === true) return since('reset', file.overflowedAt);
  if (channel.queued > 0) return since('reader', channel.queuedSince);
  if (channel.enabled === false) return since('write-back', disabledAt(channel, file));
  if (channel.deferredUntil !== undefined) {
    return `late EOI in ${shortDuration(Math.max(0, channel.deferredUntil - now))}`;
  }
  if (channel.pending) {
    const what = channel.masked ? 'unmask' : domain.kernel ? 'upcall' : 'kernel';
    return since(what, channel.pendingSince);
  }
  if (channel.state !== 'unbound') return NONE;
  return since('peer', channel.lostPeer?.at ?? channel.openedAt);
}

/** Since when a port is disabled whose event is not in the ring: it was read, or went unread. */
function disabledAt(
  { disabledBy, lastReadAt, lastEventAt }: ChannelSnapshot,
  file: FileSnapshot | undefined,
): number | undefined {
  if (disabledBy === 'read') return lastReadAt;
  return disabledBy === 'overflow' ? (file?.overflowedAt ?? lastEventAt) : undefined;
}
