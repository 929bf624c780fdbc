import { CONDITION_WORDS, type Condition } from '../map/condition.js';
import type { Rate } from '../model/rates.js';
import { type ChannelRow, ownerText, peerText } from './channel-row.js';
import { agoText, countText, rateText } from './figure-text.js';

/** What cells need beyond their row. */
export interface ColumnContext {
  /** When the snapshot was taken, in milliseconds of the host's clock. */
  readonly now: number;
  readonly rate: (domid: number, port: number) => Rate | undefined;
}

/** A column of a table. */
export interface Column<Row> {
  /** Unique in its table. */
  readonly id: string;
  readonly title: string;
  /** What the heading says on pointing at it. */
  readonly hint?: string | undefined;
  /** Its width in characters. */
  readonly width: number;
  readonly numeric: boolean;
  /** A plain word of a filter is looked for here. */
  readonly searched?: boolean | undefined;
  /** What its rows are sorted by; undefined comes last, whichever way. */
  readonly key: (row: Row, context: ColumnContext) => number | string | undefined;
  /** What its cells say. */
  readonly text: (row: Row, context: ColumnContext) => string;
}

/** What most wants to be seen comes first. */
const CONDITION_ORDER: readonly Condition[] = [
  'overflow',
  'deferred',
  'read',
  'queued',
  'pending',
  'masked',
  'ready',
];

const yesNo = (value: boolean | undefined): string =>
  value === undefined ? '' : value ? 'yes' : 'no';
const flag = (value: boolean | undefined): number | undefined =>
  value === undefined ? undefined : Number(value);

/** The columns of the channels, as `ls` has them. */
export const CHANNEL_COLUMNS: readonly Column<ChannelRow>[] = [
  {
    id: 'domain',
    title: 'Domain',
    width: 7,
    numeric: true,
    searched: true,
    key: ({ domain }) => domain.domid,
    text: ({ domain }) => `d${domain.domid}`,
  },
  {
    id: 'port',
    title: 'Port',
    width: 7,
    numeric: true,
    searched: true,
    key: ({ channel }) => channel.port,
    text: ({ channel }) => String(channel.port),
  },
  {
    id: 'state',
    title: 'State',
    width: 14,
    numeric: false,
    searched: true,
    key: ({ channel }) => channel.state,
    text: ({ channel }) => channel.state,
  },
  {
    id: 'peer',
    title: 'Peer',
    hint: 'The connected port, the domain that may connect, or the VIRQ or pirq',
    width: 16,
    numeric: false,
    searched: true,
    key: ({ channel }) =>
      channel.peer === undefined
        ? peerText(channel) || undefined
        : // By number, as columns of digits.
          `d${String(channel.peer.domid).padStart(5)}:${String(channel.peer.port ?? '').padStart(10)}`,
    text: ({ channel }) => peerText(channel),
  },
  {
    id: 'condition',
    title: 'Condition',
    hint: 'Where its events are',
    width: 20,
    numeric: false,
    searched: true,
    key: ({ condition, stuck }) => `${stuck ? 0 : 1}${CONDITION_ORDER.indexOf(condition)}`,
    text: ({ condition, stuck }) =>
      stuck ? `stuck: ${CONDITION_WORDS[condition]}` : CONDITION_WORDS[condition],
  },
  {
    id: 'vcpu',
    title: 'vCPU',
    width: 6,
    numeric: true,
    key: ({ channel }) => channel.vcpu,
    text: ({ channel }) => String(channel.vcpu),
  },
  {
    id: 'priority',
    title: 'Prio',
    hint: 'Priority, 0 comes first; FIFO only',
    width: 5,
    numeric: true,
    key: ({ channel }) => channel.priority,
    text: ({ channel }) => String(channel.priority ?? ''),
  },
  {
    id: 'pending',
    title: 'Pending',
    hint: 'An event is pending in Xen',
    width: 8,
    numeric: false,
    key: ({ channel }) => flag(channel.pending),
    text: ({ channel }) => yesNo(channel.pending),
  },
  {
    id: 'masked',
    title: 'Masked',
    hint: 'Masked in Xen, and why its guest masks it',
    width: 15,
    numeric: false,
    searched: true,
    key: ({ channel }) => (channel.masked ? `1${channel.maskReasons.join()}` : '0'),
    text: ({ channel }) =>
      channel.masked && channel.maskReasons.length > 0
        ? channel.maskReasons.join(', ')
        : yesNo(channel.masked),
  },
  {
    id: 'enabled',
    title: 'Enabled',
    hint: 'Enabled in its open file: not read, or written back since',
    width: 8,
    numeric: false,
    key: ({ channel }) => flag(channel.enabled),
    text: ({ channel }) => yesNo(channel.enabled),
  },
  {
    id: 'queued',
    title: 'Queued',
    hint: 'Its events in the ring of its open file',
    width: 7,
    numeric: true,
    key: ({ channel }) => channel.queued,
    text: ({ channel }) => countText(channel.queued),
  },
  {
    id: 'events',
    title: 'Events',
    hint: 'Events made pending on it, those that merged included',
    width: 10,
    numeric: true,
    key: ({ channel }) => channel.events,
    text: ({ channel }) => countText(channel.events),
  },
  {
    id: 'coalesced',
    title: 'Merged',
    hint: 'Events that merged into one that was pending already (coalesced)',
    width: 9,
    numeric: true,
    key: ({ channel }) => channel.coalesced,
    text: ({ channel }) => countText(channel.coalesced),
  },
  {
    id: 'rate',
    title: 'Events/s',
    width: 9,
    numeric: true,
    key: ({ domain, channel }, { rate }) => rate(domain.domid, channel.port)?.events,
    text: ({ domain, channel }, { rate }) => rateText(rate(domain.domid, channel.port)?.events),
  },
  {
    id: 'last',
    title: 'Last event',
    width: 11,
    numeric: true,
    // The youngest first when ascending, as the texts are.
    key: ({ channel }, { now }) =>
      channel.lastEventAt === undefined ? undefined : now - channel.lastEventAt,
    text: ({ channel }, { now }) => agoText(now, channel.lastEventAt),
  },
  {
    id: 'process',
    title: 'Process',
    hint: 'The process that opened its file, or what of the kernel handles it',
    width: 20,
    numeric: false,
    searched: true,
    key: (row) => ownerText(row) || undefined,
    text: ownerText,
  },
  {
    id: 'file',
    title: 'File',
    hint: 'Number of the open file that holds it',
    width: 6,
    numeric: true,
    searched: true,
    key: ({ channel }) => channel.file,
    text: ({ channel }) => String(channel.file ?? ''),
  },
];
