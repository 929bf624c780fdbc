import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EventFeed, type FeedClient } from '../../../src/inspect/event-feed.js';
import { EmbeddedHost } from './embedded-host.js';

let host: EmbeddedHost;
let feed: EventFeed;

/** A connection that takes messages until it is full. */
class Connection implements FeedClient {
  readonly messages: { event: string; data: Record<string, unknown> }[] = [];
  full = false;
  over = false;

  send(message: string): boolean {
    this.#take(message);
    return !this.full;
  }

  end(message: string): void {
    this.#take(message);
    this.over = true;
  }

  /** Of the batches: those with records, and what was dropped. */
  get batches() {
    return this.messages.filter(({ event }) => event === 'batch').map(({ data }) => data);
  }

  #take(message: string): void {
    const [, event, data] = /^event: (\w+)\ndata: (.*)\n\n$/.exec(message)!;
    this.messages.push({ event: event!, data: JSON.parse(data!) });
  }
}

/** Has one event happen, from domain 0 to itself. */
let event: () => void;

/** Batches may come that fast, and what was given is handed on. */
async function pass(milliseconds = 100): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
  host = new EmbeddedHost();
  const evtchn = host.host.createDomain({ domid: 0 }).openEvtchn();
  const port = evtchn.bindUnboundPort(0);
  const other = evtchn.bindInterdomain(0, port);
  evtchn.unmask(evtchn.read());
  event = () => {
    evtchn.notify(other);
    evtchn.unmask(evtchn.read());
  };
  feed = new EventFeed(host);
});

afterEach(() => {
  feed.close('the test is over');
  vi.useRealTimers();
});

it('follows a host once for all who look, and not at all while nobody does', async () => {
  expect(host.follows).toBe(0);
  const first = feed.join(new Connection());
  const second = feed.join(new Connection());
  await pass();
  expect([host.follows, host.followers]).toEqual([1, 1]);
  first.leave();
  first.leave();
  await pass();
  expect(host.followers).toBe(1);
  second.leave();
  await pass();
  expect(host.followers).toBe(0);
  expect(host.host.trace).toBeUndefined();
  feed.join(new Connection());
  await pass();
  expect([host.follows, host.followers]).toEqual([2, 1]);
});

it('goes on when the last leaves and another joins at once', async () => {
  const first = feed.join(new Connection());
  await pass();
  first.leave();
  const connection = new Connection();
  feed.join(connection);
  await pass();
  event();
  host.tick();
  await pass();
  expect(connection.batches).toHaveLength(1);
});

it('sends every client every batch', async () => {
  const connections = [new Connection(), new Connection()];
  for (const connection of connections) feed.join(connection);
  await pass();
  event();
  host.tick(3);
  await pass();
  for (const { messages, batches } of connections) {
    expect(messages[0]).toEqual({ event: 'beat', data: {} });
    expect(batches).toHaveLength(1);
    expect(batches[0]).toMatchObject({ events: 1, shown: 1, dropped: 3 });
    const types = (batches[0]!.records as { type: string }[]).map(({ type }) => type);
    expect(types).toContain('set-pending');
    expect(types).toContain('read');
  }
});

it('sends ten batches a second at most, with everything that came', async () => {
  const connection = new Connection();
  feed.join(connection);
  await pass();
  for (let i = 0; i < 100; i++) {
    event();
    host.tick();
    await pass(10);
  }
  host.tick();
  await pass();
  host.tick();
  await pass();
  expect(connection.batches.length).toBeGreaterThan(5);
  expect(connection.batches.length).toBeLessThanOrEqual(12);
  const events = connection.batches.map((batch) => batch.events as number);
  expect(events.reduce((sum, each) => sum + each)).toBe(100);
});

it('shows some events of a busy host, whole, and says of how many', async () => {
  const connection = new Connection();
  feed.join(connection);
  await pass();
  for (let i = 0; i < 5000; i++) event();
  host.tick();
  await pass();
  const [batch] = connection.batches;
  expect(batch!.events).toBe(5000);
  expect(batch!.shown).toBeLessThanOrEqual(200);
  expect(batch!.shown).toBeGreaterThan(10);
  const records = batch!.records as { type: string }[];
  expect(records.filter(({ type }) => type === 'set-pending')).toHaveLength(batch!.shown as number);
  expect(JSON.stringify(batch).length).toBeLessThan(300_000);
});

it('leaves out batches for a client that does not take them, and says how much that was', async () => {
  const slow = new Connection();
  const quick = new Connection();
  const subscription = feed.join(slow);
  feed.join(quick);
  await pass();
  slow.full = true;
  for (let i = 0; i < 4; i++) {
    event();
    host.tick();
    await pass();
  }
  expect(slow.batches).toHaveLength(1);
  slow.full = false;
  subscription.drained();
  event();
  host.tick(2);
  await pass();
  expect(quick.batches.map(({ dropped }) => dropped)).toEqual([0, 0, 0, 0, 2]);
  const missed = quick.batches.slice(1, 4).flatMap(({ records }) => records as unknown[]).length;
  expect(missed).toBeGreaterThan(10);
  expect(slow.batches.map(({ dropped }) => dropped)).toEqual([0, missed + 2]);
});

it('beats where nothing happens', async () => {
  const connection = new Connection();
  feed.join(connection);
  for (let i = 0; i < 100; i++) {
    host.tick();
    await pass();
  }
  expect(connection.batches).toEqual([]);
  expect(connection.messages.length).toBeGreaterThanOrEqual(5);
  expect(connection.messages.length).toBeLessThanOrEqual(7);
});

it('says when the host has ended, also to who comes later', async () => {
  const connection = new Connection();
  feed.join(connection);
  await pass();
  host.end();
  expect(await feed.ended).toBe('/srv/xen has ended');
  const late = new Connection();
  feed.join(late);
  for (const { messages, over } of [connection, late]) {
    expect(messages.at(-1)).toEqual({ event: 'end', data: { why: '/srv/xen has ended' } });
    expect(over).toBe(true);
  }
  expect(host.followers).toBe(0);
});

it('says why a host cannot be followed any more', async () => {
  const connection = new Connection();
  feed.join(connection);
  await pass();
  host.fail('cannot read the trace: EIO');
  expect(await feed.ended).toBe('cannot read the trace: EIO');
  expect(connection.messages.at(-1)!.data).toEqual({ why: 'cannot read the trace: EIO' });
});
