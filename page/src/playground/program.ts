import type { Evtchn, HostDomain, OpenFile, Waiter } from 'xen-evtchn/embedded';
import type { WorkClock } from './work-clock.js';

/** How a program is. */
export interface ProgramOptions {
  /** Milliseconds from being woken to running; 0.05 unless given. */
  readonly wakeUp?: number;
}

/** A program with an open device, whose main loop waits in read(2) for events, and handles what there is. */
export class Program implements Waiter {
  readonly evtchn: Evtchn;
  readonly domain: HostDomain;
  readonly #clock: WorkClock;
  readonly #device: OpenFile;
  readonly #wakeUp: number;
  #handle: (() => void) | undefined;

  constructor(clock: WorkClock, domain: HostDomain, comm: string, options: ProgramOptions) {
    this.#clock = clock;
    this.domain = domain;
    this.#wakeUp = options.wakeUp ?? 0.05;
    this.evtchn = domain.openEvtchn({ comm });
    this.#device = [...domain.driver!.openFiles.values()].at(-1)!;
  }

  /** It runs: its domain is there, and it was not killed. */
  get alive(): boolean {
    return !this.domain.destroyed && !this.evtchn.closed;
  }

  /** From now on it waits, and does this whenever there is something to read; afterwards it waits again. */
  loop(handle: () => void): void {
    this.#handle = handle;
    this.#wait();
  }

  /** It stops waiting for events, for good. */
  hang(): void {
    this.#handle = undefined;
    this.#device.waitQueue.remove(this);
  }

  /** It is killed: its device is closed. */
  kill(): void {
    this.hang();
    this.evtchn.close();
  }

  /** Has it do something in so many milliseconds, if it is still alive then. */
  after(milliseconds: number, act: () => void): void {
    this.#clock.schedule(this.#clock.now() + milliseconds, () => {
      if (this.alive) act();
    });
  }

  /** Has it do something again and again, so many milliseconds apart, the first time after the first of them. */
  every(milliseconds: number, act: () => void): void {
    this.after(milliseconds, () => {
      act();
      this.every(milliseconds, act);
    });
  }

  /** There is an event. Called in the middle of an interrupt: the program runs later. */
  wake(): void {
    this.#device.waitQueue.remove(this);
    this.after(this.#wakeUp, () => {
      this.#handle?.();
      this.#wait();
    });
  }

  #wait(): void {
    if (this.#handle === undefined || !this.alive) return;
    if (this.#device.readable) this.wake();
    else this.#device.waitQueue.add(this);
  }
}
