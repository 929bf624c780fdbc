import type { DomainSnapshot, FileSnapshot, HostSnapshot } from 'xen-evtchn/embedded';
import type { Rate } from '../model/rates.js';
import { type ChannelRow, channelRows, processText } from '../tables/channel-row.js';

/** Channels of a domain that belong together: those of an open file, or of the kernel. */
export interface CellGroup {
  /** Unique in its domain. */
  readonly key: string;
  readonly title: string;
  /** Undefined for those that no open file holds. */
  readonly file: FileSnapshot | undefined;
  /** By port. */
  readonly cells: readonly ChannelRow[];
  /** Channels that are left out, because there are too many to draw. */
  readonly more: number;
}

/** A domain as the map has it. */
export interface MapDomain {
  readonly domain: DomainSnapshot;
  readonly groups: readonly CellGroup[];
}

/** One end of a channel; an unbound one has no port at its other end. */
export interface MapEnd {
  readonly domid: number;
  readonly port: number | undefined;
}

/** A channel that leads from one place to another. */
export interface LinkChannel {
  readonly from: MapEnd;
  readonly to: MapEnd;
  /** Its ends that are there: one for an unbound channel, and for one whose ends are the same port. */
  readonly ends: readonly ChannelRow[];
  /** Events per second, both ways together. */
  readonly events: number;
}

/** All channels between two domains, or of a domain with itself. */
export interface MapLink {
  /** Unique on the map. */
  readonly key: string;
  /** The hub, or the one with the lower number. */
  readonly from: number;
  readonly to: number;
  /** By port. */
  readonly channels: readonly LinkChannel[];
  /** How many of them nobody has connected to. */
  readonly unbound: number;
  /** How many of them have a stuck end. */
  readonly stuck: number;
  /** Events per second, all together, both ways. */
  readonly events: number;
}

/** What the map of a host shows. */
export interface HostMap {
  /** The domain that most others have channels with; the first of them. Undefined without domains. */
  readonly hub: MapDomain | undefined;
  /** All others, by number. */
  readonly others: readonly MapDomain[];
  /** By the numbers of their domains. */
  readonly links: readonly MapLink[];
  /** Every channel, drawn or not. */
  readonly rows: readonly ChannelRow[];
}

/** From this many channels on, not every one is drawn. */
const CROWD = 4000;
/** How many of a group are drawn then. */
const DRAWN_OF_CROWD = 120;

/** What the map of a host shows. @param isStuck - whether `why` finds a port stuck */
export function hostMap(
  snapshot: HostSnapshot,
  rate: (domid: number, port: number) => Rate | undefined,
  isStuck: (domid: number, port: number) => boolean,
): HostMap {
  const rows = channelRows(snapshot, isStuck);
  const byDomain = new Map<number, ChannelRow[]>(snapshot.domains.map(({ domid }) => [domid, []]));
  for (const row of rows) append(byDomain, row.domain.domid, row);
  const limit = rows.length < CROWD ? Number.POSITIVE_INFINITY : DRAWN_OF_CROWD;
  const domains = snapshot.domains.map((domain) => ({
    domain,
    groups: groups(domain, byDomain.get(domain.domid) ?? [], limit),
  }));
  const hubId = hubOf(snapshot);
  const links = bundle(byDomain, rate, hubId);
  const hub = domains.find(({ domain }) => domain.domid === hubId);
  return { hub, others: domains.filter((one) => one !== hub), links, rows };
}

/** Number of the domain that has channels with most others; the lowest of them. */
function hubOf({ domains }: HostSnapshot): number | undefined {
  let hub: number | undefined;
  let most = -1;
  for (const { domid, channels } of domains) {
    const peers = new Set<number>();
    for (const { state, peer } of channels) {
      if (state === 'interdomain' && peer !== undefined && peer.domid !== domid)
        peers.add(peer.domid);
    }
    if (peers.size <= most) continue;
    hub = domid;
    most = peers.size;
  }
  return hub;
}

