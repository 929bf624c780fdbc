import type { ChannelSnapshot, MaskReason } from './host-snapshot.js';

/** What most channels have: it is left out of texts, which are a third shorter without, and quicker to read. */
type Usual =
  | 'vcpu'
  | 'pending'
  | 'masked'
  | 'maskReasons'
  | 'queued'
  | 'events'
  | 'coalesced'
  | 'overflows'
  | 'sends';

/** A channel without what is 0, false or empty. */
export type BriefChannel = Omit<ChannelSnapshot, Usual> & {
  readonly [Key in Usual]?: ChannelSnapshot[Key] | undefined;
};

const NONE: readonly MaskReason[] = [];

/** Leaves out what is 0, false or empty. */
export function briefChannel(channel: ChannelSnapshot): BriefChannel {
  return {
    ...channel,
    vcpu: channel.vcpu || undefined,
    pending: channel.pending || undefined,
    masked: channel.masked || undefined,
    maskReasons: channel.maskReasons.length > 0 ? channel.maskReasons : undefined,
    queued: channel.queued || undefined,
    events: channel.events || undefined,
    coalesced: channel.coalesced || undefined,
    overflows: channel.overflows || undefined,
    sends: channel.sends || undefined,
  };
}

/**
 * Fills in what {@link briefChannel} left out, in the very object, since there may be a hundred thousand.
 * @param counted - whether what is missing of counts is 0; undefined otherwise
 */
export function wholeChannel(brief: BriefChannel, counted: boolean): ChannelSnapshot {
  const channel = brief as { -readonly [Key in keyof BriefChannel]: BriefChannel[Key] };
  channel.vcpu ??= 0;
  channel.pending ??= false;
  channel.masked ??= false;
  channel.maskReasons ??= NONE;
  channel.queued ??= 0;
  if (counted) {
    channel.events ??= 0;
    channel.coalesced ??= 0;
    channel.overflows ??= 0;
    channel.sends ??= 0;
  }
  return channel as ChannelSnapshot;
}
