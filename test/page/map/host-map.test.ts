import { describe, expect, it } from 'vitest';
import type { ChannelSnapshot, DomainSnapshot, HostSnapshot } from 'xen-evtchn/embedded';
import { channelWords, linkWords } from '../../../page/src/map/channel-words.js';
import { condition } from '../../../page/src/map/condition.js';
import { hostMap } from '../../../page/src/map/host-map.js';
import { channel, domain, file, host, pair } from '../host-fixture.js';

const never = () => false;
const idle = () => undefined;
const mapOf = (snapshot: HostSnapshot) => hostMap(snapshot, idle, never);

/** Domains connected in pairs, each port once. */
function connected(...pairs: readonly (readonly [number, number, number, number])[]): HostSnapshot {
  const channels = new Map<number, ChannelSnapshot[]>();
  for (const [here, port, there, remote] of pairs) {
    const [one, other] = pair(here, port, there, remote);
    for (const [domid, end] of [
      [here, one],
      [there, other],
    ] as const) {
      channels.set(domid, [...(channels.get(domid) ?? []), end]);
    }
  }
  const domains: DomainSnapshot[] = [...channels]
    .sort(([a], [b]) => a - b)
    .map(([domid, ends]) => domain(domid, ends));
  return host(1000, domains);
}

describe('hostMap', () => {
  it('bundles the channels between two domains, each told once', () => {
    const { links } = mapOf(connected([0, 1, 7, 3], [0, 2, 7, 4], [0, 5, 8, 1]));
    expect(links.map(({ key, channels }) => [key, channels.length])).toEqual([
      ['0-7', 2],
      ['0-8', 1],
    ]);
    expect(links[0]!.channels[0]).toMatchObject({
      from: { domid: 0, port: 1 },
      to: { domid: 7, port: 3 },
    });
  });

  it('has the domain that most lead to for its hub, whatever its number', () => {
    const map = mapOf(connected([0, 1, 5, 1], [5, 2, 6, 1], [5, 3, 7, 1]));
    expect(map.hub?.domain.domid).toBe(5);
    expect(map.others.map((one) => one.domain.domid)).toEqual([0, 6, 7]);
    // Links lead from the hub.
    expect(map.links.map(({ from }) => from)).toEqual([5, 5, 5]);
  });

  it('tells a channel of a domain with itself once, also one whose ends are the same port', () => {
    const { links } = mapOf(connected([3, 1, 3, 2]));
    expect(links).toHaveLength(1);
    expect(links[0]!.channels).toHaveLength(1);
    const alone = host(0, [domain(3, [channel(4, { peer: { domid: 3, port: 4 } })])]);
    expect(mapOf(alone).links[0]!.channels[0]!.ends).toHaveLength(1);
  });

  it('leads an unbound port to the domain that may connect, if that is there', () => {
    const offered = channel(4, { state: 'unbound', peer: { domid: 1 } });
    const nowhere = channel(5, { state: 'unbound', peer: { domid: 99 } });
    const { links } = mapOf(host(0, [domain(0, [offered, nowhere]), domain(1)]));
    expect(links).toHaveLength(1);
    expect(links[0]).toMatchObject({ from: 0, to: 1, unbound: 1 });
  });

  it('adds up the rates of both ends, and counts channels with a stuck end', () => {
    const snapshot = connected([0, 1, 7, 3], [0, 2, 7, 4]);
    const map = hostMap(
      snapshot,
      (domid, port) => ({ events: domid * 10 + port, merged: 0 }),
      (domid, port) => domid === 7 && port === 4,
    );
    expect(map.links[0]).toMatchObject({ events: 1 + 73 + 2 + 74, stuck: 1 });
    expect(linkWords(map.links[0]!)).toBe('d0 with d7: 2 channels, 1 stuck, 150 events/s');
  });

  it('groups channels by open file, then those of the kernel, of Xen, and of nobody', () => {
    const one = domain(
      2,
      [
        channel(1, { file: 9 }),
        channel(2, { state: 'ipi', handler: 'resched0' }),
        channel(3, { xenConsumer: true }),
        channel(4, { state: 'unbound', peer: { domid: 0 } }),
      ],
      { files: [file(8), file(9)] },
    );
    const groups = mapOf(host(0, [one])).hub!.groups;
    expect(groups.map(({ key, cells }) => [key, cells.length])).toEqual([
      ['file 8', 0],
      ['file 9', 1],
      ['kernel', 1],
      ['xen', 1],
      ['free', 1],
    ]);
  });

  it('draws some of a crowd only, stuck ones always, and says how many are left', () => {
    const channels = Array.from({ length: 5000 }, (_, index) =>
      channel(index + 1, { state: 'ipi', handler: 'x' }),
    );
    const map = hostMap(host(0, [domain(0, channels)]), idle, (_, port) => port === 4999);
    const [group] = map.hub!.groups;
    expect(group!.cells).toHaveLength(120);
    expect(group!.more).toBe(4880);
    expect(group!.cells.at(-1)!.channel.port).toBe(4999);
    expect(map.rows).toHaveLength(5000);
  });

  it('is empty without domains', () => {
    expect(mapOf(host(0, []))).toEqual({ hub: undefined, others: [], links: [], rows: [] });
  });
});

describe('condition', () => {
  const held = file(1);
  it.each([
    ['ready', {}, held],
    ['masked', { masked: true }, held],
    ['pending', { pending: true, masked: true }, held],
    ['read', { enabled: false, pending: true }, held],
    ['queued', { enabled: false, queued: 1 }, held],
    ['deferred', { deferredUntil: 5, enabled: true }, held],
    ['overflow', { overflows: 1, enabled: false }, file(1, { overflow: true })],
    ['read', { overflows: 1, enabled: false }, held],
  ] as const)('is %s for %o', (expected, known, of) => {
    expect(condition(channel(1, known), of)).toBe(expected);
  });
});

it('says a channel in one line', () => {
  const snapshot = host(0, [
    domain(
      7,
      [channel(9, { peer: { domid: 0, port: 14 }, enabled: false, pending: true, file: 1 })],
      {
        files: [file(1)],
      },
    ),
  ]);
  const [row] = hostMap(snapshot, idle, () => true).rows;
  expect(channelWords(row!)).toBe(
    'd7:9 interdomain d0:14, read, not unmasked yet, pending in Xen, program-1 (101), stuck',
  );
});
