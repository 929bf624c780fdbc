import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WaitSlots } from '../../../src/device-file/wait-slots.js';
import { STOP } from '../../../src/device-file/waiting-options.js';
import { closeDescriptor, openEventfd, writeDescriptor } from '../../../src/native/descriptor.js';
import { EPOLLET, EPOLLIN, epollAdd, openEpoll } from '../../../src/native/epoll.js';

/** What the thread is started with, and whom it tells. */
const thread = vi.hoisted(() => ({
  workerData: {} as object,
  postMessage: (_: unknown): void => {},
}));
vi.mock(import('node:worker_threads'), async (original) => ({
  ...(await original()),
  get workerData() {
    return thread.workerData;
  },
  parentPort: { postMessage: (message: unknown) => thread.postMessage(message) } as never,
}));

const ONE = new Uint8Array(new BigUint64Array([1n]).buffer);
const write = (fd: number) => writeDescriptor(fd, ONE, ONE.length);

let slots: WaitSlots;
let epoll: number;
let stop: number;
let first: number;
let second: number;

beforeEach(() => {
  vi.resetModules();
  slots = new WaitSlots();
  [epoll, stop, first, second] = [openEpoll(), openEventfd(), openEventfd(), openEventfd()];
  epollAdd(epoll, first, EPOLLIN | EPOLLET, 1);
  epollAdd(epoll, second, EPOLLIN | EPOLLET, 2);
  epollAdd(epoll, stop, EPOLLIN, STOP);
  slots.open(1);
  slots.open(2);
});
afterEach(() => {
  for (const fd of [epoll, stop, first, second]) closeDescriptor(fd);
});

/** Runs the thread, in this one, until it stops. */
async function run(timeout = 1000): Promise<void> {
  thread.workerData = { epoll, slots: slots.buffer, timeout };
  await import('../../../src/device-file/waiting-thread.js');
}

it('rings once for what is ready at once, and then until it was heard not again', async () => {
  const rung: unknown[] = [];
  thread.postMessage = (message) => {
    rung.push(message);
    write(stop);
  };
  write(first);
  write(second);
  await run();
  expect(rung).toEqual([0]);
  slots.heard();
  expect([slots.next(), slots.next(), slots.next()].sort()).toEqual([-1, 1, 2]);
});

it('says nothing of a handle that nobody waits for', async () => {
  thread.postMessage = () => expect.unreachable('it rang');
  slots.disarm(1);
  write(first);
  write(stop);
  await run();
  expect(slots.arm(1)).toBe('look');
});

it('fails with what epoll_wait says', async () => {
  closeDescriptor(epoll);
  await expect(run()).rejects.toMatchObject({ code: 'EBADF', syscall: 'epoll_wait' });
});

it('says when it is over, for a process that ends', async () => {
  write(stop);
  expect(slots.waitOver(0)).toBe(false);
  await run();
  expect(slots.waitOver(0)).toBe(true);
});

it('says so when it fails, too', async () => {
  closeDescriptor(epoll);
  await expect(run()).rejects.toMatchObject({ code: 'EBADF', syscall: 'epoll_wait' });
  expect(slots.waitOver(0)).toBe(true);
});
