import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { type Awaiter, Waiter } from '../../../src/client/waiter.js';

/** A waiter with a signal, and who gave up. */
function waiting() {
  const controller = new AbortController();
  const gaveUp: Awaiter<number>[] = [];
  const waiter = new Waiter<number>(controller.signal, (given) => gaveUp.push(given));
  return {
    controller,
    waiter,
    gaveUp,
    listeners: () => getEventListeners(controller.signal, 'abort').length,
  };
}

describe('a waiter', () => {
  it('gets its value, and listens no more', async () => {
    const { waiter, listeners } = waiting();
    expect(listeners()).toBe(1);
    waiter.resolve(7);
    expect(listeners()).toBe(0);
    expect(await waiter.promise).toBe(7);
  });

  it('gets an error, and listens no more', async () => {
    const { waiter, listeners } = waiting();
    const reason = new Error('no');
    waiter.reject(reason);
    expect(listeners()).toBe(0);
    await expect(waiter.promise).rejects.toBe(reason);
  });

  it('gives up when its signal aborts: its owner knows before it does', async () => {
    const { controller, waiter, gaveUp, listeners } = waiting();
    const reason = new Error('enough');
    controller.abort(reason);
    expect(gaveUp).toEqual([waiter]);
    expect(listeners()).toBe(0);
    await expect(waiter.promise).rejects.toBe(reason);
  });

  it('is settled once', async () => {
    const { controller, waiter, gaveUp } = waiting();
    waiter.resolve(1);
    waiter.resolve(2);
    waiter.reject(new Error('late'));
    controller.abort();
    expect(await waiter.promise).toBe(1);
    expect(gaveUp).toEqual([]);
  });

  it('needs no signal', async () => {
    const waiter = new Waiter<number>(undefined, () => expect.unreachable());
    waiter.resolve(3);
    expect(await waiter.promise).toBe(3);
  });

  it('whose signal has an abort listener that settles it is not given up', async () => {
    const controller = new AbortController();
    controller.signal.addEventListener('abort', () => waiter.resolve(5));
    const waiter: Waiter<number> = new Waiter<number>(controller.signal, () =>
      expect.unreachable(),
    );
    controller.abort();
    expect(await waiter.promise).toBe(5);
  });
});
