import type { Clock } from '../clock/clock.js';

/** Events between two looks at the clock. */
const CLOCK_CHECK_MASK = 0xff;

/**
 * What the upcall loop of one vCPU keeps (`struct evtchn_loop_ctrl`, `irq_epoch`, `channels_on_cpu`): above all the storm
 * brake, which defers EOIs once a loop has gone on for too long.
 */
export class Cpu {
  /** Inside the loop. */
  busy = false;
  /** Loops run so far: an EOI counts as "inside the loop" while this has not moved on. */
  epoch = 0;
  /** EOIs of all further events of this loop are deferred. */
  deferEoi = false;
  /** Channels it serves. */
  channels = 0;
  readonly #clock: Clock;
  readonly #loopTimeout: number;
  #count = 0;
  /** When EOIs start to be deferred, in ms; 0 until the first look at the clock. */
  #deadline = 0;

  /** @param loopTimeout - how long a loop may take before it defers EOIs, in ms */
  constructor(clock: Clock, loopTimeout: number) {
    this.#clock = clock;
    this.#loopTimeout = loopTimeout;
  }

  /** A loop begins. @param handled - events that belong to it and were handled before */
  enter(handled: number): void {
    this.busy = true;
    this.deferEoi = false;
    this.#count = handled;
    this.#deadline = 0;
  }

  /** The loop is over. */
  leave(): void {
    this.busy = false;
    this.epoch++;
  }

  /** One event more: every 256 the clock is looked at; the first time sets a deadline, past it EOIs are deferred. */
  countEvent(): void {
    if ((++this.#count & CLOCK_CHECK_MASK) !== 0 || this.deferEoi) return;
    const now = this.#clock.now();
    if (this.#deadline === 0) this.#deadline = now + this.#loopTimeout;
    else if (now > this.#deadline) this.deferEoi = true;
  }
}
