import { libc, succeeded } from './libc.js';

const nativeCreate = libc('int epoll_create1(int flags)');
const nativeCtl = libc('int epoll_ctl(int epfd, int operation, int fd, void *event)');
const nativeWait = libc('int epoll_wait(int epfd, void *events, int count, int timeout)');

/** Numbers of epoll_ctl(2), `sys/epoll.h`. */
const EPOLL_CLOEXEC = 0o2000000;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLL_CTL_MOD = 3;
/** There is something to read. */
export const EPOLLIN = 0x001;
/** Said once for each time that something comes, not as long as it is there. */
export const EPOLLET = 0x80000000;

/** Words of a `struct epoll_event`, and the one its data begins at: packed on x86-64, and there only. */
const PACKED = process.arch === 'x64' || process.arch === 'ia32';
const WORDS = PACKED ? 3 : 4;
const DATA = PACKED ? 1 : 2;

/** Opens a set of descriptors, closed on exec. @throws EvtchnError with the errno of epoll_create1(2) */
export function openEpoll(): number {
  return succeeded('epoll_create1', nativeCreate(EPOLL_CLOEXEC));
}

const entry = new Uint32Array(WORDS);

function control(epfd: number, operation: number, fd: number, events: number, data: number): void {
  entry[0] = events;
  entry[DATA] = data;
  succeeded('epoll_ctl', nativeCtl(epfd, operation, fd, entry));
}

/**
 * Watches a descriptor.
 * @param events - `EPOLL*`
 * @param data - 32 bits that its events carry
 * @throws EvtchnError with the errno of epoll_ctl(2): EPERM for a file that cannot be waited for, EEXIST for one in the set
 */
export function epollAdd(epfd: number, fd: number, events: number, data: number): void {
  control(epfd, EPOLL_CTL_ADD, fd, events, data);
}

/** Watches a descriptor of the set for other events; 0 for errors only. @throws EvtchnError ENOENT if it is not in the set */
export function epollModify(epfd: number, fd: number, events: number, data: number): void {
  control(epfd, EPOLL_CTL_MOD, fd, events, data);
}

/** Watches a descriptor no more. One that is not in the set, or not open, is not an error: it is what was wanted. */
export function epollDelete(epfd: number, fd: number): void {
  nativeCtl(epfd, EPOLL_CTL_DEL, fd, entry);
}

/** What {@link epollWait} fills. */
export class EpollEvents {
  readonly words: Uint32Array;
  readonly room: number;

  /** @param room - events at most */
  constructor(room: number) {
    this.room = room;
    this.words = new Uint32Array(room * WORDS);
  }

  /** The data that a descriptor was added with. */
  data(event: number): number {
    return this.words[event * WORDS + DATA]!;
  }
}

/**
 * epoll_wait(2): blocks the thread.
 * @param timeout - milliseconds; -1 for ever
 * @returns how many events there are, 0 after the timeout, -1 with {@link lastErrno}
 */
export function epollWait(epfd: number, events: EpollEvents, timeout: number): number {
  return nativeWait(epfd, events.words, events.room, timeout);
}
