import {
  agoText,
  type ChannelRow,
  holderText,
  NONE,
  peerText,
  waitsForText,
} from './channel-row.js';
import type { Column } from './table.js';

function yesNo(holds: boolean | undefined): string {
  if (holds === undefined) return NONE;
  return holds ? 'yes' : 'no';
}

function count(value: number | undefined): string {
  return value === undefined ? NONE : String(value);
}

/** The columns of a domain's channels. What a narrow terminal has no room for goes from the right of this list of ranks. */
export const CHANNEL_COLUMNS: readonly Column<ChannelRow>[] = [
  { heading: 'port', align: 'right', rank: 0, cell: ({ channel }) => String(channel.port) },
  { heading: 'state', align: 'left', rank: 2, cell: ({ channel }) => channel.state },
  { heading: 'peer', align: 'left', rank: 3, cell: ({ channel }) => peerText(channel) },
  { heading: 'vcpu', align: 'right', rank: 13, cell: ({ channel }) => String(channel.vcpu) },
  { heading: 'prio', align: 'right', rank: 14, cell: ({ channel }) => count(channel.priority) },
  {
    heading: 'pending',
    align: 'left',
    rank: 6,
    cell: ({ channel }) => yesNo(channel.pending),
    look: ({ channel }) => (channel.pending ? 'yellow' : undefined),
  },
  { heading: 'masked', align: 'left', rank: 7, cell: ({ channel }) => yesNo(channel.masked) },
  { heading: 'enabled', align: 'left', rank: 8, cell: ({ channel }) => yesNo(channel.enabled) },
  {
    heading: 'queued',
    align: 'right',
    rank: 5,
    cell: ({ channel }) => String(channel.queued),
    look: ({ channel }) => (channel.queued > 0 ? 'yellow' : undefined),
  },
  { heading: 'events', align: 'right', rank: 10, cell: ({ channel }) => count(channel.events) },
  {
    heading: 'coalesced',
    align: 'right',
    rank: 12,
    cell: ({ channel }) => count(channel.coalesced),
  },
  {
    heading: 'last event',
    align: 'right',
    rank: 11,
    cell: ({ channel, now }) => agoText(channel.lastEventAt, now),
  },
  {
    heading: 'file',
    align: 'right',
    rank: 9,
    cell: ({ channel }) => count(channel.file),
  },
  { heading: 'process', align: 'left', rank: 4, shrinkTo: 12, cell: holderText },
  {
    heading: 'waits for',
    align: 'left',
    rank: 1,
    cell: waitsForText,
    look: ({ channel }) => (channel.state === 'unbound' ? 'dim' : 'yellow'),
  },
];
