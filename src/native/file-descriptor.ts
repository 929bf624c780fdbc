import { closeSync, openSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { O_CLOEXEC } from '../abi/fcntl.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import { closeDescriptor } from './descriptor.js';
import { libc, succeeded } from './libc.js';

const nativeDup3 = libc('int dup3(int from, int to, int flags)');

/**
 * open(2) by `node:fs`: when a worker is terminated, Node closes what was opened there in this way, and nothing else.
 * @param flags - numbers of open(2); O_CLOEXEC is implied
 * @param advice - what can be done, by errno
 * @throws EvtchnError with open's errno and the advice for it
 */
export function openFile(
  path: string,
  flags: number,
  advice: (errno: number) => string | undefined = () => undefined,
): number {
  try {
    return openSync(path, flags);
  } catch (error) {
    const { syscall, errno } = error as NodeJS.ErrnoException;
    if (syscall !== 'open' || errno === undefined) throw error;
    throw new EvtchnError('open', errno, advice(-errno));
  }
}

/**
 * Puts a descriptor under a number that Node closes when this worker is terminated; in the main thread there is no need.
 * @returns the number, for {@link closeFile}
 * @throws EvtchnError EMFILE and the like; then it is closed
 */
export function closedWithWorker(fd: number): number {
  if (isMainThread) return fd;
  try {
    const known = openFile('/dev/null', O_CLOEXEC);
    return succeeded('dup3', nativeDup3(fd, known, O_CLOEXEC));
  } finally {
    closeDescriptor(fd);
  }
}

/**
 * close(2) of what `node:fs`, {@link openFile} or {@link closedWithWorker} opened: Node must hear of it, or it closes the number
 * again with the worker. What close(2) says is no error: it is closed.
 */
export function closeFile(fd: number): void {
  try {
    closeSync(fd);
  } catch {
    // A device whose server is gone says so here, too.
  }
}
