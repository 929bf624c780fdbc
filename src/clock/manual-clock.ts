import { checkTime } from '../errors/argument.js';
import type { Clock, Timer } from './clock.js';

interface Pending extends Timer {
  readonly at: number;
  readonly callback: () => void;
}

/**
 * Virtual time: it stands still until told to move, so a run is the same every time.
 */
export class ManualClock implements Clock {
  #now: number;
  /** Timers by time, then by the order they were asked for. */
  readonly #pending: Pending[] = [];

  /** @param start - first value of {@link now}, in milliseconds */
  constructor(start = 0) {
    checkTime('start', start);
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  schedule(at: number, callback: () => void): Timer {
    const pending: Pending = { at, callback, cancel: () => this.#remove(pending) };
    let index = this.#pending.length;
    while (index > 0 && this.#pending[index - 1]!.at > at) index--;
    this.#pending.splice(index, 0, pending);
    return pending;
  }

  /** When the next timer is due, undefined if there is none. */
  get nextAt(): number | undefined {
    return this.#pending[0]?.at;
  }

  /**
   * Moves time on and runs the timers that come due on the way, each at its own time.
   * @param milliseconds - zero or more; zero runs what is due already
   * @throws RangeError or TypeError for anything but a finite number from 0 up
   */
  advance(milliseconds: number): void {
    checkTime('milliseconds', milliseconds);
    this.#moveTo(this.#now + milliseconds);
  }

  /**
   * As {@link advance}, to a time, which {@link now} then is exactly; one that has gone by changes nothing, but what is due
   * already is run.
   * @param time - in milliseconds of {@link now}
   * @throws RangeError or TypeError for anything but a finite number from 0 up
   */
  advanceTo(time: number): void {
    checkTime('time', time);
    this.#moveTo(Math.max(time, this.#now));
  }

  #moveTo(end: number): void {
    for (let next = this.#pending[0]; next !== undefined && next.at <= end; ) {
      this.#pending.shift();
      if (next.at > this.#now) this.#now = next.at;
      next.callback();
      next = this.#pending[0];
    }
    // A timer may have moved the clock on further.
    if (end > this.#now) this.#now = end;
  }

  /**
   * Moves to the next timer and runs it.
   * @returns false if there is none
   */
  advanceToNext(): boolean {
    const at = this.nextAt;
    if (at === undefined) return false;
    // Not by what is left: to add that again may fall short of the time by a rounding.
    this.advanceTo(Math.max(0, at));
    return true;
  }

  #remove(pending: Pending): void {
    const index = this.#pending.indexOf(pending);
    if (index >= 0) this.#pending.splice(index, 1);
  }
}
