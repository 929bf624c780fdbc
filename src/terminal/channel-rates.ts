import type { ChannelSnapshot, DomainSnapshot, HostSnapshot } from '../snapshot/host-snapshot.js';
import { type ChannelRow, channelRows } from './channel-row.js';

/** A channel with what went through it per second, since the snapshot before; undefined where that cannot be told. */
export interface RateRow extends ChannelRow {
  readonly events: number | undefined;
  readonly coalesced: number | undefined;
  readonly sends: number | undefined;
}

/** Counts of a channel per second. */
type Rates = Pick<RateRow, 'events' | 'coalesced' | 'sends'>;

const UNKNOWN: Rates = { events: undefined, coalesced: undefined, sends: undefined };

/** Whether a channel is the one that was at this port before: nobody has closed it meanwhile. */
function isSame(now: ChannelSnapshot, before: ChannelSnapshot): boolean {
  return now.openedAt === before.openedAt && (now.events ?? 0) >= (before.events ?? 0);
}

function ratesOf(
  now: ChannelSnapshot,
  before: ChannelSnapshot | undefined,
  seconds: number,
): Rates {
  // Of a channel that was opened meanwhile everything was meanwhile.
  const base = before !== undefined && isSame(now, before) ? before : undefined;
  const rate = (count: number | undefined, was: number | undefined): number | undefined =>
    count === undefined ? undefined : Math.max(0, count - (was ?? 0)) / seconds;
  return {
    events: rate(now.events, base?.events),
    coalesced: rate(now.coalesced, base?.coalesced),
    sends: rate(now.sends, base?.sends),
  };
}

/**
 * All channels of a host with their rates between two snapshots of it, by domain and port.
 * @param before - undefined, or of a host that was started anew since: there are no rates
 * @param stuck - ports that are stuck, by domain
 */
export function rateRows(
  now: HostSnapshot,
  before: HostSnapshot | undefined,
  stuck: ReadonlyMap<number, ReadonlySet<number>>,
): RateRow[] {
  const seconds = before === undefined ? 0 : (now.time - before.time) / 1000;
  const comparable = seconds > 0 && before!.watchedSince === now.watchedSince;
  const earlier = new Map(before?.domains.map((domain) => [domain.domid, domain]));
  const rows: RateRow[] = [];
  for (const domain of now.domains) {
    const find = finder(earlier.get(domain.domid));
    for (const row of channelRows(domain, now.time, stuck.get(domain.domid) ?? new Set())) {
      const rates = comparable ? ratesOf(row.channel, find(row.channel.port), seconds) : UNKNOWN;
      rows.push({ ...row, ...rates });
    }
  }
  return rows;
}

/** Finds channels of a domain that are asked for in the order of their ports. */
function finder(domain: DomainSnapshot | undefined): (port: number) => ChannelSnapshot | undefined {
  const channels = domain?.channels ?? [];
  let next = 0;
  return (port) => {
    while (next < channels.length && channels[next]!.port < port) next++;
    return channels[next]?.port === port ? channels[next] : undefined;
  };
}
