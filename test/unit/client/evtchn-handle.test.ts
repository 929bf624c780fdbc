import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { EACCES, EINVAL } from '../../../src/abi/errno.js';
import {
  IOCTL_EVTCHN_BIND_INTERDOMAIN,
  IOCTL_EVTCHN_BIND_STATIC,
  IOCTL_EVTCHN_BIND_UNBOUND_PORT,
  IOCTL_EVTCHN_BIND_VIRQ,
  IOCTL_EVTCHN_RESET,
  IOCTL_EVTCHN_RESTRICT_DOMID,
  IOCTL_EVTCHN_UNBIND,
} from '../../../src/abi/ioctl.js';
import { asyncDispose, dispose } from '../../../src/client/dispose.js';
import { failure } from '../../contract/programs.js';
import { settle } from './embedded-pair.js';
import { FakeEvtchn } from './fake-evtchn.js';
import { FakeSource, type FakeSourceOptions } from './fake-source.js';

/** A handle over a device with ports 1 to 4, and a signal that closes it. */
function setup(options?: FakeSourceOptions) {
  const source = new FakeSource([1, 2, 3, 4], options);
  const controller = new AbortController();
  const handle = new FakeEvtchn(source, controller.signal);
  return { source, handle, controller };
}

describe('calls of the device', () => {
  it.each<[string, (handle: FakeEvtchn) => unknown, number, number, number]>([
    ['bindUnboundPort', (h) => h.bindUnboundPort(9), IOCTL_EVTCHN_BIND_UNBOUND_PORT, 9, 0],
    ['bindInterdomain', (h) => h.bindInterdomain(9, 8), IOCTL_EVTCHN_BIND_INTERDOMAIN, 9, 8],
    ['bindVirq', (h) => h.bindVirq(3), IOCTL_EVTCHN_BIND_VIRQ, 3, 0],
    ['bindStatic', (h) => h.bindStatic(7), IOCTL_EVTCHN_BIND_STATIC, 7, 0],
    ['unbind', (h) => h.unbind(4), IOCTL_EVTCHN_UNBIND, 4, 0],
    ['restrict', (h) => h.restrict(2), IOCTL_EVTCHN_RESTRICT_DOMID, 2, 0],
    ['reset', (h) => h.reset(), IOCTL_EVTCHN_RESET, 0, 0],
  ])('%s passes its arguments on, and its error', (_name, call, command, first, second) => {
    const { handle } = setup();
    handle.refusal = -EACCES;
    const error = failure(() => call(handle));
    expect(error).toMatchObject({ code: 'EACCES', errno: -EACCES, syscall: 'ioctl' });
    expect(handle.commands).toEqual([[command, first, second]]);
  });

  it('answer the port', () => {
    expect(setup().handle.bindUnboundPort(0)).toBe(5);
  });

  it('have advice of their own where an errno alone says little', () => {
    const { handle } = setup();
    handle.refusal = -EINVAL;
    expect(failure(() => handle.bindInterdomain(1, 1)).message).toMatch(/be unbound, and be meant/);
    expect(failure(() => handle.bindVirq(1)).message).toMatch(/no such virtual interrupt/);
  });

  it.each<[string, (handle: FakeEvtchn) => unknown]>([
    ['a domain beyond 16 bits', (h) => h.bindUnboundPort(0x10000)],
    ['a negative domain', (h) => h.bindInterdomain(-1, 1)],
    ['a port beyond 32 bits', (h) => h.bindInterdomain(0, 2 ** 32)],
    ['half a virq', (h) => h.bindVirq(0.5)],
    ['a negative static port', (h) => h.bindStatic(-1)],
    ['an unbind of no number', (h) => h.unbind(Number.NaN)],
    ['a restriction beyond 16 bits', (h) => h.restrict(2 ** 16)],
    ['a channel of a negative port', (h) => h.channel(-1)],
    ['a read of nothing', (h) => h.read(0)],
    ['a read of more than a page', (h) => h.read(1025)],
  ])('are not made for %s', (_what, call) => {
    const { handle, source } = setup();
    expect(() => call(handle)).toThrow(expect.objectContaining({ code: 'ERR_OUT_OF_RANGE' }));
    expect([handle.commands, source.takes]).toEqual([[], []]);
  });

  it('that unbind nothing end no channel', () => {
    const { handle } = setup();
    const channel = handle.channel(2);
    handle.refusal = -EINVAL;
    expect(failure(() => handle.unbind(2)).code).toBe('EINVAL');
    expect(channel.closed).toBe(false);
  });
});

