import { describe, expect, it } from 'vitest';
import { SystemClock, type TimerPlatform } from '../../../src/clock/system-clock.js';

/** A platform whose time and timers the test moves. */
class FakePlatform implements TimerPlatform {
  time = 0;
  readonly performance = { now: () => this.time };
  readonly timers = new Map<number, { callback: () => void; milliseconds: number }>();
  #handle = 0;

  setTimeout(callback: () => void, milliseconds: number): unknown {
    this.timers.set(++this.#handle, { callback, milliseconds });
    return this.#handle;
  }

  clearTimeout(handle: never): void {
    this.timers.delete(handle);
  }

  /** Lets the only timer fire at some time. */
  fire(at: number): void {
    const [[handle, timer] = []] = this.timers;
    if (handle === undefined || timer === undefined) throw new Error('no timer');
    this.time = at;
    this.timers.delete(handle);
    timer.callback();
  }

  get delays(): number[] {
    return [...this.timers.values()].map((timer) => timer.milliseconds);
  }
}

describe('SystemClock', () => {
  it('tells the time of its platform', () => {
    const platform = new FakePlatform();
    platform.time = 12.5;
    expect(new SystemClock(platform).now()).toBe(12.5);
  });

  it('asks for a timer as long as there is to wait, and calls back once when it fires', () => {
    const platform = new FakePlatform();
    platform.time = 100;
    let ran = 0;
    new SystemClock(platform).schedule(130, () => ran++);
    expect([platform.delays, ran]).toEqual([[30], 0]);
    platform.fire(130);
    expect(ran).toBe(1);
    expect(platform.timers.size).toBe(0);
  });

  it('waits on when the timer fires early', () => {
    const platform = new FakePlatform();
    let ran = 0;
    new SystemClock(platform).schedule(30, () => ran++);
    platform.fire(29.4);
    expect(ran).toBe(0);
    expect(platform.delays[0]).toBeCloseTo(0.6);
    platform.fire(30);
    expect(ran).toBe(1);
  });

  it('never calls back from inside schedule, and as soon as possible for a time gone by', () => {
    const platform = new FakePlatform();
    platform.time = 100;
    let ran = 0;
    new SystemClock(platform).schedule(50, () => ran++);
    expect([platform.delays, ran]).toEqual([[0], 0]);
    platform.fire(100);
    expect(ran).toBe(1);
  });

  it('takes a timer back, also one that fired early before, and too late without harm', () => {
    const platform = new FakePlatform();
    let ran = 0;
    const clock = new SystemClock(platform);
    const first = clock.schedule(30, () => ran++);
    first.cancel();
    expect(platform.timers.size).toBe(0);
    const second = clock.schedule(30, () => ran++);
    platform.fire(20);
    second.cancel();
    expect(platform.timers.size).toBe(0);
    const third = clock.schedule(40, () => ran++);
    platform.fire(40);
    third.cancel();
    third.cancel();
    expect(ran).toBe(1);
  });

  it('works on the platform it runs on', () => {
    const clock = new SystemClock(globalThis);
    const before = clock.now();
    expect(clock.now()).toBeGreaterThanOrEqual(before);
    clock.schedule(before + 1_000_000, () => {}).cancel();
  });
});