function groups(domain: DomainSnapshot, rows: readonly ChannelRow[], limit: number): CellGroup[] {
  const held = new Map<number, ChannelRow[]>();
  const kernel: ChannelRow[] = [];
  const xen: ChannelRow[] = [];
  const free: ChannelRow[] = [];
  for (const row of rows) {
    if (row.file !== undefined) append(held, row.file.file, row);
    else if (row.channel.xenConsumer) xen.push(row);
    else if (row.channel.handler !== undefined) kernel.push(row);
    else free.push(row);
  }
  const made: CellGroup[] = [];
  const add = (key: string, title: string, file: FileSnapshot | undefined, all: ChannelRow[]) => {
    const cells = drawn(all, limit);
    made.push({ key, title, file, cells, more: all.length - cells.length });
  };
  for (const file of domain.files) {
    add(`file ${file.file}`, processText(file), file, held.get(file.file) ?? []);
  }
  if (kernel.length > 0) add('kernel', 'kernel', undefined, kernel);
  if (xen.length > 0) add('xen', 'Xen', undefined, xen);
  if (free.length > 0) add('free', 'no handler', undefined, free);
  return made;
}

/** Those that are drawn: all, or stuck ones and the first. */
function drawn(rows: readonly ChannelRow[], limit: number): readonly ChannelRow[] {
  if (rows.length <= limit) return rows;
  const stuck = rows.filter((row) => row.stuck).slice(0, limit);
  const others = rows.filter((row) => !row.stuck).slice(0, limit - stuck.length);
  return [...stuck, ...others].sort((a, b) => a.channel.port - b.channel.port);
}

/** Bundles channels by the two domains that they lead between. */
function bundle(
  byDomain: ReadonlyMap<number, readonly ChannelRow[]>,
  rate: (domid: number, port: number) => Rate | undefined,
  hub: number | undefined,
): MapLink[] {
  const bundles = new Map<string, LinkChannel[]>();
  const ports = new Map<number, Map<number, ChannelRow>>();
  for (const [domid, rows] of byDomain) {
    ports.set(domid, new Map(rows.map((row) => [row.channel.port, row])));
  }
  const eventsOf = ({ domain, channel }: ChannelRow) =>
    rate(domain.domid, channel.port)?.events ?? 0;
  for (const [domid, rows] of byDomain) {
    for (const row of rows) {
      const { state, peer, port } = row.channel;
      // An unbound port for a domain that is not there leads nowhere.
      if (peer === undefined || !byDomain.has(peer.domid)) continue;
      if (state !== 'interdomain' && (state !== 'unbound' || peer.domid === domid)) continue;
      const far = peer.port === undefined ? undefined : ports.get(peer.domid)?.get(peer.port);
      const here = { domid, port };
      const there = { domid: peer.domid, port: peer.port };
      const turned = isAfter(here, there, hub);
      // Told once, by its first end, unless the other cannot tell of it.
      if (turned && far?.channel.state === 'interdomain') continue;
      const ends = far === undefined || far === row ? [row] : turned ? [far, row] : [row, far];
      const [from, to] = turned ? [there, here] : [here, there];
      const events = ends.reduce((sum, end) => sum + eventsOf(end), 0);
      append(bundles, `${from.domid}-${to.domid}`, { from, to, ends, events });
    }
  }
  return [...bundles]
    .map(([key, channels]) => link(key, channels))
    .sort((a, b) => a.from - b.from || a.to - b.to);
}

/** Whether the other end comes first: the hub's, else the lower domain's, else the lower port. */
function isAfter(here: MapEnd, there: MapEnd, hub: number | undefined): boolean {
  if (here.domid === there.domid) return (here.port ?? 0) > (there.port ?? 0);
  if (here.domid === hub) return false;
  return there.domid === hub || here.domid > there.domid;
}

function link(key: string, channels: readonly LinkChannel[]): MapLink {
  const port = ({ from, to }: LinkChannel) => from.port ?? to.port ?? 0;
  return {
    key,
    from: channels[0]!.from.domid,
    to: channels[0]!.to.domid,
    channels: channels.toSorted((a, b) => port(a) - port(b)),
    unbound: channels.filter(({ from, to }) => from.port === undefined || to.port === undefined)
      .length,
    stuck: channels.filter(({ ends }) => ends.some((end) => end.stuck)).length,
    events: channels.reduce((sum, { events }) => sum + events, 0),
  };
}

function append<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
