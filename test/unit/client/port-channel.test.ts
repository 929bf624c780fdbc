import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { EvtchnChannel } from '../../../src/client/channel.js';
import { dispose } from '../../../src/client/dispose.js';
import { settle } from './embedded-pair.js';
import { FakeEvtchn } from './fake-evtchn.js';
import { FakeSource, type FakeSourceOptions } from './fake-source.js';

/** A handle over a device with ports 1 to 4, and a channel for port 2. */
function setup(options?: FakeSourceOptions) {
  const source = new FakeSource([1, 2, 3, 4], options);
  const handle = new FakeEvtchn(source);
  return { source, handle, channel: handle.channel(2) };
}

/** What a promise has come to: what it gave, the code of its error, or that it waits. */
async function state(promise: Promise<unknown>): Promise<unknown> {
  const waits = settle().then(() => 'waits');
  return Promise.race([promise.catch((error) => error.code ?? error.message), waits]);
}

describe('a channel', () => {
  it('is the same one for a port until it is closed', () => {
    const { handle, channel } = setup();
    expect(handle.channel(2)).toBe(channel);
    expect(handle.channel(3)).not.toBe(channel);
    expect([channel.port, channel.count, channel.closed]).toEqual([2, 0, false]);
    channel.close();
    expect(handle.channel(2)).not.toBe(channel);
  });

  it('sends events on its port', () => {
    const { handle, channel } = setup();
    channel.notify();
    channel.close();
    channel.notify();
    expect(handle.notified).toEqual([2, 2]);
    handle.close();
    expect(() => channel.notify()).toThrow(expect.objectContaining({ code: 'EBADF' }));
  });

  it('counts events, which nothing else sees then', async () => {
    const { source, handle, channel } = setup({ looks: true });
    source.event(2);
    expect(await channel.after(0)).toBe(1);
    source.event(2);
    expect(handle.tryPending()).toBeUndefined();
    expect(channel.count).toBe(1);
    expect(await channel.after(1)).toBe(2);
    expect(await channel.after(0)).toBe(2);
    expect(handle.read()).toEqual([]);
  });

  it('counts while others read', () => {
    const { source, handle, channel } = setup();
    for (const port of [2, 1]) source.event(port);
    expect(handle.tryPending()).toBe(1);
    expect(channel.count).toBe(1);
    expect(source.unmasks).toEqual([]);
  });

  it('whose port was read before unmasks it for the first who waits', async () => {
    const source = new FakeSource([1, 2]);
    const handle = new FakeEvtchn(source);
    source.event(2);
    expect(await handle.pending()).toBe(2);
    source.event(2);
    const channel = handle.channel(2);
    expect(channel.count).toBe(0);
    expect(await channel.after(0)).toBe(1);
  });

  it('does not unmask for who needs not wait', async () => {
    const { source, channel } = setup();
    source.event(2);
    await channel.after(0);
    source.unmasks.length = 0;
    expect(await channel.after(0)).toBe(1);
    await settle();
    expect(source.unmasks).toEqual([]);
  });

  it.each([1, 1024])('unmasks again for those who wait for more, %i at once', async (batch) => {
    const { source, channel } = setup({ batch });
    const waits = [0, 2, 1, 0].map((count) => channel.after(count));
    const states = () => Promise.all(waits.map(state));
    source.event(2);
    expect(await states()).toEqual([1, 'waits', 'waits', 1]);
    source.event(2);
    expect(await states()).toEqual([1, 'waits', 2, 1]);
    expect(source.armed).toBe(true);
    source.event(2);
    expect(await states()).toEqual([1, 3, 2, 1]);
    expect([source.armed, source.disarms]).toEqual([false, 1]);
    // Nobody waits for more: masked, and remembered as one.
    source.event(2);
    source.event(2);
    await settle();
    expect(channel.count).toBe(3);
    expect(await channel.after(3)).toBe(4);
  });

  it('unmasks again although somebody else read the event', async () => {
    const { source, handle, channel } = setup();
    const after = channel.after(1);
    await settle();
    source.event(2);
    expect(handle.tryPending()).toBeUndefined();
    source.event(2);
    expect(await after).toBe(2);
  });

  it('misses nothing between looking and waiting', async () => {
    const { source, channel } = setup();
    let seen = channel.count;
    for (let turn = 1; turn <= 5; turn++) {
      // While it works; the second is one with the first.
      source.event(2);
      source.event(2);
      seen = await channel.after(seen);
      expect(seen).toBe(turn);
    }
  });

  it('lets each that waits give up', async () => {
    const { source, channel } = setup();
    const controllers = [new AbortController(), new AbortController()];
    const waits = controllers.map(({ signal }) => channel.after(0, { signal }));
    waits.push(channel.after(0));
    controllers[0]!.abort(new Error('enough'));
    expect(await state(waits[0]!)).toBe('enough');
    expect(source.armed).toBe(true);
    source.event(2);
    expect(await Promise.all(waits.map(state))).toEqual(['enough', 1, 1]);
    controllers[1]!.abort();
    expect([source.armed, source.disarms]).toEqual([false, 1]);
    for (const { signal } of controllers) expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('can be given up from what follows another wait', async () => {
    const { source, channel } = setup();
    const controller = new AbortController();
    const first = channel.after(0).then(() => controller.abort(new Error('enough')));
    const second = channel.after(1, { signal: controller.signal });
    source.event(2);
    await first;
    expect(await state(second)).toBe('enough');
    expect([source.armed, source.disarms]).toEqual([false, 1]);
  });

  it('with an aborted signal does not wait, though it has seen enough', async () => {
    const { source, channel } = setup();
    source.event(2);
    await channel.after(0);
    const signal = AbortSignal.abort(new Error('enough'));
    expect(await state(channel.after(0, { signal }))).toBe('enough');
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it.each<[string, unknown, unknown]>([
    ['no count', undefined, 'ERR_INVALID_ARG_TYPE'],
    ['a negative count', -1, 'ERR_OUT_OF_RANGE'],
    ['half an event', 0.5, 'ERR_OUT_OF_RANGE'],
    ['a count beyond all', 2 ** 53, 'ERR_OUT_OF_RANGE'],
  ])('refuses %s', async (_what, count, code) => {
    const { source, channel } = setup();
    expect(await state(channel.after(count as number))).toBe(code);
    expect(source.arms).toBe(0);
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['a signal that is none', { signal: {} }],
    ['a signal alone', 5],
  ])('refuses %s as options', async (_what, options) => {
    const { source, channel } = setup();
    expect(await state(channel.after(0, options as object))).toBe('ERR_INVALID_ARG_TYPE');
    await settle();
    expect([source.arms, source.unmasks.length]).toEqual([0, 0]);
  });
});

describe('a channel ends', () => {
  const ends: [string, (given: ReturnType<typeof setup>) => void, string][] = [
    ['closed', ({ channel }) => channel.close(), 'ECANCELED'],
    ['disposed of', ({ channel }) => channel[dispose](), 'ECANCELED'],
    ['its port unbound', ({ handle }) => handle.unbind(2), 'ECANCELED'],
    ['its handle closed', ({ handle }) => handle.close(), 'EBADF'],
    ['its device lost', ({ handle }) => handle.lose(), 'ENODEV'],
  ];

  it.each(ends)('%s: who waits is rejected, and who comes later', async (_how, end, code) => {
    const given = setup();
    const { source, channel } = given;
    const controller = new AbortController();
    const { signal } = controller;
    const waits = [channel.after(0), channel.after(3, { signal })];
    end(given);
    end(given);
    expect(await Promise.all(waits.map(state))).toEqual([code, code]);
    expect(channel.closed).toBe(true);
    expect(await state(channel.after(0))).toBe(code);
    expect(source.armed).toBe(false);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    await settle();
    expect(source.unmasks).toEqual([]);
  });

  it('and says which', async () => {
    const { channel } = setup();
    channel.close();
    await expect(channel.after(0)).rejects.toThrow(/the channel of port 2 was closed/);
  });

  it('and what comes then is for the others', async () => {
    const { source, handle, channel } = setup();
    const pending = handle.pending();
    source.event(2);
    await channel.after(0);
    channel.close();
    handle.unmask(2);
    source.event(2);
    expect(await pending).toBe(2);
  });

  it('and takes nothing with it that it did not see', async () => {
    const { source, handle, channel } = setup();
    source.event(2);
    channel.close();
    expect(handle.tryPending()).toBe(2);
  });

  it('from what follows a wait for it, with others waiting', async () => {
    const { source, channel } = setup();
    const first = channel.after(0).then(() => channel.close());
    const second = channel.after(1);
    const other = channel.after(5);
    source.event(2);
    await first;
    expect(await Promise.all([second, other].map(state))).toEqual(['ECANCELED', 'ECANCELED']);
    expect([source.armed, source.disarms]).toEqual([false, 1]);
  });

  it('and another for its port begins anew', async () => {
    const { source, handle, channel } = setup();
    source.event(2);
    await channel.after(0);
    source.event(2);
    channel.close();
    const next: EvtchnChannel = handle.channel(2);
    expect(next.count).toBe(0);
    expect(await next.after(0)).toBe(1);
    expect([channel.count, next.count]).toEqual([1, 1]);
  });
});
