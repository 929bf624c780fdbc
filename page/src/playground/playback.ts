import type { WorkClock } from './work-clock.js';

/** What a playback takes from the browser. */
export interface FramePlatform {
  readonly performance: { now(): number };
  requestAnimationFrame(callback: () => void): number;
  cancelAnimationFrame(frame: number): void;
}

/** Milliseconds of a frame that the host may take; the rest is the page's. */
const BUDGET_MS = 10;
/** Host time that is run between two looks at how long it took. */
const SLICE_MS = 1;
/** Of a time in which there was no frame, as in a hidden tab, the host does not make up for more. */
const LONGEST_FRAME_MS = 100;
/** How much of the old a measured pace keeps, per frame. */
const SMOOTHING = 0.95;

/**
 * Has the time of a host run with that of the page: as fast, faster or slower, stopped, or a step at a time. A host that has
 * more to do than this machine can is slower than asked, and says so.
 */
export class Playback {
  readonly #clock: WorkClock;
  readonly #platform: FramePlatform;
  readonly #onChange: () => void;
  #speed = 1;
  #frame: number | undefined;
  #last = 0;
  #pace = 1;

  /** @param onChange - it was started, stopped, or changed its speed or pace */
  constructor(
    clock: WorkClock,
    onChange: () => void,
    platform: FramePlatform = globalThis as unknown as FramePlatform,
  ) {
    this.#clock = clock;
    this.#onChange = onChange;
    this.#platform = platform;
  }

  get running(): boolean {
    return this.#frame !== undefined;
  }

  /** Host time per time of the page. */
  get speed(): number {
    return this.#speed;
  }

  set speed(speed: number) {
    this.#speed = speed;
    this.#pace = 1;
    this.#onChange();
  }

  /** The share of {@link speed} that is reached, in hundredths; 1 is all of it. */
  get pace(): number {
    return Math.round(this.#pace * 100) / 100;
  }

  start(): void {
    if (this.running) return;
    this.#last = this.#platform.performance.now();
    this.#ask();
    this.#onChange();
  }

  stop(): void {
    if (this.#frame === undefined) return;
    this.#platform.cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    this.#onChange();
  }

  /** Stops, and moves on by exactly so many milliseconds of the host. */
  step(milliseconds: number): void {
    this.stop();
    this.#clock.advance(milliseconds);
    this.#onChange();
  }

  #ask(): void {
    this.#frame = this.#platform.requestAnimationFrame(() => this.#play());
  }

  #play(): void {
    const { performance } = this.#platform;
    const begin = performance.now();
    const wanted = Math.min(begin - this.#last, LONGEST_FRAME_MS) * this.#speed;
    this.#last = begin;
    let left = wanted;
    while (left > 0 && performance.now() - begin < BUDGET_MS) {
      this.#clock.advance(Math.min(left, SLICE_MS));
      left -= SLICE_MS;
    }
    this.#measure(wanted <= 0 ? 1 : 1 - Math.max(0, left) / wanted);
    this.#ask();
  }

  #measure(reached: number): void {
    const before = this.pace;
    this.#pace = this.#pace * SMOOTHING + reached * (1 - SMOOTHING);
    if (this.pace !== before) this.#onChange();
  }
}
