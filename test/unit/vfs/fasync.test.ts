import { describe, expect, it } from 'vitest';
import { O_ASYNC, O_RDWR } from '../../../src/abi/fcntl.js';
import { POLL_IN, POLLIN, POLLRDNORM } from '../../../src/abi/poll.js';
import { SI_KERNEL, SIGIO } from '../../../src/abi/signal.js';
import { FasyncQueue, type SignalInfo } from '../../../src/vfs/fasync.js';
import { File } from '../../../src/vfs/file.js';
import { QueueDevice } from './queue-device.js';

/** A file whose owner notes its signals. */
function ownedFile() {
  const file = new File(new QueueDevice(), O_RDWR);
  const signals: SignalInfo[] = [];
  file.owner = { deliver: (info) => signals.push(info) };
  return { file, signals };
}

describe('a queue of files that want signals', () => {
  it('says whether setting changed anything and keeps the flag of the file in step', () => {
    const queue = new FasyncQueue();
    const { file } = ownedFile();
    expect(queue.set(3, file, false)).toBe(0);
    expect(queue.set(3, file, true)).toBe(1);
    expect(file.flags & O_ASYNC).toBe(O_ASYNC);
    expect(queue.set(4, file, true)).toBe(0);
    expect(queue.set(3, file, false)).toBe(1);
    expect(file.flags).toBe(O_RDWR);
    expect(queue.set(3, file, false)).toBe(0);
  });

  it('sends SIGIO without further information unless a signal was chosen', () => {
    const queue = new FasyncQueue();
    const { file, signals } = ownedFile();
    queue.set(3, file, true);
    queue.signalInput();
    expect(signals).toEqual([{ signal: SIGIO, code: SI_KERNEL, band: 0, fd: -1 }]);
  });

  it('sends the chosen signal with the reason and the descriptor', () => {
    const queue = new FasyncQueue();
    const { file, signals } = ownedFile();
    file.signal = 34;
    queue.set(3, file, true);
    queue.signalInput();
    expect(signals).toEqual([{ signal: 34, code: POLL_IN, band: POLLIN | POLLRDNORM, fd: 3 }]);
  });

  it('names the descriptor it was set on last', () => {
    const queue = new FasyncQueue();
    const { file, signals } = ownedFile();
    file.signal = 34;
    queue.set(3, file, true);
    queue.set(9, file, true);
    queue.signalInput();
    expect(signals.map(({ fd }) => fd)).toEqual([9]);
  });

  it('signals each registered file once, and none that was taken off', () => {
    const queue = new FasyncQueue();
    const [a, b, c] = [ownedFile(), ownedFile(), ownedFile()];
    for (const [fd, { file }] of [a, b, c].entries()) queue.set(fd, file, true);
    queue.set(1, b.file, false);
    queue.signalInput();
    expect([a, b, c].map(({ signals }) => signals.length)).toEqual([1, 0, 1]);
  });

  it('passes over a file without owner', () => {
    const queue = new FasyncQueue();
    const { file, signals } = ownedFile();
    const unowned = new File(new QueueDevice(), O_RDWR);
    queue.set(1, unowned, true);
    queue.set(2, file, true);
    queue.signalInput();
    expect(signals).toHaveLength(1);
  });

  it('lets an owner take its file off while it is signalled', () => {
    const queue = new FasyncQueue();
    const { file } = ownedFile();
    let count = 0;
    file.owner = {
      deliver() {
        count++;
        queue.set(1, file, false);
      },
    };
    queue.set(1, file, true);
    queue.signalInput();
    queue.signalInput();
    expect(count).toBe(1);
    expect(file.flags & O_ASYNC).toBe(0);
  });
});
