import { type ChannelSnapshot, virqName } from 'xen-evtchn/embedded';
import { CONDITION_WORDS } from '../map/condition.js';
import { duration, figure } from '../model/time-text.js';
import type { ChannelRow } from '../tables/channel-row.js';

/** Something that is known of a channel. */
export interface Fact {
  readonly term: string;
  readonly text: string;
  /** Where to go to see more of it. */
  readonly to?:
    | { readonly kind: 'channel'; readonly domid: number; readonly port: number }
    | { readonly kind: 'file'; readonly domid: number; readonly file: number }
    | undefined;
}

/** All that a snapshot knows of a channel, in words. @param now - when it was taken, in milliseconds of the host's clock */
export function channelFacts(row: ChannelRow, now: number): Fact[] {
  const { domain, channel } = row;
  const facts: Fact[] = [
    { term: 'Bound as', text: boundText(channel) },
    ...peerFacts(channel, now),
    { term: 'Notifies', text: notifiesText(channel) },
    { term: 'Events are', text: CONDITION_WORDS[row.condition] },
    { term: 'In Xen', text: xenText(channel) },
    ...maskFacts(channel, now),
    ...holderFacts(row),
    ...countFacts(channel),
    ...timeFacts(channel, now),
  ];
  if (channel.lastReader !== undefined && channel.lastReader !== channel.file) {
    const reader = domain.files.find(({ file }) => file === channel.lastReader);
    facts.push({
      term: 'Last read by',
      text:
        reader === undefined
          ? `file ${channel.lastReader}, which is closed`
          : `file ${reader.file}`,
      to: reader && { kind: 'file', domid: domain.domid, file: reader.file },
    });
  }
  return facts;
}

/** What a channel is bound to. */
export function boundText({ state, number, peer, xenConsumer }: ChannelSnapshot): string {
  const consumer = xenConsumer ? ', consumed by Xen itself' : '';
  switch (state) {
    case 'interdomain':
      return `interdomain${consumer}`;
    case 'unbound':
      return `${peer === undefined ? 'unbound' : `unbound: domain ${peer.domid} may connect`}${consumer}`;
    case 'virq':
      return number === undefined ? 'virtual interrupt' : `${virqName(number)} (${number})`;
    case 'pirq':
      return number === undefined ? 'physical interrupt' : `physical interrupt ${number}`;
    case 'ipi':
      return 'interrupt between vCPUs';
  }
}

function peerFacts({ peer, lostPeer, connectedAt }: ChannelSnapshot, now: number): Fact[] {
  const facts: Fact[] = [];
  if (peer?.port !== undefined) {
    const since = connectedAt === undefined ? '' : `, for ${duration(now - connectedAt)}`;
    facts.push({
      term: 'Connected to',
      text: `d${peer.domid}:${peer.port}${since}`,
      to: { kind: 'channel', domid: peer.domid, port: peer.port },
    });
  }
  if (lostPeer !== undefined) {
    const how = lostPeer.how === 'closed' ? 'which closed it' : 'whose domain was destroyed';
    const ago = duration(now - lostPeer.at);
    facts.push({
      term: 'Lost its peer',
      text: `d${lostPeer.domid}:${lostPeer.port}, ${how} ${ago} ago`,
    });
  }
  return facts;
}

function notifiesText({ vcpu, priority }: ChannelSnapshot): string {
  return priority === undefined ? `vCPU ${vcpu}` : `vCPU ${vcpu} with priority ${priority}`;
}

function xenText({ pending, masked }: ChannelSnapshot): string {
  return `${pending ? 'pending' : 'not pending'}, ${masked ? 'masked' : 'not masked'}`;
}

const MASK_WORDS = {
  explicit: 'its interrupt is disabled',
  temporary: 'its interrupt is about to move',
  'eoi-pending': 'the end of its event is to come',
} as const;

function maskFacts(channel: ChannelSnapshot, now: number): Fact[] {
  const { maskReasons, heldByFault, deferredUntil } = channel;
  const facts: Fact[] = [];
  if (heldByFault !== undefined) {
    facts.push({ term: 'Masked because', text: `fault ${heldByFault} holds its event back` });
  } else if (maskReasons.length > 0) {
    const why = maskReasons.map((reason) => `${MASK_WORDS[reason]} (${reason})`);
    facts.push({ term: 'Masked because', text: why.join('; ') });
  }
  if (deferredUntil !== undefined) {
    const left = deferredUntil - now;
    facts.push({ term: 'Opens', text: left <= 0 ? 'now' : `in ${duration(left)}, deferred` });
  }
  return facts;
}

function holderFacts({ domain, channel, file }: ChannelRow): Fact[] {
  if (file === undefined) {
    return [
      { term: 'Handled by', text: channel.handler ?? (channel.xenConsumer ? 'Xen' : 'nobody') },
    ];
  }
  const { pid, comm } = file.process;
  const enabled = channel.enabled ? 'enabled' : 'not enabled until it is written back';
  return [
    {
      term: 'Held by',
      text: `file ${file.file} of ${comm}${pid === 0 ? '' : `, process ${pid}`}`,
      to: { kind: 'file', domid: domain.domid, file: file.file },
    },
    { term: 'In that file', text: `${enabled}; ${figure(channel.queued)} in the ring, unread` },
  ];
}

function countFacts({ events, coalesced, overflows, sends }: ChannelSnapshot): Fact[] {
  const facts: Fact[] = [];
  if (events !== undefined) {
    const merged = coalesced === undefined ? '' : `, ${figure(coalesced)} of them merged`;
    facts.push({ term: 'Events', text: `${figure(events)}${merged}` });
  }
  if (overflows !== undefined && overflows > 0)
    facts.push({ term: 'Lost', text: `${figure(overflows)} met a full ring` });
  if (sends !== undefined) facts.push({ term: 'Sent on it', text: figure(sends) });
  return facts;
}

function timeFacts(channel: ChannelSnapshot, now: number): Fact[] {
  const times: readonly (readonly [string, number | undefined])[] = [
    ['Last event', channel.lastEventAt],
    ['Last read', channel.lastReadAt],
    ['Last written back', channel.lastEnabledAt],
    ['Last send', channel.lastSendAt],
    ['Opened', channel.openedAt],
  ];
  return times.flatMap(([term, at]) =>
    at === undefined ? [] : [{ term, text: `${duration(Math.max(0, now - at))} ago` }],
  );
}
