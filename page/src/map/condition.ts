import type { ChannelSnapshot, FileSnapshot } from 'xen-evtchn/embedded';

/**
 * Where the events of a channel are, the most telling first: `overflow`, one met a full ring and the file is not reset yet;
 * `deferred`, its late EOI was put off; `queued`, in the ring of its file, unread; `read`, taken and not written back, so no
 * more come; `pending`, in Xen; `masked`, none there and none would come; `ready` otherwise.
 */
export type Condition =
  | 'overflow'
  | 'deferred'
  | 'queued'
  | 'read'
  | 'pending'
  | 'masked'
  | 'ready';

/** How a condition is called where there is room. */
export const CONDITION_WORDS: Readonly<Record<Condition, string>> = {
  ready: 'ready',
  queued: 'queued, unread',
  read: 'read, not unmasked yet',
  pending: 'pending in Xen',
  deferred: 'unmask deferred',
  masked: 'masked',
  overflow: 'lost in an overflow',
};

/** Where the events of a channel are. @param file - the open file that holds it */
export function condition(channel: ChannelSnapshot, file: FileSnapshot | undefined): Condition {
  if (file?.overflow && channel.enabled === false && (channel.overflows ?? 0) > 0)
    return 'overflow';
  if (channel.deferredUntil !== undefined) return 'deferred';
  if (channel.queued > 0) return 'queued';
  if (channel.enabled === false) return 'read';
  if (channel.pending) return 'pending';
  return channel.masked ? 'masked' : 'ready';
}
