import type { Clock, Timer } from './clock.js';

/** What {@link SystemClock} takes from the platform. `globalThis` of Node and of browsers has both. */
export interface TimerPlatform {
  readonly performance: { now(): number };
  setTimeout(callback: () => void, milliseconds: number): unknown;
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