describe('reading', () => {
  it('gives a page at most, however often', () => {
    const ports = Array.from({ length: 1500 }, (_, i) => i + 1);
    const source = new FakeSource(ports);
    const handle = new FakeEvtchn(source);
    for (const port of ports) source.event(port);
    expect(handle.read(3)).toEqual([1, 2, 3]);
    expect(handle.read()).toEqual(ports.slice(3, 1027));
    expect(handle.read()).toEqual(ports.slice(1027));
  });
});

describe('pending', () => {
  it('takes what was kept before it waits', async () => {
    const { source, handle } = setup();
    const first = handle.pending();
    for (const port of [3, 1, 2]) source.event(port);
    expect(await first).toBe(3);
    expect([await handle.pending(), handle.tryPending()]).toEqual([1, 2]);
    expect(source.takes).toEqual([1, 1024]);
  });

  it('does not overtake who waits longer, though the event is there', async () => {
    const { source, handle } = setup();
    const first = handle.pending();
    source.event(1);
    const second = handle.pending();
    source.event(2);
    expect(await Promise.all([first, second])).toEqual([1, 2]);
  });

  it('that would be next hears of an overflow, as does who waits longer', async () => {
    const { source, handle } = setup();
    const first = handle.pending();
    source.overflow();
    for (const given of [first, handle.pending()]) {
      await expect(given).rejects.toMatchObject({ code: 'EFBIG' });
    }
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['a number', 1],
    ['a signal that is none', { signal: 1 }],
  ])('rejects for %s as options, and does not throw', async (_what, options) => {
    const { handle, source } = setup();
    const given = handle.pending(options as object);
    await expect(given).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' });
    expect([source.takes, source.arms]).toEqual([[], 0]);
  });

  it('rejects with the error of the device, and does not throw', async () => {
    const { handle, source } = setup();
    source.overflow();
    await expect(handle.pending()).rejects.toMatchObject({ code: 'EFBIG', syscall: 'read' });
    expect(source.arms).toBe(0);
  });

  it('waiting rejects with EFBIG and what can be done, each time until reset', async () => {
    const { handle, source } = setup();
    const given = [handle.pending(), handle.channel(2).after(0)];
    source.overflow();
    for (const outcome of await Promise.allSettled(given)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'EFBIG' } });
      expect(outcome).toMatchObject({ reason: { message: expect.stringContaining('reset()') } });
    }
    await expect(handle.channel(2).after(0)).rejects.toMatchObject({ code: 'EFBIG' });
    expect(source.armed).toBe(false);
    handle.reset();
    source.enable(1);
    source.event(1);
    expect(await handle.pending()).toBe(1);
  });
});

describe('reset', () => {
  it('throws away what was kept, too', async () => {
    const { source, handle } = setup();
    const first = handle.pending();
    for (const port of [3, 1, 2]) source.event(port);
    expect(await first).toBe(3);
    source.event(4);
    handle.reset();
    expect(handle.read()).toEqual([]);
    expect(handle.poll()).toBe(0);
    handle.unmask(1);
    source.event(1);
    expect(handle.read()).toEqual([1]);
  });
});

describe('reset, with channels', () => {
  it('has the port of an event that is gone unmasked, for who waits already', async () => {
    const { source, handle } = setup();
    const channel = handle.channel(2);
    const given = channel.after(0);
    await settle();
    source.event(2);
    handle.reset();
    await settle();
    expect([channel.count, source.armed]).toEqual([0, true]);
    source.event(2);
    expect(await given).toBe(1);
  });

  it('has it unmasked for who comes after an overflow', async () => {
    const { source, handle } = setup();
    const channel = handle.channel(2);
    const given = channel.after(0);
    await settle();
    source.event(2);
    source.overflow();
    await expect(given).rejects.toMatchObject({ code: 'EFBIG' });
    handle.reset();
    expect(source.unmasks).toEqual([[2]]);
    const again = channel.after(0);
    source.event(2);
    expect(await again).toBe(1);
  });

  it('leaves the ports of those that nobody waits on masked', async () => {
    const { source, handle } = setup();
    const channel = handle.channel(2);
    source.event(2);
    handle.reset();
    source.event(2);
    await settle();
    expect([source.unmasks, source.ring]).toEqual([[], []]);
    expect(await channel.after(0)).toBe(1);
  });
});

