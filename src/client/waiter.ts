import type { AbortSignalLike } from '../vfs/abort-signal.js';

/** Somebody who waits: a promise that is settled once, by an event, by an error, or by an abort signal. */
export class Waiter<T> {
  readonly promise: Promise<T>;
  #resolve!: (value: T) => void;
  #reject!: (reason: unknown) => void;
  readonly #signal: AbortSignalLike | undefined;
  readonly #onAbort: (() => void) | undefined;

  /**
   * @param signal - gives up when it aborts: the promise rejects with its reason
   * @param onAbort - told of that, before it rejects
   */
  constructor(signal: AbortSignalLike | undefined, onAbort: (waiter: Waiter<T>) => void) {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#signal = signal;
    if (signal === undefined) return;
    this.#onAbort = () => {
      onAbort(this);
      this.reject(signal.reason);
    };
    signal.addEventListener('abort', this.#onAbort);
  }

  resolve(value: T): void {
    this.#leave();
    this.#resolve(value);
  }

  reject(reason: unknown): void {
    this.#leave();
    this.#reject(reason);
  }

  #leave(): void {
    if (this.#onAbort !== undefined) this.#signal!.removeEventListener('abort', this.#onAbort);
  }
}
