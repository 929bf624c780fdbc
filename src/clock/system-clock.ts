import type { Clock, Timer } from './clock.js';

/** What {@link SystemClock} takes from the platform. `globalThis` of Node and of browsers has both. */
export interface TimerPlatform {
  /** What the time is taken from. */
  readonly performance: {
    /** In milliseconds, from any start. */
    now(): number;
  };
  /** Has the callback called once, not before so many milliseconds are over. */
  setTimeout(callback: () => void, milliseconds: number): unknown;
  /** Calls a timer off, by what {@link setTimeout} answered. */
  clearTimeout(handle: never): void;
}

/** Real time, from timers of the platform that are handed in: `new SystemClock(globalThis)`. */
export class SystemClock implements Clock {
  readonly #platform: TimerPlatform;

  constructor(platform: TimerPlatform) {
    this.#platform = platform;
  }

  now(): number {
    return this.#platform.performance.now();
  }

  schedule(at: number, callback: () => void): Timer {
    const platform = this.#platform;
    let handle: unknown;
    // A platform timer may fire a little early; the promise is that `now` has reached `at`.
    const arm = () => {
      handle = platform.setTimeout(
        () => (platform.performance.now() < at ? arm() : callback()),
        Math.max(0, at - platform.performance.now()),
      );
    };
    arm();
    return { cancel: () => platform.clearTimeout(handle as never) };
  }
}
