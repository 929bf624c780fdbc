import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { EINTR } from '../../../src/abi/errno.js';
import { writeDescriptor } from '../../../src/native/descriptor.js';
import { interruptibleThread, ThreadInterrupter } from '../../../src/native/thread-interrupt.js';

/** Reads a pipe that nobody writes to. Tells its handle and the pipe's other end, then how the read ended. */
const READER = `
const { parentPort, workerData } = require('node:worker_threads');
const koffi = require(workerData);
const libc = koffi.load(null);
const ends = new Int32Array(32);
libc.func('int pipe(void *ends)')(ends);
parentPort.postMessage({ thread: libc.func('unsigned long pthread_self()')(), pipe: ends[1] });
const got = libc.func('long read(int fd, void *to, size_t count)')(ends[0], new Uint8Array(128), 1);
parentPort.postMessage({ got, errno: got < 0 ? koffi.errno() : 0 });
`;
const KOFFI = createRequire(import.meta.url).resolve('koffi');

function next<Message>(worker: Worker): Promise<Message> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

describe('ThreadInterrupter', () => {
  it('gets a thread out of a read, without harm to this one', async () => {
    const worker = new Worker(READER, { eval: true, workerData: KOFFI });
    const interrupter = new ThreadInterrupter();
    const { thread, pipe } = await next<{ thread: number; pipe: number }>(worker);
    const ended = next<{ got: number; errno: number }>(worker);
    const again = setInterval(() => interrupter.interrupt(thread), 5);
    // A thread that heard nothing would hold up the end of this process.
    const tooLate = setTimeout(() => writeDescriptor(pipe, new Uint8Array(64), 1), 3000);
    try {
      expect(await ended).toEqual({ got: -1, errno: EINTR });
    } finally {
      clearInterval(again);
      clearTimeout(tooLate);
      await worker.terminate();
      interrupter.dispose();
    }
  });

  it('leaves no listener behind', () => {
    const before = process.listenerCount('SIGURG');
    const interrupter = new ThreadInterrupter();
    expect(process.listenerCount('SIGURG')).toBe(before + 1);
    interrupter.dispose();
    expect(process.listenerCount('SIGURG')).toBe(before);
  });
});

describe('interruptibleThread', () => {
  it('names this thread, always by the same handle', () => {
    const handle = interruptibleThread();
    expect(handle).toBeGreaterThan(0);
    expect(interruptibleThread()).toBe(handle);
  });
});
