import { describe, expect, it } from 'vitest';
import { DOMID_SELF, type Evtchn } from 'xen-evtchn';
import { listeners } from './listeners.js';
import { arrived, failure, type Programs, turn } from './programs.js';

/** Every call that asks the device, with its name in errors. */
const CALLS: readonly (readonly [string, (handle: Evtchn) => unknown, string])[] = [
  ['bindUnboundPort', (handle) => handle.bindUnboundPort(DOMID_SELF), 'ioctl'],
  ['bindInterdomain', (handle) => handle.bindInterdomain(DOMID_SELF, 1), 'ioctl'],
  ['bindVirq', (handle) => handle.bindVirq(1), 'ioctl'],
  ['bindStatic', (handle) => handle.bindStatic(1), 'ioctl'],
  ['unbind', (handle) => handle.unbind(1), 'ioctl'],
  ['notify', (handle) => handle.notify(1), 'ioctl'],
  ['unmask', (handle) => handle.unmask(1), 'write'],
  ['unmask of several', (handle) => handle.unmask([1, 2]), 'write'],
  ['unmask of none', (handle) => handle.unmask([]), 'write'],
  ['tryPending', (handle) => handle.tryPending(), 'read'],
  ['read', (handle) => handle.read(), 'read'],
  ['readInto', (handle) => handle.readInto(new Uint32Array(1)), 'read'],
  ['poll', (handle) => handle.poll(), 'poll'],
  ['restrict', (handle) => handle.restrict(5), 'ioctl'],
  ['reset', (handle) => handle.reset(), 'ioctl'],
  ['channel', (handle) => handle.channel(1), 'read'],
];

/** The end of a handle. */
export function closing(programs: Programs): void {
  describe('a closed handle', () => {
    it.each(CALLS)('refuses %s with EBADF', (_name, call, syscall) => {
      const handle = programs.open();
      handle.close();
      expect(handle.closed).toBe(true);
      const error = failure(() => call(handle));
      expect(error).toMatchObject({ code: 'EBADF', errno: -9, syscall });
      expect(error.message).toMatch(/the handle is closed/);
    });

    it('rejects pending with EBADF', async () => {
      const handle = programs.open();
      handle.close();
      await expect(handle.pending()).rejects.toMatchObject({ code: 'EBADF', syscall: 'read' });
    });

    it('can be closed again, in every way', async () => {
      const handle = programs.open();
      handle.close();
      handle.close();
      handle[Symbol.dispose]();
      await handle[Symbol.asyncDispose]();
      expect(handle.closed).toBe(true);
    });

    it('has let go of its ports: the peer’s can be connected to anew', async () => {
      const { back, front, local } = await programs.pair();
      await back[Symbol.asyncDispose]();
      expect(front.tryPending()).toBeUndefined();
      const next = programs.open();
      const port = next.bindInterdomain(DOMID_SELF, local);
      expect(await next.pending()).toBe(port);
      next.notify(port);
      expect(await front.pending()).toBe(local);
    });

    it('has let go of its ports also if it was closed with an event unread, or waiting', async () => {
      const { back, front, local, remote } = await programs.pair();
      front.notify(local);
      await arrived(back);
      const ended = expect(front.pending()).rejects.toMatchObject({ code: 'EBADF' });
      back.close();
      front.close();
      await ended;
      const next = programs.open();
      for (const port of [local, remote]) {
        expect(failure(() => next.bindInterdomain(DOMID_SELF, port)).code).toBe('EINVAL');
      }
    });

    it('has ended its channels with EBADF', async () => {
      const { back, remote } = await programs.pair();
      const channel = back.channel(remote);
      const all = Promise.allSettled([channel.after(0), channel.after(7)]);
      await turn();
      back.close();
      for (const outcome of await all) {
        expect(outcome).toMatchObject({ reason: { code: 'EBADF', syscall: 'read' } });
      }
      expect(channel.closed).toBe(true);
      await expect(channel.after(0)).rejects.toMatchObject({ code: 'EBADF' });
      expect(failure(() => channel.notify()).code).toBe('EBADF');
    });
  });

  describe('using', () => {
    it('closes the handle', () => {
      const handle = programs.open();
      handle[Symbol.dispose]();
      expect(handle.closed).toBe(true);
      expect(failure(() => handle.read()).code).toBe('EBADF');
    });

    it('closes it also with await, when nobody can be woken any more', async () => {
      const { back } = await programs.pair();
      const ended = expect(back.pending()).rejects.toMatchObject({ code: 'EBADF' });
      await turn();
      await back[Symbol.asyncDispose]();
      expect(back.closed).toBe(true);
      await ended;
    });
  });

  describe('the signal of a handle', () => {
    const reason = new Error('enough');

    it('aborted already lets nothing be opened', () => {
      expect(() => programs.open({ signal: AbortSignal.abort(reason) })).toThrow(reason);
    });

    it('closes it when it aborts; who waits is rejected with its reason', async () => {
      const controller = new AbortController();
      const handle = programs.open({ signal: controller.signal });
      const channel = handle.channel(handle.bindUnboundPort(DOMID_SELF));
      const all = Promise.allSettled([handle.pending(), channel.after(0), handle.pending()]);
      await turn();
      controller.abort(reason);
      expect(handle.closed).toBe(true);
      for (const outcome of await all) expect(outcome).toEqual({ status: 'rejected', reason });
      expect(failure(() => handle.read()).code).toBe('EBADF');
      await expect(handle.pending()).rejects.toMatchObject({ code: 'EBADF' });
    });

    it('ends a loop over it', async () => {
      const controller = new AbortController();
      const handle = programs.open({ signal: controller.signal });
      const next = handle[Symbol.asyncIterator]().next();
      await turn();
      controller.abort(reason);
      expect(await next).toEqual({ done: true, value: undefined });
    });

    it('is listened to until the handle is closed', () => {
      const { signal, count } = listeners();
      const handle = programs.open({ signal });
      expect(count()).toBe(1);
      handle.close();
      expect(count()).toBe(0);
    });
  });
}
