import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ChannelTable,
  ECS_FREE,
  ECS_INTERDOMAIN,
  ECS_IPI,
  ECS_PIRQ,
  ECS_RESERVED,
  ECS_UNBOUND,
  ECS_VIRQ,
} from '../../../src/hypervisor/channel-table.js';

describe('ChannelTable', () => {
  it('numbers the states as Xen does', () => {
    expect([
      ECS_FREE,
      ECS_RESERVED,
      ECS_UNBOUND,
      ECS_INTERDOMAIN,
      ECS_PIRQ,
      ECS_VIRQ,
      ECS_IPI,
    ]).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('starts with 64 valid ports, of which port 0 is reserved and the others are free', () => {
    const table = new ChannelTable();
    expect(table.valid).toBe(64);
    expect(table.state(0)).toBe(ECS_RESERVED);
    expect(table.usable(0)).toBe(false);
    for (let port = 1; port < 64; port++) expect(table.state(port)).toBe(ECS_FREE);
    expect(table.usable(1)).toBe(false);
    expect(table.free.lowest()).toBe(1);
    expect(table.active).toBe(0);
  });

  it.each([
    [63, 64],
    [64, 128],
    [127, 128],
    [128, 192],
    [131071, 131072],
  ])('makes port %i valid in whole buckets of 64: %i', (port, valid) => {
    const table = new ChannelTable();
    table.validate(port);
    expect(table.valid).toBe(valid);
    table.validate(1);
    expect(table.valid).toBe(valid);
    table.open(port, ECS_UNBOUND);
    expect(table.state(port)).toBe(ECS_UNBOUND);
  });

  it('keeps everything about the channels there are when it grows', () => {
    const table = new ChannelTable();
    table.open(5, ECS_UNBOUND);
    table.connect(5, 0x7fef, 131071, false);
    for (let port = 64; port < 5000; port += 64) table.validate(port);
    expect([table.state(5), table.remote(5), table.remotePort(5)]).toEqual([
      ECS_INTERDOMAIN,
      0x7fef,
      131071,
    ]);
    expect(table.state(4000)).toBe(ECS_FREE);
  });

  it('opens with vCPU 0 and no flags but the remembered event, whatever the number had before', () => {
    const table = new ChannelTable();
    table.open(7, ECS_UNBOUND);
    table.setVcpu(7, 8191);
    table.setXenConsumer(7, true);
    table.setRemembered(7, true);
    table.release(7);
    expect([table.state(7), table.vcpu(7), table.active]).toEqual([ECS_FREE, 0, 0]);
    table.open(7, ECS_IPI);
    expect(table.state(7)).toBe(ECS_IPI);
    expect(table.vcpu(7)).toBe(0);
    expect(table.consumerIsXen(7)).toBe(false);
    // As Xen does: `evtchn->pending` outlives the channel (evtchn_fifo_clear_pending has no word to clear).
    expect(table.remembered(7)).toBe(true);
    expect(table.active).toBe(1);
  });

  it('changes one property of a channel without touching the others', () => {
    const any = fc.record({
      vcpu: fc.integer({ min: 0, max: 8191 }),
      priority: fc.integer({ min: 0, max: 15 }),
      consumer: fc.boolean(),
      remembered: fc.boolean(),
      remote: fc.integer({ min: 0, max: 0xffff }),
      lastQueue: fc.integer({ min: 0, max: (8191 << 4) | 15 }),
    });
    type Channel = typeof any extends fc.Arbitrary<infer T> ? T : never;
    const setters = {
      vcpu: (table: ChannelTable, port: number, c: Channel) => table.setVcpu(port, c.vcpu),
      priority: (table: ChannelTable, port: number, c: Channel) =>
        table.setPriority(port, c.priority),
      consumer: (table: ChannelTable, port: number, c: Channel) =>
        table.setXenConsumer(port, c.consumer),
      remembered: (table: ChannelTable, port: number, c: Channel) =>
        table.setRemembered(port, c.remembered),
      remote: (table: ChannelTable, port: number, c: Channel) => table.setRemote(port, c.remote),
      lastQueue: (table: ChannelTable, port: number, c: Channel) =>
        table.setLastQueue(port, c.lastQueue),
    };
    const names = Object.keys(setters) as (keyof Channel)[];
    const read = (table: ChannelTable, port: number): Channel => ({
      vcpu: table.vcpu(port),
      priority: table.priority(port),
      consumer: table.consumerIsXen(port),
      remembered: table.remembered(port),
      remote: table.remote(port),
      lastQueue: table.lastQueue(port),
    });
    fc.assert(
      fc.property(
        any,
        fc.array(fc.tuple(fc.constantFrom(...names), any), { maxLength: 12 }),
        (first, changes) => {
          const table = new ChannelTable();
          table.open(3, ECS_UNBOUND);
          table.open(4, ECS_IPI);
          const neighbour = read(table, 4);
          for (const name of names) setters[name](table, 3, first);
          let expected = first;
          for (const [name, to] of changes) {
            setters[name](table, 3, to);
            expected = { ...expected, [name]: to[name] };
            expect(read(table, 3)).toEqual(expected);
          }
          expect(read(table, 4)).toEqual(neighbour);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('connects to any port of any domain, keeping vCPU and priority', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0x7fef }),
        fc.integer({ min: 1, max: 131071 }),
        (domid, remotePort) => {
          const table = new ChannelTable();
          table.open(3, ECS_UNBOUND);
          table.setVcpu(3, 77);
          table.setPriority(3, 9);
          table.connect(3, domid, remotePort, false);
          expect([
            table.state(3),
            table.remote(3),
            table.remotePort(3),
            table.vcpu(3),
            table.priority(3),
          ]).toEqual([ECS_INTERDOMAIN, domid, remotePort, 77, 9]);
        },
      ),
    );
  });

  it('counts the bytes it holds: 20 a channel and the map of free ports', () => {
    const table = new ChannelTable();
    expect(table.byteLength).toBe(4 * 20 + table.free.byteLength);
  });
});
