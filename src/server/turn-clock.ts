import type { Clock, Timer } from '../clock/clock.js';
import { ManualClock } from '../clock/manual-clock.js';

/**
 * Real time, in turns: within a turn it stands still, so that no timer comes due and no upcall seems slow because the machine
 * was busy. The real time is only looked at in turns in which somebody asks, which few requests do.
 */
export class TurnClock implements Clock {
  private readonly real: () => number;
  private readonly time: ManualClock;
  private looked = true;

  /** @param real - milliseconds; never goes back */
  constructor(real: () => number) {
    this.real = real;
    this.time = new ManualClock(real());
  }

  /** When the next timer is due, undefined if there is none. */
  get nextAt(): number | undefined {
    return this.time.nextAt;
  }

  /** Milliseconds of real time until the next timer; undefined if there is none. */
  get untilNext(): number | undefined {
    const at = this.time.nextAt;
    return at === undefined ? undefined : at - this.real();
  }

  now(): number {
    if (!this.looked) this.look();
    return this.time.now();
  }

  schedule(at: number, callback: () => void): Timer {
    if (!this.looked) this.look();
    return this.time.schedule(at, callback);
  }

  /** A turn begins in which no timer can come due, since there is none. */
  newTurn(): void {
    this.looked = false;
  }

  /**
   * A turn begins: runs the timers that have come due since.
   * @returns whether there were any
   */
  advance(): boolean {
    const due = this.time.nextAt;
    this.look();
    return due !== undefined && due <= this.time.now();
  }

  private look(): void {
    this.looked = true;
    this.time.advance(Math.max(0, this.real() - this.time.now()));
  }
}
