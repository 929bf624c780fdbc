import type { JSX } from 'preact';
import type { ChannelSnapshot } from 'xen-evtchn/embedded';
import { figure } from '../model/time-text.js';
import type { ViewProps } from '../view.js';
import { Link } from './link.js';

/** Channels that are listed; the table of channels has all. */
const LISTED = 50;

/** A list of channels of a domain, each a link. */
export function ChannelList(props: {
  readonly domid: number;
  readonly channels: readonly ChannelSnapshot[];
  readonly select: ViewProps['select'];
}): JSX.Element {
  const { domid, channels, select } = props;
  const more = channels.length - LISTED;
  return (
    <ul class="list">
      {channels.slice(0, LISTED).map((channel) => (
        <li key={channel.port}>
          <Link to={{ kind: 'channel', domid, port: channel.port }} select={select}>
            port {channel.port}
          </Link>{' '}
          <span class="faint">{channelText(channel)}</span>
        </li>
      ))}
      {more > 0 && <li class="faint">and {figure(more)} more</li>}
    </ul>
  );
}

/** What a channel is, and what it is up to: `to domain 7 port 9, pending, masked`. */
export function channelText(channel: ChannelSnapshot): string {
  const parts: string[] = [stateText(channel)];
  if (channel.pending) parts.push('pending');
  if (channel.queued > 0) parts.push('unread');
  if (channel.masked) parts.push('masked');
  return parts.join(', ');
}

/** What a channel is: `to domain 7 port 9`, `VIRQ 1`. */
export function stateText({ state, peer, number }: ChannelSnapshot): string {
  switch (state) {
    case 'interdomain':
      return peer?.port === undefined ? 'connected' : `to domain ${peer.domid} port ${peer.port}`;
    case 'unbound':
      return peer === undefined ? 'unbound' : `unbound, for domain ${peer.domid}`;
    case 'virq':
      return `VIRQ ${number}`;
    case 'pirq':
      return `pirq ${number}`;
    case 'ipi':
      return 'IPI';
  }
}
