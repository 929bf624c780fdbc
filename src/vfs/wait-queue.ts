/** Somebody who waits on a {@link WaitQueue}. */
export interface Waiter {
  /** What was waited for may have come: look again. Must not block; may add and remove waiters. */
  wake(): void;
  /** It only looks whether there is something, by poll, select or epoll, and takes nothing itself. */
  readonly polls?: boolean | undefined;
}

/**
 * Linux' wait queue. It holds nobody itself: a waiter tries, registers, tries again, and only then waits, so that nothing
 * that happens in between is missed; woken, it tries once more. All waiters are woken, in the order they came.
 */
export class WaitQueue {
  /** How many wait. */
  size = 0;
  /** Replaced, not changed, by {@link add} and {@link remove}: waking goes through those who waited when it began. */
  #waiters: readonly Waiter[] = [];

  /** How many of those who wait only look ({@link Waiter.polls}). */
  get polling(): number {
    return this.#waiters.filter((waiter) => waiter.polls).length;
  }

  /** Registers a waiter, once; it stays until removed. */
  add(waiter: Waiter): void {
    if (!this.#waiters.includes(waiter)) this.#replace([...this.#waiters, waiter]);
  }

  /** Removes a waiter; one that is not there is ignored. */
  remove(waiter: Waiter): void {
    if (this.#waiters.includes(waiter)) {
      this.#replace(this.#waiters.filter((other) => other !== waiter));
    }
  }

  /** Wakes everybody who waits now, but for those who are removed meanwhile. */
  wake(): void {
    const waiters = this.#waiters;
    for (const waiter of waiters) {
      if (this.#waiters === waiters || this.#waiters.includes(waiter)) waiter.wake();
    }
  }

  #replace(waiters: readonly Waiter[]): void {
    this.#waiters = waiters;
    this.size = waiters.length;
  }
}
