import { existsSync, readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { POLLIN, POLLOUT } from '../../../src/abi/poll.js';
import { asyncDispose } from '../../../src/client/dispose.js';
import { DeviceEvtchn } from '../../../src/device-file/device-evtchn.js';
import { HandDrivenWorker } from './hand-driven-worker.js';
import { SocketDevice } from './socket-device.js';

vi.mock(import('node:worker_threads'), async (original) => {
  const { HandDrivenWorker: Worker } = await import('./hand-driven-worker.js');
  return { ...(await original()), Worker: Worker as never };
});

let device: SocketDevice;
let handle: DeviceEvtchn;
let descriptors: number;
let listeners: number;

const count = () => readdirSync('/proc/self/fd').length;

/** The waiting thread looks, and what it says is heard. @returns whether it said anything */
function turn(): boolean {
  const rang = HandDrivenWorker.last.look();
  if (rang) HandDrivenWorker.last.ring();
  return rang;
}

/** What a promise has come to by now. */
async function soFar(promise: Promise<unknown>): Promise<unknown> {
  const none = new Promise((resolve) => setImmediate(resolve, 'waits'));
  return Promise.race([promise.catch((error) => error.code), none]);
}

beforeEach(() => {
  descriptors = count();
  listeners = process.listenerCount('exit');
  device = new SocketDevice();
  handle = new DeviceEvtchn(device.fd);
});

afterEach(() => {
  handle.close();
  device.close();
  for (const worker of HandDrivenWorker.started) if (!worker.ended) worker.look();
  expect(HandDrivenWorker.started.every(({ ended }) => ended)).toBe(true);
  HandDrivenWorker.started.length = 0;
  expect(process.listenerCount('exit')).toBe(listeners);
  expect(count()).toBe(descriptors);
});

describe('a handle over a descriptor', () => {
  it('reads, unmasks and polls without a thread', () => {
    expect(handle).toMatchObject({ kind: 'device', fd: device.fd, closed: false });
    expect([handle.tryPending(), handle.read()]).toEqual([undefined, []]);
    expect(handle.poll() & POLLIN).toBe(0);
    device.send(7, 8);
    expect(handle.poll() & (POLLIN | POLLOUT)).toBe(POLLIN | POLLOUT);
    expect(handle.read()).toEqual([7, 8]);
    handle.unmask(7);
    expect(device.unmasked()).toEqual([7]);
    handle.unmask([8, 9]);
    handle.unmask(Uint32Array.of(3));
    expect([device.unmasked(), device.unmasked(), device.unmasked()]).toEqual([
      [8, 9],
      [3],
      undefined,
    ]);
    expect(HandDrivenWorker.started).toEqual([]);
  });

  it('moves more ports than fit a page in several calls', () => {
    handle.unmask(Array.from({ length: 1500 }, (_, port) => port));
    expect([device.unmasked()?.length, device.unmasked()?.length]).toEqual([1024, 476]);
    expect(handle.readInto(new Uint32Array(0))).toBe(0);
    expect(() => handle.readInto([] as never)).toThrow(TypeError);
    expect(() => handle.unmask(-1)).toThrow(RangeError);
    expect(() => handle.notify(2 ** 32)).toThrow(RangeError);
  });

  it('says what a call is refused with', () => {
    expect(() => handle.notify(3)).toThrow(expect.objectContaining({ syscall: 'ioctl' }));
    expect(() => handle.bindUnboundPort(0)).toThrow(expect.objectContaining({ syscall: 'ioctl' }));
    expect(() => handle.bindStatic(0)).toThrow(expect.objectContaining({ syscall: 'ioctl' }));
    expect(handle.closed).toBe(false);
  });
});

describe('waiting', () => {
  it('is over when the thread has told of an event', async () => {
    const wait = handle.pending();
    expect(await soFar(wait)).toBe('waits');
    expect(turn()).toBe(false);
    device.send(5);
    expect(turn()).toBe(true);
    expect(await wait).toBe(5);
  });

  it('needs no thread for what is there', async () => {
    device.send(5);
    expect(await handle.pending()).toBe(5);
    expect(HandDrivenWorker.started).toEqual([]);
  });

  it('takes one thread for all handles', async () => {
    const other = new SocketDevice();
    const second = new DeviceEvtchn(other.fd);
    const waits = [handle.pending(), second.pending()];
    other.send(2);
    device.send(1);
    expect(turn()).toBe(true);
    expect(await Promise.all(waits)).toEqual([1, 2]);
    expect(HandDrivenWorker.started).toHaveLength(1);
    second.close();
    other.close();
  });

  it('is told of an event after one that it was not told of', async () => {
    const giving = new AbortController();
    const given = handle.pending({ signal: giving.signal });
    await soFar(given);
    device.send(5);
    expect(HandDrivenWorker.last.look()).toBe(true);
    giving.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    HandDrivenWorker.last.ring();
    expect(await soFar(handle.pending())).toBe(5);
  });

  it('goes on after many events that nobody waited for', async () => {
    const first = handle.pending();
    device.send(1);
    turn();
    await first;
    for (let event = 0; event < 20; event++) {
      device.send(1);
      expect(turn()).toBe(false);
      expect(handle.read()).toEqual([1]);
      expect(handle.read()).toEqual([]);
    }
    const wait = handle.pending();
    expect(await soFar(wait)).toBe('waits');
    device.send(2);
    expect(turn()).toBe(true);
    expect(await wait).toBe(2);
  });

  it('keeps the process while somebody waits, unless it has no reference', async () => {
    const wait = handle.pending();
    await soFar(wait);
    const thread = HandDrivenWorker.last;
    expect(thread.referenced).toBe(true);
    expect(handle.unref()).toBe(handle);
    expect(thread.referenced).toBe(false);
    expect(handle.ref()).toBe(handle);
    expect(thread.referenced).toBe(true);
    device.send(5);
    turn();
    await wait;
    expect(thread.referenced).toBe(false);
  });

  it('ends with an error when the thread fails, and begins anew with another', async () => {
    const wait = handle.pending();
    await soFar(wait);
    const failed = HandDrivenWorker.last;
    failed.emit('error', new Error('no memory'));
    failed.end();
    await expect(wait).rejects.toThrow('no memory');
    const next = handle.pending();
    expect(await soFar(next)).toBe('waits');
    expect(HandDrivenWorker.last).not.toBe(failed);
    device.send(6);
    turn();
    expect(await next).toBe(6);
  });

  it('unmasks the ports of channels in one call, and counts what comes', async () => {
    const counts = [handle.channel(5).after(0), handle.channel(6).after(0)];
    await soFar(counts[0]!);
    expect(device.unmasked()).toEqual([5, 6]);
    device.send(6, 5);
    turn();
    expect(await Promise.all(counts)).toEqual([1, 1]);
  });
});

describe('closing', () => {
  it('rejects whoever waits, and ends the thread with the last handle', async () => {
    const other = new SocketDevice();
    const second = new DeviceEvtchn(other.fd);
    const waits = [handle.pending(), second.pending()].map(soFar);
    await Promise.resolve();
    await Promise.resolve();
    handle.close();
    expect(existsSync(`/proc/self/fd/${device.fd}`)).toBe(false);
    expect(turn()).toBe(false);
    expect(HandDrivenWorker.last.ended).toBe(false);
    second.close();
    turn();
    expect(HandDrivenWorker.last.ended).toBe(true);
    expect(await Promise.all(waits)).toEqual(['EBADF', 'EBADF']);
    other.close();
  });

  it('is over for asyncDispose when the thread is', async () => {
    const wait = soFar(handle.pending());
    await Promise.resolve();
    const over = handle[asyncDispose]();
    expect(await soFar(over)).toBe('waits');
    expect(HandDrivenWorker.last.referenced).toBe(true);
    turn();
    await over;
    expect(await wait).toBe('EBADF');
  });

  it('gives the place of a handle whose event was not heard to nobody else', async () => {
    const keeper = new SocketDevice();
    const kept = new DeviceEvtchn(keeper.fd);
    const waits = [kept.pending(), handle.pending()].map((wait) => wait.catch(() => 0));
    await Promise.resolve();
    device.send(1);
    expect(HandDrivenWorker.last.look()).toBe(true);
    handle.close();
    const other = new SocketDevice();
    const next = new DeviceEvtchn(other.fd);
    const wait = next.pending();
    await Promise.resolve();
    HandDrivenWorker.last.ring();
    expect(await soFar(wait)).toBe('waits');
    other.send(9);
    turn();
    expect(await wait).toBe(9);
    for (const each of [kept, next]) each.close();
    for (const each of [keeper, other]) each.close();
    await Promise.all(waits);
  });

  it('does no harm where the descriptor is closed already', async () => {
    const wait = soFar(handle.pending());
    await Promise.resolve();
    const { closeSync } = await import('node:fs');
    closeSync(device.fd);
    expect(() => handle.close()).not.toThrow();
    expect(await wait).toBe('EBADF');
  });

  it('tells the threads of the end of the process', () => {
    const wait = soFar(handle.pending());
    const [first] = process.listeners('exit');
    first!.call(process, 0);
    HandDrivenWorker.last.look();
    expect(HandDrivenWorker.last.ended).toBe(true);
    return wait;
  });
});
