import { type ChannelRow, ownerText, peerText } from '../tables/channel-row.js';
import { rateText } from '../tables/figure-text.js';
import { CONDITION_WORDS } from './condition.js';
import type { LinkChannel, MapEnd, MapLink } from './host-map.js';

/** A channel in one line, for tooltips and for who does not see the map. */
export function channelWords(row: ChannelRow): string {
  const { domain, channel, condition, stuck } = row;
  const peer = peerText(channel);
  const pending = channel.pending && condition !== 'pending' ? ', pending in Xen' : '';
  return [
    `d${domain.domid}:${channel.port} ${channel.state}${peer === '' ? '' : ` ${peer}`}`,
    `${CONDITION_WORDS[condition]}${pending}`,
    ownerText(row),
    stuck ? 'stuck' : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}

/** A link in one line. */
export function linkWords({ from, to, channels, unbound, stuck, events }: MapLink): string {
  const count = channels.length === 1 ? '1 channel' : `${channels.length} channels`;
  return [
    from === to ? `d${from} with itself: ${count}` : `d${from} with d${to}: ${count}`,
    unbound === 0 ? '' : `${unbound} not connected`,
    stuck === 0 ? '' : `${stuck} stuck`,
    `${rateText(events)} events/s`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}

/** A channel by its ends. */
export function endsWords({ from, to }: LinkChannel): string {
  return `${endWords(from)} – ${endWords(to)}`;
}

function endWords({ domid, port }: MapEnd): string {
  return port === undefined ? `d${domid}` : `d${domid}:${port}`;
}
