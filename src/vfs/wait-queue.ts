/** Somebody who waits on a {@link WaitQueue}. */
export interface Waiter {
  /** What was waited for may have come: look again. Must not block; may add and remove waiters. */
  wake(): void;
}

/**
 * Linux' wait queue. It holds nobody itself: a waiter tries, registers, tries again, and only then waits, so that nothing
 * that happens in between is missed; woken, it tries once more. All waiters are woken, in the order they came.
 */
export class WaitQueue {
  /** How many wait. */
  size = 0;
  readonly #waiters = new Set<Waiter>();

  /** Registers a waiter; it stays until removed. */
  add(waiter: Waiter): void {
    this.#waiters.add(waiter);
    this.size = this.#waiters.size;
  }

  /** Removes a waiter; one that is not there is ignored. */
  remove(waiter: Waiter): void {
    this.#waiters.delete(waiter);
    this.size = this.#waiters.size;
  }

  /** Wakes everybody who waits now. */
  wake(): void {
    if (this.size === 0) return;
    for (const waiter of [...this.#waiters]) {
      if (this.#waiters.has(waiter)) waiter.wake();
    }
  }
}