describe('the signal of a handle', () => {
  it('closes it: who waits is rejected with its reason', async () => {
    const { source, handle, controller } = setup();
    const channel = handle.channel(2);
    const given = [handle.pending(), handle.pending(), channel.after(0)];
    const reason = new Error('enough');
    controller.abort(reason);
    expect([handle.closed, handle.released, channel.closed]).toEqual([true, 1, true]);
    expect([source.armed, source.disarms]).toEqual([false, 1]);
    for (const outcome of await Promise.allSettled(given)) {
      expect(outcome).toEqual({ status: 'rejected', reason });
    }
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    await expect(handle.pending()).rejects.toMatchObject({ code: 'EBADF' });
    await expect(channel.after(0)).rejects.toMatchObject({ code: 'EBADF' });
  });

  it('may be that of a wait, too', async () => {
    const { source, handle, controller } = setup();
    const { signal } = controller;
    const given = [handle.pending({ signal }), handle.channel(2).after(0, { signal })];
    controller.abort(new Error('enough'));
    for (const one of given) await expect(one).rejects.toThrow('enough');
    expect([source.disarms, handle.released]).toEqual([1, 1]);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('ends a loop as closing does', async () => {
    const { handle, controller } = setup();
    const next = handle[Symbol.asyncIterator]().next();
    await settle();
    controller.abort(new Error('enough'));
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it.each<[string, (handle: FakeEvtchn) => unknown]>([
    ['closed', (handle) => handle.close()],
    ['lost', (handle) => handle.lose()],
    ['disposed of', (handle) => handle[dispose]()],
    ['disposed of asynchronously', (handle) => handle[asyncDispose]()],
  ])('is listened to no more once it is %s', async (_how, end) => {
    const { handle, controller } = setup();
    expect(getEventListeners(controller.signal, 'abort').length).toBe(1);
    await end(handle);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    controller.abort();
    expect(handle.released).toBe(1);
  });
});

describe('a loop', () => {
  it('unmasks its port when a turn is left, and does not when the handle is at its end', async () => {
    const { source, handle } = setup();
    for (const port of [1, 2]) source.event(port);
    const turns: number[] = [];
    for await (const port of handle) {
      turns.push(port);
      if (port === 2) handle.close();
    }
    expect(turns).toEqual([1, 2]);
    expect([source.ports.get(1), source.ports.get(2)]).toEqual([undefined, false]);
  });

  it('has no turn on a handle that was closed after the event was handed to it', async () => {
    const { source, handle } = setup();
    const first = handle.pending().then(() => handle.close());
    const next = handle[Symbol.asyncIterator]().next();
    for (const port of [1, 2]) source.event(port);
    await first;
    expect(await next).toEqual({ done: true, value: undefined });
    expect(source.ring).toEqual([]);
  });
});

describe('the end', () => {
  it('is once: the first reason stays', async () => {
    const { handle } = setup();
    const given = handle.pending();
    handle.lose();
    handle.close();
    await expect(given).rejects.toMatchObject({ code: 'ENODEV' });
    expect(failure(() => handle.channel(1))).toMatchObject({ code: 'ENODEV', syscall: 'read' });
    expect(failure(() => handle.reset()).message).toMatch(/the fake is gone/);
    expect(handle.released).toBe(1);
  });

  it('from what follows an event rejects the others', async () => {
    const { source, handle } = setup();
    const first = handle.pending().then(() => handle.close());
    const second = handle.pending();
    source.event(1);
    await first;
    await expect(second).rejects.toMatchObject({ code: 'EBADF' });
    expect([source.armed, handle.released]).toEqual([false, 1]);
  });

  it('with a wait that was just begun unmasks nothing', async () => {
    const { source, handle } = setup();
    const given = handle.channel(2).after(0);
    handle.close();
    await expect(given).rejects.toMatchObject({ code: 'EBADF' });
    await settle();
    expect([source.unmasks, source.arms]).toEqual([[], 0]);
  });
});
