import { type Clock, ManualClock, type Timer } from 'xen-evtchn/embedded';

/**
 * The time of a playground: moved on from outside, as a {@link ManualClock}, and besides by interrupt handlers that take
 * their time, which in an embedded host nothing else does.
 */
export class WorkClock implements Clock {
  readonly #manual = new ManualClock();
  #busyUntil = 0;

  now(): number {
    return Math.max(this.#manual.now(), this.#busyUntil);
  }

  schedule(at: number, callback: () => void): Timer {
    return this.#manual.schedule(at, callback);
  }

  /** Whoever calls this was at work for so long: it is later now, and timers that were due meanwhile come late. */
  spend(milliseconds: number): void {
    this.#busyUntil = this.now() + milliseconds;
  }

  /** Moves time on by so many milliseconds, and runs what comes due on the way. */
  advance(milliseconds: number): void {
    this.#manual.advance(milliseconds);
  }
}
