import { describe, expect, it } from 'vitest';
import { EAGAIN, EBADF, EFAULT, EINTR, ERESTARTSYS } from '../../../src/abi/errno.js';
import { O_NONBLOCK, O_PATH, O_RDONLY, O_RDWR, O_WRONLY } from '../../../src/abi/fcntl.js';
import { POLLERR, POLLHUP, POLLIN, POLLNVAL, POLLOUT } from '../../../src/abi/poll.js';
import { ManualClock } from '../../../src/clock/manual-clock.js';
import { pollBlocking, readBlocking, readvBlocking, waitEvent } from '../../../src/vfs/blocking.js';
import { DescriptorTable } from '../../../src/vfs/descriptor-table.js';
import { File } from '../../../src/vfs/file.js';
import { WaitQueue } from '../../../src/vfs/wait-queue.js';
import { ProgramMemory } from './program-memory.js';
import { QueueDevice } from './queue-device.js';

function open(flags: number = O_RDWR) {
  const device = new QueueDevice();
  return { device, file: new File(device, flags), memory: new ProgramMemory() };
}

/** Lets every promise that is settled have its say. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

/** A call under way: what it answered, once it did. */
function watch<T>(call: Promise<T>): { readonly answers: T[]; readonly call: Promise<T> } {
  const answers: T[] = [];
  const noted = call.then((answer) => {
    answers.push(answer);
    return answer;
  });
  return { answers, call: noted };
}

describe('waiting on a queue', () => {
  it('ends at once if the condition holds, even when the signal is aborted', async () => {
    const queue = new WaitQueue();
    expect(await waitEvent(queue, () => true, AbortSignal.abort())).toBe(true);
    expect(queue.size).toBe(0);
  });

  it('does not start with an aborted signal', async () => {
    const queue = new WaitQueue();
    expect(await waitEvent(queue, () => false, AbortSignal.abort())).toBe(false);
    expect(queue.size).toBe(0);
  });

  it('goes on over wake-ups for which the condition does not hold', async () => {
    const queue = new WaitQueue();
    let ready = false;
    const { answers, call } = watch(waitEvent(queue, () => ready));
    queue.wake();
    await settle();
    expect(answers).toEqual([]);
    expect(queue.size).toBe(1);
    ready = true;
    queue.wake();
    expect(await call).toBe(true);
    expect(queue.size).toBe(0);
  });

  it('leaves neither a waiter nor a listener behind', async () => {
    const queue = new WaitQueue();
    const listeners = new Set<() => void>();
    const signal = {
      aborted: false,
      addEventListener: (_type: 'abort', listener: () => void) => listeners.add(listener),
      removeEventListener: (_type: 'abort', listener: () => void) => listeners.delete(listener),
    };
    let ready = false;
    const woken = waitEvent(queue, () => ready, signal);
    const aborted = waitEvent(queue, () => false, signal);
    expect([queue.size, listeners.size]).toEqual([2, 2]);
    ready = true;
    queue.wake();
    expect(await woken).toBe(true);
    expect([queue.size, listeners.size]).toEqual([1, 1]);
    for (const listener of [...listeners]) listener();
    expect(await aborted).toBe(false);
    expect([queue.size, listeners.size]).toEqual([0, 0]);
  });
});

