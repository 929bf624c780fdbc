import type { RateRow } from './channel-rates.js';
import { agoText, holderText, NONE, peerText, waitsForText } from './channel-row.js';
import type { Column } from './table.js';

/** A column that a table of rates can be sorted by. */
export interface RateColumn extends Column<RateRow> {
  /** What it is called on a command line. */
  readonly name: string;
  /** What rows are compared by. */
  readonly key: (row: RateRow) => number | string;
  /** Sorted so by itself: the largest first, or the smallest. */
  readonly first: 'largest' | 'smallest';
}

/** A rate in at most six characters: `0`, `0.4`, `12.5`, `1250`, `99999`, `1.2M`. */
export function rateText(perSecond: number | undefined): string {
  if (perSecond === undefined) return NONE;
  if (perSecond >= 999_999.5) return `${(perSecond / 1e6).toFixed(1)}M`;
  if (perSecond === 0 || perSecond >= 99.95) return perSecond.toFixed(0);
  return perSecond.toFixed(1);
}

/** The columns of a table of rates. */
export const RATE_COLUMNS: readonly RateColumn[] = [
  {
    name: 'domain',
    heading: 'dom',
    align: 'right',
    rank: 1,
    first: 'smallest',
    key: ({ domain }) => domain.domid,
    cell: ({ domain }) => String(domain.domid),
  },
  {
    name: 'port',
    heading: 'port',
    align: 'right',
    rank: 0,
    first: 'smallest',
    key: ({ channel }) => channel.port,
    cell: ({ channel }) => String(channel.port),
  },
  {
    name: 'state',
    heading: 'state',
    align: 'left',
    rank: 10,
    first: 'smallest',
    key: ({ channel }) => channel.state,
    cell: ({ channel }) => channel.state,
  },
  {
    name: 'peer',
    heading: 'peer',
    align: 'left',
    rank: 7,
    first: 'smallest',
    key: ({ channel }) => peerText(channel),
    cell: ({ channel }) => peerText(channel),
  },
  {
    name: 'events',
    heading: 'events/s',
    align: 'right',
    rank: 2,
    first: 'largest',
    key: ({ events }) => events ?? -1,
    cell: ({ events }) => rateText(events),
  },
  {
    name: 'merged',
    heading: 'merged/s',
    align: 'right',
    rank: 6,
    first: 'largest',
    key: ({ coalesced }) => coalesced ?? -1,
    cell: ({ coalesced }) => rateText(coalesced),
    look: ({ coalesced }) => ((coalesced ?? 0) > 0 ? 'yellow' : undefined),
  },
  {
    name: 'sends',
    heading: 'sends/s',
    align: 'right',
    rank: 5,
    first: 'largest',
    key: ({ sends }) => sends ?? -1,
    cell: ({ sends }) => rateText(sends),
  },
  {
    name: 'queued',
    heading: 'queued',
    align: 'right',
    rank: 8,
    first: 'largest',
    key: ({ channel }) => channel.queued,
    cell: ({ channel }) => String(channel.queued),
    look: ({ channel }) => (channel.queued > 0 ? 'yellow' : undefined),
  },
  {
    name: 'last',
    heading: 'last event',
    align: 'right',
    rank: 9,
    first: 'largest',
    key: ({ channel }) => channel.lastEventAt ?? Number.NEGATIVE_INFINITY,
    cell: ({ channel, now }) => agoText(channel.lastEventAt, now),
  },
  {
    name: 'process',
    heading: 'process',
    align: 'left',
    rank: 4,
    shrinkTo: 12,
    first: 'smallest',
    key: holderText,
    cell: holderText,
  },
  {
    name: 'waits',
    heading: 'waits for',
    align: 'left',
    rank: 3,
    first: 'largest',
    // Those that are stuck before those that wait, before those that do not.
    key: (row) => (row.stuck ? 2 : Number(waitsForText(row) !== NONE)),
    cell: waitsForText,
    look: ({ channel }) => (channel.state === 'unbound' ? 'dim' : 'yellow'),
  },
];

/** Rows in the order of a column; those that are alike stay as they are. */
export function sortRows(
  rows: readonly RateRow[],
  { key, first }: RateColumn,
  reversed: boolean,
): RateRow[] {
  const sign = (first === 'largest') === reversed ? 1 : -1;
  const keyed = rows.map((row) => ({ row, key: key(row) }));
  keyed.sort((a, b) => (a.key < b.key ? -sign : a.key > b.key ? sign : 0));
  return keyed.map(({ row }) => row);
}
