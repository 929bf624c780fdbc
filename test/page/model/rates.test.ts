import { describe, expect, it } from 'vitest';
import { Rates } from '../../../page/src/model/rates.js';
import { channel, domain, host } from '../host-fixture.js';

/** A host with one port, 9 of domain 7. */
const counted = (time: number, events: number, coalesced = 0, openedAt = 0) =>
  host(time, [domain(7, [channel(9, { events, coalesced, openedAt })])]);

describe('Rates', () => {
  it('knows nothing after the first snapshot', () => {
    const rates = new Rates();
    rates.take(counted(1000, 50));
    expect(rates.total).toBeUndefined();
    expect(rates.channel(7, 9)).toBeUndefined();
    expect(rates.totalSeries().times).toEqual([]);
  });

  it('is what came between two snapshots, per second of the host', () => {
    const rates = new Rates();
    rates.take(counted(1000, 50, 10));
    rates.take(counted(3000, 150, 30));
    expect(rates.channel(7, 9)).toEqual({ events: 50, merged: 10 });
    expect(rates.total).toEqual({ events: 50, merged: 10 });
  });

  it('adds up the channels of all domains', () => {
    const at = (time: number, a: number, b: number) =>
      host(time, [
        domain(0, [channel(1, { events: a, openedAt: 0 })]),
        domain(1, [channel(1, { events: b, openedAt: 0 })]),
      ]);
    const rates = new Rates();
    rates.take(at(0, 0, 0));
    rates.take(at(1000, 30, 12));
    expect(rates.total?.events).toBe(42);
  });

  it('passes over snapshots that come sooner than a sample is due', () => {
    const rates = new Rates();
    rates.take(counted(0, 0));
    rates.take(counted(100, 10));
    expect(rates.total).toBeUndefined();
    rates.take(counted(1000, 40));
    expect(rates.total?.events).toBe(40);
  });

  it('stands still while the clock of the host does', () => {
    const rates = new Rates();
    rates.take(counted(500, 0));
    rates.take(counted(500, 10));
    expect(rates.total).toBeUndefined();
  });

  it('starts a port afresh that was closed and opened again', () => {
    const rates = new Rates();
    rates.take(counted(0, 1000));
    rates.take(counted(1000, 1010));
    rates.take(counted(2000, 1015, 0, 1500));
    // All its events came after it was opened again.
    expect(rates.channel(7, 9)?.events).toBe(1015);
    rates.take(counted(3000, 1016, 0, 1500));
    expect(rates.channel(7, 9)?.events).toBe(1);
    expect(rates.channelSeries(7, 9).events).toEqual([0, 1015, 1]);
  });

  it('counts a port from its opening, and not one that was there before it was seen', () => {
    const rates = new Rates();
    rates.take(host(0, [domain(7)]));
    const old = channel(3, { events: 900, openedAt: -5000 });
    rates.take(host(1000, [domain(7, [channel(9, { events: 5, openedAt: 400 }), old])]));
    expect(rates.channel(7, 9)?.events).toBe(5);
    expect(rates.channel(7, 3)).toBeUndefined();
    expect(rates.total?.events).toBe(5);
  });

  it('has no rate for a port whose count went down unexplained, and goes on from there', () => {
    const rates = new Rates();
    rates.take(counted(0, 100));
    rates.take(counted(1000, 20));
    expect(rates.channel(7, 9)).toBeUndefined();
    rates.take(counted(2000, 25));
    expect(rates.channel(7, 9)?.events).toBe(5);
  });

  it('forgets a port that is gone', () => {
    const rates = new Rates();
    rates.take(counted(0, 0));
    rates.take(counted(1000, 10));
    rates.take(host(2000, [domain(7)]));
    expect(rates.channel(7, 9)).toBeUndefined();
    expect(rates.top(5)).toEqual([]);
    expect(rates.totalSeries().events).toEqual([10, 0]);
  });

  it.each([
    ['the clock went back', host(10, [domain(7, [channel(9, { events: 3, openedAt: 0 })])])],
    ['counting began anew', { ...counted(5000, 3), watchedSince: 4000 }],
    ['nobody counts', { ...counted(5000, 3), watchedSince: undefined }],
  ])('begins anew when %s', (_, snapshot) => {
    const rates = new Rates();
    rates.take(counted(1000, 50));
    rates.take(counted(2000, 60));
    rates.take(snapshot);
    expect(rates.total).toBeUndefined();
    expect(rates.totalSeries().times).toEqual([]);
    expect(rates.channel(7, 9)).toBeUndefined();
  });

  it('keeps so many samples and no more', () => {
    const rates = new Rates({ samples: 3 });
    for (let second = 0; second <= 5; second++) rates.take(counted(second * 1000, second ** 2));
    expect(rates.totalSeries()).toEqual({
      times: [3000, 4000, 5000],
      events: [5, 7, 9],
      merged: [0, 0, 0],
    });
    expect(rates.channelSeries(7, 9).events).toEqual([5, 7, 9]);
  });

  it('has a series as long as that of the host for a channel that came later, or that is not there', () => {
    const rates = new Rates();
    rates.take(counted(0, 0));
    rates.take(counted(1000, 0));
    rates.take(counted(2000, 8));
    expect(rates.channelSeries(7, 9)).toEqual({
      times: [1000, 2000],
      events: [0, 8],
      merged: [0, 0],
    });
    expect(rates.channelSeries(7, 10).events).toEqual([0, 0]);
  });

  it('ranks the busiest lately, and leaves idle ones out', () => {
    const at = (time: number, ...events: number[]) =>
      host(time, [
        domain(
          1,
          events.map((count, port) => channel(port, { events: count, openedAt: 0 })),
        ),
      ]);
    const rates = new Rates();
    rates.take(at(0, 0, 0, 0));
    rates.take(at(1000, 10, 30, 0));
    expect(rates.top(5)).toEqual([
      { domid: 1, port: 1, events: 3 },
      { domid: 1, port: 0, events: 1 },
    ]);
    expect(rates.top(1)).toHaveLength(1);
  });

  it('keeps the series of those that had events last, when there are too many', () => {
    const at = (time: number, ...events: number[]) =>
      host(time, [
        domain(
          1,
          events.map((count, port) => channel(port, { events: count, openedAt: 0 })),
        ),
      ]);
    const rates = new Rates({ channels: 1 });
    rates.take(at(0, 0, 0));
    rates.take(at(1000, 5, 5));
    expect(rates.channelSeries(1, 0).events).toEqual([5]);
    // Port 1 found no room, but its rate is known.
    expect(rates.channelSeries(1, 1).events).toEqual([0]);
    expect(rates.channel(1, 1)?.events).toBe(5);
    rates.take(at(2000, 5, 5));
    rates.take(at(3000, 5, 9));
    expect(rates.channelSeries(1, 1).events).toEqual([0, 0, 4]);
    expect(rates.channelSeries(1, 0).events).toEqual([0, 0, 0]);
  });
});
