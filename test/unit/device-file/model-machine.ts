import { DeviceSource } from '../../../src/device-file/device-source.js';
import { WaitSlots } from '../../../src/device-file/wait-slots.js';
import type { Run } from './explore.js';
import { SteppedThread } from './stepped-thread.js';

/** Words of the memory of {@link WaitSlots} that one handle uses: counters and bell, its state, its place in the ring. */
const WORDS = [0, 1, 2, 4];

/**
 * A device, a set of descriptors as epoll(7) has it edge-triggered, a waiting thread that runs {@link WaitSlots.fired}, and a
 * reader over {@link DeviceSource}. Between any two operations of the reader that the others could notice, the run chooses
 * what they do.
 */
export class ModelMachine {
  readonly #run: Run;
  readonly #slots = new WaitSlots();
  readonly #words = new Int32Array(this.#slots.buffer);
  readonly #thread: SteppedThread;
  readonly #source: DeviceSource;
  /** What the reader has noticed so far, on which alone depends what it does. */
  readonly #noticed: number[] = [];
  /** Events in the device. */
  #unread = 0;
  /** Events that may come. */
  #coming = 0;
  #added = false;
  #watched = false;
  /** The set has the descriptor in its list of those that are ready. */
  #listed = false;
  #bell = false;
  /** The reader waits for an event. */
  #wanting = false;

  readonly waiting = {
    slots: this.#slots,
    add: (): number => {
      this.#slots.open(0);
      this.#added = true;
      this.#watch(true);
      return 0;
    },
    watch: (_fd: number, _slot: number, on: boolean): void => this.#watch(on),
    hold: (): void => {},
    release: (): void => {},
  };

  constructor(run: Run) {
    this.#run = run;
    this.#thread = new SteppedThread(
      () => this.#between(),
      (answer) => this.#noticed.push(answer),
    );
    this.#source = new DeviceSource(0, (error) => {
      throw error;
    });
    this.#source.attach(() => this.#distribute());
  }

  get wanting(): boolean {
    return this.#wanting;
  }

  /** The bell rings in the reader's thread. */
  get ringing(): boolean {
    return this.#bell;
  }

  get unread(): number {
    return this.#unread;
  }

  /** read(2) of the device. @returns bytes, or -1: there is nothing */
  read(bytes: number): number {
    this.#between();
    const count = Math.min(bytes / 4, this.#unread);
    this.#unread -= count;
    this.#noticed.push(count);
    return count * 4 || -1;
  }

  /** From now on so many events may come at any time. */
  expect(events: number): void {
    this.#coming = events;
  }

  /** As `Evtchn.pending`. */
  want(): void {
    this.#noticed.push(-1);
    if (!this.#source.quiet && this.#source.take(new Uint32Array(1), 1) > 0) return;
    this.#wanting = true;
    this.#settle();
  }

  /** As `Evtchn.tryPending`. */
  tryOne(): void {
    this.#noticed.push(-2);
    this.#source.take(new Uint32Array(1), 1);
  }

  /** As a signal that aborts. */
  giveUp(): void {
    this.#noticed.push(-3);
    this.#wanting = false;
    this.#source.disarm();
  }

  /** As `Waiting` hears the bell. */
  hear(): void {
    this.#noticed.push(-4);
    this.#bell = false;
    this.#slots.heard();
    while (this.#slots.next() >= 0) this.#source.ready();
  }

  /** One event comes. */
  send(): void {
    this.#unread++;
    if (this.#unread === 1) this.#list();
  }

  /** Lets the waiting thread run until it sleeps. */
  rest(): void {
    while (this.#thread.running || this.#listed) this.#stepThread();
  }

  #settle(): void {
    while (this.#wanting && !this.#source.arm()) this.#distribute();
  }

  #distribute(): void {
    const ports = new Uint32Array(this.#source.batch);
    if (this.#wanting && this.#source.take(ports, ports.length) > 0) {
      this.#wanting = false;
      this.#source.disarm();
    }
    this.#settle();
  }

  #watch(on: boolean): void {
    this.#between();
    this.#noticed.push(-5);
    this.#watched = on;
    this.#list();
  }

  #list(): void {
    this.#listed ||= this.#added && this.#watched && this.#unread > 0;
  }

  /** The others go on, as far as the run says. */
  #between(): void {
    for (;;) {
      const words = WORDS.map((word) => this.#words[word]);
      const device = [this.#unread, this.#coming, this.#watched, this.#listed, this.#bell];
      this.#run.at(`${this.#noticed} | ${words} | ${device} | ${this.#thread.progress}`);
      const steps: (() => void)[] = [];
      if (this.#coming > 0) steps.push(() => this.#comes());
      if (this.#thread.running || this.#listed) steps.push(() => this.#stepThread());
      const way = steps.length === 0 ? 0 : this.#run.choose(steps.length + 1);
      if (way === 0) return;
      steps[way - 1]!();
    }
  }

  #comes(): void {
    this.#coming--;
    this.send();
  }

  #stepThread(): void {
    if (this.#thread.running) {
      this.#thread.step();
      return;
    }
    // epoll_wait(2) asks the device before it says that the descriptor is ready.
    this.#listed = false;
    if (this.#unread === 0 || !this.#watched) return;
    this.#thread.start(() => {
      if (this.#slots.fired(0)) this.#bell = true;
    });
  }
}
