/** Handles there can be at once. */
const SLOTS = 1 << 16;

/**
 * Words of the memory: how many ready slots were written and read, whether the bell rings, whether the waiting thread is over,
 * then the states and the ring.
 */
const WRITTEN = 0;
const READ = 1;
const BELL = 2;
const OVER = 3;
const STATES = 4;
const RING = STATES + SLOTS;
const BYTES = (RING + SLOTS) * 4;

/** What is known of a handle. Events are those of a descriptor that is watched edge-triggered. */
const State = {
  /** Nobody waits, and there was no event since it was last read. */
  Idle: 0,
  /** Somebody waits: the next event is told. */
  Armed: 1,
  /** An event is being told; nothing more is, until it was heard. */
  Told: 2,
  /** There was an event, and the handle was not read since. */
  Missed: 3,
  /** It is not watched until somebody waits. */
  Off: 4,
} as const;

/** What became of {@link WaitSlots.arm}. */
export type Arming =
  /** The next event will be told. */
  | 'armed'
  /** There was an event since the last look: look again. */
  | 'look'
  /** The next event will be told once the descriptor is watched again. */
  | 'watch';

/**
 * What the waiting thread and the one it waits for know of each handle, in memory that both share. A handle has a slot. The
 * waiting thread writes down which slots are ready, and rings a bell unless it rings already.
 */
export class WaitSlots {
  /** How many slots there are. */
  static readonly COUNT: number = SLOTS;
  /** Shared by both; slots made of it are the same slots. */
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;

  /** @param buffer - of the slots in the other thread; new ones unless given */
  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(BYTES)) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
  }

  /** A handle takes the slot, and somebody waits for it. */
  open(slot: number): void {
    Atomics.store(this.#words, STATES + slot, State.Armed);
  }

  /**
   * The handle leaves the slot.
   * @returns whether the slot is free: otherwise it is when {@link next} has come to it, for each may be there only once
   */
  close(slot: number): boolean {
    return Atomics.exchange(this.#words, STATES + slot, State.Off) !== State.Told;
  }

  /** Nothing came since the handle was last read. */
  quiet(slot: number): boolean {
    const state = Atomics.load(this.#words, STATES + slot);
    return state === State.Idle || state === State.Armed;
  }

  /** The handle is about to be read. @returns whether there was an event since it was last read */
  look(slot: number): boolean {
    return this.#change(slot, State.Missed, State.Idle) === State.Missed;
  }

  /** Somebody waits for the handle. */
  arm(slot: number): Arming {
    const state = this.#change(slot, State.Idle, State.Armed);
    if (state === State.Missed) return 'look';
    if (state !== State.Off) return 'armed';
    Atomics.store(this.#words, STATES + slot, State.Armed);
    return 'watch';
  }

  /** Nobody waits for the handle any more. */
  disarm(slot: number): void {
    this.#change(slot, State.Armed, State.Idle);
  }

  /** The handle is watched no more, unless somebody waits or is being told. @returns whether that is so */
  turnOff(slot: number): boolean {
    return this.#change(slot, State.Idle, State.Off) === State.Idle;
  }

  /** The bell was heard: it rings again for what is told from now on. To be called before {@link next}. */
  heard(): void {
    Atomics.store(this.#words, BELL, 0);
  }

  /**
   * The next slot that is ready; -1 if there is none. Its event counts as missed until the handle is read: whoever waited may
   * have given up since it was told.
   */
  next(): number {
    const words = this.#words;
    const read = words[READ]!;
    if (read === Atomics.load(words, WRITTEN)) return -1;
    const slot = words[RING + (read & (SLOTS - 1))]!;
    words[READ] = (read + 1) | 0;
    this.#change(slot, State.Told, State.Missed);
    return slot;
  }

  /** In the waiting thread: there is an event. @returns whether to ring the bell */
  fired(slot: number): boolean {
    for (;;) {
      if (this.#change(slot, State.Armed, State.Told) === State.Armed) return this.#tell(slot);
      // Whoever armed it in between may have looked before the event.
      if (this.#change(slot, State.Idle, State.Missed) !== State.Armed) return false;
    }
  }

  /** In the waiting thread: it waits no more, and makes no native call. */
  setOver(): void {
    Atomics.store(this.#words, OVER, 1);
    Atomics.notify(this.#words, OVER);
  }

  /** Blocks until the waiting thread is over. @returns false after that many milliseconds */
  waitOver(milliseconds: number): boolean {
    return Atomics.wait(this.#words, OVER, 0, milliseconds) !== 'timed-out';
  }

  #tell(slot: number): boolean {
    const words = this.#words;
    const written = words[WRITTEN]!;
    words[RING + (written & (SLOTS - 1))] = slot;
    Atomics.store(words, WRITTEN, (written + 1) | 0);
    return Atomics.exchange(words, BELL, 1) === 0;
  }

  /** @returns the state before, which is `to` now if it was `from` */
  #change(slot: number, from: number, to: number): number {
    return Atomics.compareExchange(this.#words, STATES + slot, from, to);
  }
}
