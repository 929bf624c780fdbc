import type { ThreadHandle } from '../native/thread-interrupt.js';

/** Bytes: a word that says whether the thread is over, and its handle. */
const SIZE = 16;

/**
 * What the serving thread and the one that started it share in memory: messages need an event loop, and the serving thread
 * has none while it serves, nor has a process that is about to end.
 */
export class ThreadState {
  /** Shared by both; a state made of it is the same state. */
  readonly buffer: SharedArrayBuffer;
  readonly #over: Int32Array;
  readonly #handle: Float64Array;

  /** @param buffer - of the state in the other thread; a new state unless given */
  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(SIZE)) {
    this.buffer = buffer;
    this.#over = new Int32Array(buffer, 0, 1);
    this.#handle = new Float64Array(buffer, 8, 1);
  }

  /** By what the serving thread is interrupted, once it serves. */
  get handle(): ThreadHandle | undefined {
    return this.#handle[0] === 0 ? undefined : this.#handle[0];
  }

  /** The serving thread is about to serve. */
  setHandle(handle: ThreadHandle): void {
    this.#handle[0] = handle;
  }

  /** The serving thread serves no more: its descriptors are closed. */
  setOver(): void {
    Atomics.store(this.#over, 0, 1);
    Atomics.notify(this.#over, 0);
  }

  /** Blocks until the serving thread is over. @returns false after that many milliseconds */
  waitOver(milliseconds: number): boolean {
    return Atomics.wait(this.#over, 0, 0, milliseconds) !== 'timed-out';
  }
}
