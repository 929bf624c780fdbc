import { O_CLOEXEC, O_NONBLOCK, O_RDWR } from '../abi/fcntl.js';
import { lastErrno, libc, succeeded } from './libc.js';

const nativeOpen = libc('int open(const char *path, int flags)');
const nativeClose = libc('int close(int fd)');
const nativeEventfd = libc('int eventfd(unsigned int initial, int flags)');

/** O_CLOEXEC of the flags of eventfd(2). */
const EFD_CLOEXEC = 0o2000000;
const EFD_NONBLOCK = 0o4000;

/**
 * open(2), blocking the thread. O_CLOEXEC is not implied.
 * @throws EvtchnError with open's errno
 */
export function openDescriptor(path: string, flags: number, advice?: string): number {
  return succeeded(`open ${path}`, nativeOpen(path, flags), advice);
}

/**
 * Opens a device of the kernel for reading and writing, closed on exec.
 * @param advice - what can be done, by errno
 * @throws EvtchnError with open's errno and the advice for it
 */
export function openDevice(path: string, advice: Readonly<Record<number, string>>): number {
  const fd = nativeOpen(path, O_RDWR | O_CLOEXEC);
  return succeeded(`open ${path}`, fd, fd < 0 ? advice[lastErrno()] : undefined);
}

/** close(2). A descriptor that is not open is not an error: it is what was wanted. */
export function closeDescriptor(fd: number): void {
  nativeClose(fd);
}

/** An eventfd(2), non-blocking and closed on exec. @throws EvtchnError with its errno */
export function openEventfd(): number {
  return succeeded('eventfd', nativeEventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
}

/** What an eventfd takes: the counter goes up by one. */
const ONE = new Uint8Array(new BigUint64Array([1n]).buffer);

/** Makes an eventfd readable. */
export function signalEventfd(fd: number): void {
  writeDescriptor(fd, ONE, ONE.length);
}

/**
 * read(2) into memory; blocks the thread unless the descriptor is O_NONBLOCK.
 * @returns bytes, or -1 with {@link lastErrno}
 */
export const readDescriptor = libc('long read(int fd, void *to, size_t count)') as (
  fd: number,
  to: ArrayBufferView,
  count: number,
) => number;

/** write(2) from memory. @returns bytes, or -1 with {@link lastErrno} */
export const writeDescriptor = libc('long write(int fd, const void *from, size_t count)') as (
  fd: number,
  from: ArrayBufferView,
  count: number,
) => number;

/**
 * poll(2) on an array of `struct pollfd`; blocks the thread.
 * @param entries - two 32-bit words an entry: descriptor; events in the low half, revents in the high half
 * @param timeout - milliseconds; -1 for ever
 * @returns how many are ready, 0 after the timeout, -1 with {@link lastErrno}
 */
export const pollDescriptors = libc(
  'int poll(void *entries, unsigned long count, int timeout)',
) as (entries: Int32Array, count: number, timeout: number) => number;

/** What holds of an entry of {@link pollDescriptors} after it: poll bits, 0 if it is not ready. */
export function revents(entries: Int32Array, entry: number): number {
  return entries[entry * 2 + 1]! >>> 16;
}

const nativeFcntl = libc('int fcntl(int fd, int command, ...)');

/** Commands of fcntl(2), asm-generic/fcntl.h. */
const F_SETFD = 2;
const F_GETFL = 3;
const F_SETFL = 4;

/** Lets programs that are started from now on have a descriptor, under its number: clears FD_CLOEXEC. @throws EvtchnError */
export function keepOnExec(fd: number): void {
  succeeded('fcntl', nativeFcntl(fd, F_SETFD, 'int', 0));
}

/** Sets O_NONBLOCK or clears it: whether calls answer EAGAIN instead of waiting. @throws EvtchnError with fcntl's errno */
export function setNonBlocking(fd: number, nonBlocking: boolean): void {
  const flags = succeeded('fcntl', nativeFcntl(fd, F_GETFL, 'int', 0));
  const wanted = nonBlocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
  if (wanted !== flags) succeeded('fcntl', nativeFcntl(fd, F_SETFL, 'int', wanted));
}
