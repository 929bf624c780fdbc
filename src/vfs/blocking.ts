import { EINTR, ERESTARTSYS } from '../abi/errno.js';
import { POLLERR, POLLHUP, POLLNVAL } from '../abi/poll.js';
import type { Clock } from '../clock/clock.js';
import { checkInteger } from '../errors/argument.js';
import type { AbortSignalLike } from './abort-signal.js';
import { type File, type IoVector, wouldWait } from './file.js';
import type { UserMemory } from './user-memory.js';
import type { WaitQueue } from './wait-queue.js';

/**
 * Waits on a queue until `ready` holds or the signal aborts (`wait_event_interruptible`).
 * @param polls - it is poll that waits
 * @returns true if it holds, false if interrupted
 */
export function waitEvent(
  queue: WaitQueue,
  ready: () => boolean,
  interrupt?: AbortSignalLike,
  polls = false,
): Promise<boolean> {
  return new Promise((resolve) => {
    if (ready()) return resolve(true);
    if (interrupt?.aborted) return resolve(false);
    const end = (result: boolean) => {
      queue.remove(waiter);
      interrupt?.removeEventListener('abort', onAbort);
      resolve(result);
    };
    const waiter = { wake: () => (ready() ? end(true) : undefined), polls };
    const onAbort = () => end(false);
    interrupt?.addEventListener('abort', onAbort);
    queue.add(waiter);
  });
}

/**
 * read(2) as a process makes it: waits while there is nothing and the file is not O_NONBLOCK. The file stays open until it
 * returns, whoever closes their descriptors meanwhile.
 * @returns bytes or a negative errno; -ERESTARTSYS when interrupted, with nothing consumed
 */
export async function readBlocking(
  file: File,
  memory: UserMemory,
  address: number,
  count: number,
  interrupt?: AbortSignalLike,
): Promise<number> {
  file.get();
  try {
    const { waitQueue } = file.operations;
    for (;;) {
      const rc = file.read(memory, address, count);
      if (!wouldWait(file, rc)) return rc;
      if (!(await waitEvent(waitQueue, () => file.operations.readable, interrupt))) {
        return -ERESTARTSYS;
      }
    }
  } finally {
    file.put();
  }
}

/**
 * readv(2) as a process makes it. As Linux does: one driver call a segment, each of which may wait, also when an earlier
 * segment already has data.
 */
export async function readvBlocking(
  file: File,
  memory: UserMemory,
  vectors: readonly IoVector[],
  interrupt?: AbortSignalLike,
): Promise<number> {
  const refused = file.checkVectors(vectors);
  if (refused < 0) return refused;
  file.get();
  try {
    let total = 0;
    for (const { address, length } of vectors) {
      if (length === 0) continue;
      const rc = await readBlocking(file, memory, address, length, interrupt);
      if (rc < 0) return total === 0 ? rc : total;
      total += rc;
      if (rc !== length) break;
    }
    return total;
  } finally {
    file.put();
  }
}

/**
 * poll(2) of one file: waits until one of the wanted bits (or an error) holds, the time is over or the signal aborts.
 * @param events - poll bits wanted; POLLERR and POLLHUP always are
 * @param timeout - in whole milliseconds of the clock; 0 never waits, a negative one waits for ever
 * @returns the bits that hold, 0 after the timeout, -EINTR when interrupted: poll is never restarted
 */
export async function pollBlocking(
  file: File,
  events: number,
  timeout: number,
  clock: Clock,
  interrupt?: AbortSignalLike,
): Promise<number> {
  checkInteger('timeout', timeout, -0x80000000, 0x7fffffff);
  const wanted = events | POLLERR | POLLHUP | POLLNVAL;
  const now = () => file.poll() & wanted;
  if (timeout === 0 || now() !== 0) return now();
  file.get();
  try {
    let late = false;
    const { waitQueue } = file.operations;
    const timer =
      timeout < 0
        ? undefined
        : clock.schedule(clock.now() + timeout, () => {
            late = true;
            waitQueue.wake();
          });
    const came = await waitEvent(waitQueue, () => late || now() !== 0, interrupt, true);
    timer?.cancel();
    return came ? now() : -EINTR;
  } finally {
    file.put();
  }
}
