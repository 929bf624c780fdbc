import { EEXIST, EINVAL, ELOOP, ENOENT } from '../abi/errno.js';
import {
  EPOLLET,
  EPOLLEXCLUSIVE,
  EPOLLONESHOT,
  EPOLLWAKEUP,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLOUT,
  POLLRDNORM,
} from '../abi/poll.js';
import { checkInteger } from '../errors/argument.js';
import type { Waiter } from './wait-queue.js';
import { WaitQueue } from './wait-queue.js';

/** Bits of an interest that steer it; the rest are poll bits. */
const CONTROL_BITS = (EPOLLET | EPOLLONESHOT | EPOLLEXCLUSIVE | EPOLLWAKEUP) >>> 0;
/** What may go with EPOLLEXCLUSIVE (`EPOLLEXCLUSIVE_OK_BITS`). */
const EXCLUSIVE_OK =
  (POLLIN | POLLOUT | POLLERR | POLLHUP | EPOLLWAKEUP | EPOLLET | EPOLLEXCLUSIVE) >>> 0;

/** Something that can be watched: a {@link File} or another set. */
export interface Pollable {
  /** Poll bits that hold now. */
  poll(): number;
  /** Woken when something may have changed. */
  readonly waitQueue: WaitQueue;
  /** Told that a set watches it from now on; calls `delete` of the set when it is released. @internal */
  watchedBy?(set: Watcher): void;
  /** Told that the set does no longer. @internal */
  unwatchedBy?(set: Watcher): void;
}

/** A set, as far as what it watches knows it. */
export interface Watcher {
  delete(target: Pollable): number;
}

/** One event that epoll_wait hands out. */
export interface EpollEvent<Data> {
  /** Poll bits that hold, of those asked for. */
  readonly events: number;
  /** What {@link EventPoll.add} or {@link EventPoll.modify} was given with the interest (`epoll_data`). */
  readonly data: Data;
}

/** One watched file (`struct epitem`). */
class Interest<Data> implements Waiter {
  readonly target: Pollable;
  events: number;
  data: Data;
  ready = false;
  readonly polls = true;
  readonly #set: EventPoll<Data>;

  constructor(set: EventPoll<Data>, target: Pollable, events: number, data: Data) {
    this.#set = set;
    this.target = target;
    this.events = events;
    this.data = data;
  }

  /** Wanted bits that hold now; none once a one-shot was handed out. */
  poll(): number {
    return this.target.poll() & this.events & ~CONTROL_BITS;
  }

  /** `ep_poll_callback`: something happened; what, is looked at when somebody asks. */
  wake(): void {
    if ((this.events & ~CONTROL_BITS) !== 0) this.#set.markReady(this);
  }
}

/**
 * An epoll set (fs/eventpoll.c): level and edge triggered, one-shot, nested. An interest comes onto the ready list when its
 * file's wait queue is woken, or when it is added or changed while its file is ready; epoll_wait looks at the file again.
 * So an edge is a wake-up, as the driver gives it, and not a change of the mask.
 *
 * An interest is an object's: Linux keeps two descriptors of one file apart, here that takes two objects.
 */
export class EventPoll<Data> implements Pollable {
  /** Woken when an interest becomes ready. */
  readonly waitQueue: WaitQueue = new WaitQueue();
  readonly #interests = new Map<Pollable, Interest<Data>>();
  #ready: Interest<Data>[] = [];

  /**
   * EPOLL_CTL_ADD.
   * @returns 0; -EEXIST; -EINVAL for the set itself, or for what does not go with EPOLLEXCLUSIVE; -ELOOP for a set that
   * contains this one
   */
  add(target: Pollable, events: number, data: Data): number {
    if (target === this) return -EINVAL;
    if ((events & EPOLLEXCLUSIVE) !== 0) {
      if ((events & ~EXCLUSIVE_OK) !== 0 || target instanceof EventPoll) return -EINVAL;
    }
    if (this.#interests.has(target)) return -EEXIST;
    if (target instanceof EventPoll && target.#contains(this)) return -ELOOP;
    const interest = new Interest(this, target, always(events), data);
    this.#interests.set(target, interest);
    target.waitQueue.add(interest);
    target.watchedBy?.(this);
    if (interest.poll() !== 0) this.markReady(interest);
    return 0;
  }

  /** EPOLL_CTL_MOD. @returns 0; -ENOENT; -EINVAL to or from EPOLLEXCLUSIVE */
  modify(target: Pollable, events: number, data: Data): number {
    const interest = this.#interests.get(target);
    if ((events & EPOLLEXCLUSIVE) !== 0) return -EINVAL;
    if (interest === undefined) return -ENOENT;
    if ((interest.events & EPOLLEXCLUSIVE) !== 0) return -EINVAL;
    interest.events = always(events);
    interest.data = data;
    if (interest.poll() !== 0) this.markReady(interest);
    return 0;
  }

  /** EPOLL_CTL_DEL, and what happens when the last descriptor of a file is closed. @returns 0 or -ENOENT */
  delete(target: Pollable): number {
    const interest = this.#interests.get(target);
    if (interest === undefined) return -ENOENT;
    this.#interests.delete(target);
    target.waitQueue.remove(interest);
    target.unwatchedBy?.(this);
    this.#ready = this.#ready.filter((other) => other !== interest);
    return 0;
  }

  /** epoll_wait without waiting: at most `max` events, in the order in which they became ready. @throws RangeError for `max` below 1 */
  take(max: number): EpollEvent<Data>[] {
    checkInteger('max', max, 1, 0x7fffffff);
    const taken: EpollEvent<Data>[] = [];
    const candidates = this.#ready;
    this.#ready = [];
    const level: Interest<Data>[] = [];
    for (const interest of candidates) {
      if (taken.length === max) {
        this.#ready.push(interest);
        continue;
      }
      interest.ready = false;
      const events = interest.poll();
      if (events === 0) continue;
      taken.push({ events, data: interest.data });
      if ((interest.events & EPOLLONESHOT) !== 0) interest.events &= CONTROL_BITS;
      else if ((interest.events & EPOLLET) === 0) level.push(interest);
    }
    // As Linux does: level-triggered interests go back to the end, to be looked at again next time.
    for (const interest of level) this.#list(interest);
    return taken;
  }

  /** POLLIN while some interest is ready: a set can be watched by another. */
  poll(): number {
    return this.#ready.some((interest) => interest.poll() !== 0) ? POLLIN | POLLRDNORM : 0;
  }

  /** Watches nothing any more. */
  close(): void {
    for (const target of [...this.#interests.keys()]) this.delete(target);
  }

  /** An interest's file was woken. @internal */
  markReady(interest: Interest<Data>): void {
    this.#list(interest);
    this.waitQueue.wake();
  }

  #list(interest: Interest<Data>): void {
    if (interest.ready) return;
    interest.ready = true;
    this.#ready.push(interest);
  }

  #contains(set: EventPoll<Data>): boolean {
    for (const target of this.#interests.keys()) {
      if (target === set) return true;
      if (target instanceof EventPoll && target.#contains(set)) return true;
    }
    return false;
  }
}

/** Errors are reported whether asked for or not. */
function always(events: number): number {
  return events | POLLERR | POLLHUP;
}
