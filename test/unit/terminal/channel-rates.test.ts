import { describe, expect, it } from 'vitest';
import { rateRows } from '../../../src/terminal/channel-rates.js';
import { RATE_COLUMNS, rateText, sortRows } from '../../../src/terminal/rate-columns.js';
import { rowFilter } from '../../../src/terminal/row-filter.js';
import { CountedHost, connectedPair } from './watched-host.js';

const NOBODY = new Map<number, ReadonlySet<number>>();

describe('rates', () => {
  it('are counts between two snapshots, per second', () => {
    const { world, back, front, port, peer } = connectedPair();
    const before = world.snapshot();
    for (let event = 0; event < 4; event++) front.notify(peer);
    world.clock.advance(500);
    const [row] = rateRows(world.snapshot(), before, NOBODY);
    expect(row).toMatchObject({ events: 8, coalesced: 4, sends: 0 });
    expect(row!.channel.port).toBe(port);
    expect(rateRows(world.snapshot(), before, NOBODY)[1]).toMatchObject({ sends: 8, events: 0 });
    back.close();
  });

  it('cannot be told from one snapshot, or of a host that was started anew', () => {
    const { world } = connectedPair();
    const one = world.snapshot();
    expect(rateRows(one, undefined, NOBODY)[0]!.events).toBeUndefined();
    world.clock.advance(1000);
    const anew = { ...one, watchedSince: 500 };
    expect(rateRows(world.snapshot(), anew, NOBODY)[0]!.events).toBeUndefined();
  });

  it('count all of a port that was closed and opened again meanwhile', () => {
    const { world, back, front, port, peer } = connectedPair();
    for (let event = 0; event < 9; event++) front.notify(peer);
    const before = world.snapshot();
    world.clock.advance(500);
    back.unbind(port);
    front.unbind(peer);
    expect(back.bindUnboundPort(7)).toBe(port);
    expect(front.bindInterdomain(0, port)).toBe(peer);
    front.notify(peer);
    world.clock.advance(500);
    expect(rateRows(world.snapshot(), before, NOBODY)[0]).toMatchObject({ events: 1 });
  });

  it('are of every channel, however many came and went in between', () => {
    const world = new CountedHost();
    const handle = world.domain({ domid: 0 }).openEvtchn();
    const ports = Array.from({ length: 6 }, () => handle.bindUnboundPort(0));
    const before = world.snapshot();
    handle.unbind(ports[1]!);
    handle.unbind(ports[4]!);
    world.domain({ domid: 1 }).openEvtchn().bindUnboundPort(0);
    world.clock.advance(1000);
    const rows = rateRows(world.snapshot(), before, NOBODY);
    expect(rows.map(({ domain, channel }) => `${domain.domid}:${channel.port}`)).toEqual([
      '0:1',
      '0:3',
      '0:4',
      '0:6',
      '1:1',
    ]);
    expect(rows.every(({ events }) => events === 0)).toBe(true);
  });

  it.each([
    [undefined, '-'],
    [0, '0'],
    [0.25, '0.3'],
    [99.94, '99.9'],
    [99.96, '100'],
    [999_999, '999999'],
    [1_234_567, '1.2M'],
  ])('%s is shown as %s', (rate, text) => {
    expect(rateText(rate)).toBe(text);
  });
});

describe('rows', () => {
  const { world, front, peer } = connectedPair();
  const before = world.snapshot();
  front.notify(peer);
  world.clock.advance(1000);
  const rows = rateRows(world.snapshot(), before, new Map([[7, new Set([1])]]));
  const order = (name: string, reversed = false) =>
    sortRows(rows, RATE_COLUMNS.find((column) => column.name === name)!, reversed).map(
      ({ domain }) => domain.domid,
    );

  it.each([
    ['domain', [0, 7]],
    ['events', [0, 7]],
    ['sends', [7, 0]],
    ['process', [0, 7]],
    ['port', [0, 7]],
    ['waits', [7, 0]],
  ])('sorted by %s', (name, domids) => {
    expect(order(name)).toEqual(domids);
    if (name !== 'port') expect(order(name, true)).toEqual([...domids].reverse());
  });

  it.each([
    ['', 2],
    ['7', 1],
    ['1', 2],
    ['7:', 1],
    [':1', 2],
    ['7:1', 1],
    ['7:2', 0],
    ['FRONT', 1],
    ['interdom', 2],
    ['inter front', 1],
    ['back front', 0],
  ])('that match %j are %i', (text, count) => {
    expect(rows.filter(rowFilter(text))).toHaveLength(count);
  });
});