describe('a blocking read', () => {
  it('returns at once what is there', async () => {
    const { device, file, memory } = open();
    device.feed(7, 8);
    expect(await readBlocking(file, memory, memory.base, 64)).toBe(8);
    expect(memory.words(2)).toEqual([7, 8]);
  });

  it('waits for something and then returns it', async () => {
    const { device, file, memory } = open();
    const { answers, call } = watch(readBlocking(file, memory, memory.base, 4));
    await settle();
    expect(answers).toEqual([]);
    expect(device.waitQueue.size).toBe(1);
    device.feed(7);
    expect(await call).toBe(4);
    expect(memory.words(1)).toEqual([7]);
    expect(device.waitQueue.size).toBe(0);
    expect(file.references).toBe(1);
  });

  it('does not wait on a file that is O_NONBLOCK', async () => {
    const { file, memory } = open(O_RDONLY | O_NONBLOCK);
    expect(await readBlocking(file, memory, memory.base, 4)).toBe(-EAGAIN);
  });

  it('returns errors at once and lets the file go', async () => {
    const { file, memory } = open(O_WRONLY);
    expect(await readBlocking(file, memory, memory.base, 4)).toBe(-EBADF);
    expect(file.references).toBe(1);
  });

  it('interrupted, consumes nothing and leaves nobody on the queue', async () => {
    const { device, file, memory } = open();
    const interrupt = new AbortController();
    const read = readBlocking(file, memory, memory.base, 4, interrupt.signal);
    await settle();
    interrupt.abort();
    device.feed(7);
    expect(await read).toBe(-ERESTARTSYS);
    expect(device.waitQueue.size).toBe(0);
    expect(device.queue).toEqual([7]);
    expect(file.references).toBe(1);
  });

  it('takes what is there even when it is interrupted already', async () => {
    const { device, file, memory } = open();
    device.feed(7);
    expect(await readBlocking(file, memory, memory.base, 4, AbortSignal.abort())).toBe(4);
  });

  it('keeps the file open although every descriptor is closed', async () => {
    const { device, file, memory } = open();
    const table = new DescriptorTable();
    const fd = table.install(file);
    const read = readBlocking(file, memory, memory.base, 4);
    await settle();
    table.close(fd);
    expect(device.releases).toBe(0);
    device.feed(7);
    expect(await read).toBe(4);
    expect(device.releases).toBe(1);
  });

  it('hands one event to one of two readers and leaves the other waiting', async () => {
    const { device, file, memory } = open();
    const other = new ProgramMemory();
    const first = watch(readBlocking(file, memory, memory.base, 4));
    const second = watch(readBlocking(file, other, other.base, 4));
    await settle();
    device.feed(7);
    await settle();
    expect(first.answers).toEqual([4]);
    expect(second.answers).toEqual([]);
    expect(device.waitQueue.size).toBe(1);
    device.feed(8);
    expect(await second.call).toBe(4);
    expect([...memory.words(1), ...other.words(1)]).toEqual([7, 8]);
  });

  it('is not woken by O_NONBLOCK set meanwhile, but does not wait again', async () => {
    const { device, file, memory } = open();
    const first = watch(readBlocking(file, memory, memory.base, 4));
    const second = watch(readBlocking(file, memory, memory.base, 4));
    await settle();
    file.setFlags(0, O_NONBLOCK);
    await settle();
    expect([...first.answers, ...second.answers]).toEqual([]);
    device.feed(7);
    await settle();
    expect([first.answers, second.answers]).toEqual([[4], [-EAGAIN]]);
  });
});

describe('a blocking vectored read', () => {
  const segments = (memory: ProgramMemory, ...lengths: number[]) =>
    lengths.map((length, i) => ({ address: memory.base + i * 0x100, length }));

  it('waits for its second segment although it already has data', async () => {
    const { device, file, memory } = open();
    device.feed(7);
    const { answers, call } = watch(readvBlocking(file, memory, segments(memory, 4, 4)));
    await settle();
    expect(answers).toEqual([]);
    device.feed(8);
    expect(await call).toBe(8);
    expect([...memory.words(1), ...memory.words(1, memory.base + 0x100)]).toEqual([7, 8]);
  });

  it('ends with a segment that was not filled, and passes over empty ones', async () => {
    const { device, file, memory } = open();
    device.feed(7, 8);
    expect(await readvBlocking(file, memory, segments(memory, 0, 6, 4))).toBe(4);
    expect(device.queue).toEqual([8]);
  });

  it('interrupted in its second segment, returns the first', async () => {
    const { device, file, memory } = open();
    device.feed(7);
    const interrupt = new AbortController();
    const read = readvBlocking(file, memory, segments(memory, 4, 4), interrupt.signal);
    await settle();
    interrupt.abort();
    expect(await read).toBe(4);
    expect(device.waitQueue.size).toBe(0);
  });

  it('interrupted in its first segment, returns the interruption', async () => {
    const { device, file, memory } = open();
    const interrupt = new AbortController();
    const read = readvBlocking(file, memory, segments(memory, 4, 4), interrupt.signal);
    interrupt.abort();
    expect(await read).toBe(-ERESTARTSYS);
    expect(device.waitQueue.size).toBe(0);
  });

  it('keeps the file open from its first segment to its last', async () => {
    const { device, file, memory } = open();
    const { answers } = watch(readvBlocking(file, memory, segments(memory, 4, 4)));
    await settle();
    file.put();
    device.feed(7);
    await settle();
    expect(device.releases).toBe(0);
    expect(answers).toEqual([]);
    device.feed(8);
    await settle();
    expect(answers).toEqual([8]);
    expect(device.releases).toBe(1);
  });

  it('moves nothing when a later segment lies outside of the program’s half', async () => {
    const { device, file, memory } = open();
    device.feed(7);
    const kernel = { address: 0xffff800000000000, length: 4 };
    const read = readvBlocking(file, memory, [...segments(memory, 4), kernel]);
    expect(await read).toBe(-EFAULT);
    expect(device.queue).toEqual([7]);
  });
});

