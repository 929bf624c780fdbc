import type { Clock, Timer } from '../clock/clock.js';

interface PendingTimer extends Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** Time that goes on only when the lab has the earliest timer fire: one step each, also for timers of the same moment. */
export class LabClock implements Clock {
  /** Called when a timer comes or goes; undefined unless somebody wants to know. */
  onChange: (() => void) | undefined = undefined;
  #now = 0;
  /** By time, then by the order they were asked for. */
  readonly #timers: PendingTimer[] = [];

  now(): number {
    return this.#now;
  }

  schedule(at: number, callback: () => void): Timer {
    this.onChange?.();
    const timer: PendingTimer = { at, callback, cancel: () => this.#remove(timer) };
    let index = this.#timers.length;
    while (index > 0 && this.#timers[index - 1]!.at > at) index--;
    this.#timers.splice(index, 0, timer);
    return timer;
  }

  /** There is a timer that can fire. */
  get armed(): boolean {
    return this.#timers.length > 0;
  }

  /** When the earliest timer fires; undefined if there is none. */
  get nextAt(): number | undefined {
    return this.#timers[0]?.at;
  }

  /** It is the earliest timer's time, unless it is past that, and it fires. */
  fire(): void {
    const timer = this.#timers.shift();
    if (timer === undefined) return;
    this.#now = Math.max(this.#now, timer.at);
    timer.callback();
  }

  #remove(timer: PendingTimer): void {
    this.onChange?.();
    const index = this.#timers.indexOf(timer);
    if (index >= 0) this.#timers.splice(index, 1);
  }
}
