import { beforeEach, expect, it } from 'vitest';
import { EmbeddedSource } from '../../../page/src/source/embedded-source.js';
import type { SourceBatch } from '../../../page/src/source/host-source.js';
import { type Evtchn, XenHost } from '../../../src/embedded.js';

let host: XenHost;
let source: EmbeddedSource;
let zero: Evtchn;
let port: number;
let remote: number;
let tick: (() => void) | undefined;

beforeEach(() => {
  host = new XenHost();
  zero = host.createDomain({ domid: 0 }).openEvtchn();
  source = new EmbeddedSource(host, 'playground', 100, {
    setInterval: (callback) => {
      tick = callback;
      return 1;
    },
    clearInterval: () => {
      tick = undefined;
    },
  });
  const seven = host.createDomain({ domid: 7 }).openEvtchn();
  port = zero.bindUnboundPort(7);
  remote = seven.bindInterdomain(0, port);
  seven.unmask(seven.read());
});

it('takes snapshots, with times and counts', async () => {
  zero.notify(port);
  const { domains, watchedSince } = await source.snapshot();
  expect(domains.map(({ domid }) => domid)).toEqual([0, 7]);
  expect(watchedSince).toBe(0);
  const channel = domains[0]!.channels.find((each) => each.port === port);
  expect(channel).toMatchObject({ state: 'interdomain', sends: 1 });
});

it('hands on what happens, and traces only while it is followed', () => {
  const batches: SourceBatch[] = [];
  expect(host.trace).toBeUndefined();
  const stop = source.follow(
    (batch) => batches.push(batch),
    () => {},
  );
  tick!();
  expect(batches).toEqual([]);
  zero.notify(port);
  tick!();
  tick!();
  expect(batches).toHaveLength(1);
  expect(batches[0]).toMatchObject({ events: 1, shown: 1, dropped: 0 });
  expect(batches[0]!.records.map(({ type }) => type)).toContain('set-pending');
  stop();
  expect([host.trace, tick]).toEqual([undefined, undefined]);
});

it('shows some events of many, and says of how many', () => {
  const batches: SourceBatch[] = [];
  source.follow(
    (batch) => batches.push(batch),
    () => {},
  );
  for (let i = 0; i < 5000; i++) {
    zero.notify(port);
    host.domain(7)!.driver!.openFiles.values().next().value!.writePort(remote);
  }
  tick!();
  expect(batches[0]!.events).toBe(5000);
  expect(batches[0]!.shown).toBeGreaterThan(10);
  expect(batches[0]!.shown).toBeLessThanOrEqual(100);
});

it('says when it is over', () => {
  const ends: string[] = [];
  source.follow(
    () => {},
    (why) => ends.push(why),
  );
  source.end('another one was chosen');
  source.end('twice');
  expect(ends).toEqual(['another one was chosen']);
  expect([host.trace, tick]).toEqual([undefined, undefined]);
});

it('is followed by one at a time', () => {
  const follow = () =>
    source.follow(
      () => {},
      () => {},
    );
  follow()();
  follow();
  expect(follow).toThrow('followed already');
});

it('steers the host', async () => {
  await source.control.notify(7, remote);
  expect(zero.tryPending()).toBe(port);
  const virq = zero.bindVirq(11);
  await source.control.raiseVirq(0, 11, 0);
  expect(zero.tryPending()).toBe(virq);
  await source.control.destroyDomain(7);
  expect(host.domain(7)).toBeUndefined();
  await expect(source.control.destroyDomain(7)).rejects.toThrow('there is no domain 7');
});