describe('poll', () => {
  it('returns at once what holds, wanted or not for errors', async () => {
    const { device, file } = open();
    const clock = new ManualClock();
    expect(await pollBlocking(file, POLLIN | POLLOUT, -1, clock)).toBe(POLLOUT);
    device.extraBits = POLLERR | POLLHUP;
    expect(await pollBlocking(file, 0, -1, clock)).toBe(POLLERR | POLLHUP);
  });

  it('with a timeout of 0 never waits', async () => {
    const { file } = open();
    const clock = new ManualClock();
    expect(await pollBlocking(file, POLLIN, 0, clock)).toBe(0);
    expect(clock.nextAt).toBeUndefined();
  });

  it('of an O_PATH file is POLLNVAL, as if it were not open', async () => {
    const { file } = open(O_PATH);
    expect(await pollBlocking(file, POLLIN, 0, new ManualClock())).toBe(POLLNVAL);
  });

  it('waits for the bits it wants and calls its timer off', async () => {
    const { device, file } = open();
    const clock = new ManualClock(1000);
    const { answers, call } = watch(pollBlocking(file, POLLIN, 50, clock));
    expect(clock.nextAt).toBe(1050);
    device.waitQueue.wake();
    await settle();
    expect(answers).toEqual([]);
    device.feed(7);
    expect(await call).toBe(POLLIN);
    expect(clock.nextAt).toBeUndefined();
    expect(device.waitQueue.size).toBe(0);
    expect(device.queue).toEqual([7]);
  });

  it('returns 0 when its time is over, and not before', async () => {
    const { device, file } = open();
    const clock = new ManualClock();
    const { answers, call } = watch(pollBlocking(file, POLLIN, 50, clock));
    clock.advance(49);
    await settle();
    expect(answers).toEqual([]);
    clock.advance(1);
    expect(await call).toBe(0);
    expect(device.waitQueue.size).toBe(0);
  });

  it('with a negative timeout waits for ever', async () => {
    const { device, file } = open();
    const clock = new ManualClock();
    const { answers, call } = watch(pollBlocking(file, POLLIN, -1, clock));
    clock.advance(1e9);
    await settle();
    expect(answers).toEqual([]);
    expect(clock.nextAt).toBeUndefined();
    device.feed(7);
    expect(await call).toBe(POLLIN);
  });

  it('interrupted, returns EINTR and leaves nothing behind', async () => {
    const { device, file } = open();
    const clock = new ManualClock();
    const interrupt = new AbortController();
    const poll = pollBlocking(file, POLLIN, 50, clock, interrupt.signal);
    interrupt.abort();
    expect(await poll).toBe(-EINTR);
    expect(device.waitQueue.size).toBe(0);
    expect(clock.nextAt).toBeUndefined();
    expect(file.references).toBe(1);
    expect(await pollBlocking(file, POLLIN, 50, clock, AbortSignal.abort())).toBe(-EINTR);
  });

  it('keeps the file open although every descriptor is closed', async () => {
    const { device, file } = open();
    const poll = pollBlocking(file, POLLIN, -1, new ManualClock());
    file.put();
    expect(device.releases).toBe(0);
    device.feed(7);
    expect(await poll).toBe(POLLIN);
    expect(device.releases).toBe(1);
  });
});
