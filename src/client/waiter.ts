import type { AbortSignalLike } from '../vfs/abort-signal.js';

/** Somebody who is told once how a wait ended. */
export interface Awaiter<T> {
  /** What was waited for came. */
  resolve(value: T): void;
  /** It will not come. */
  reject(reason: unknown): void;
}

/** Somebody who waits, until an event, an error, or an abort signal ends it. */
abstract class Waiting<T> implements Awaiter<T> {
  readonly #signal: AbortSignalLike | undefined;
  readonly #onAbort: (() => void) | undefined;

  /**
   * @param signal - gives up when it aborts, with its reason
   * @param onAbort - told of that, before it gives up
   */
  constructor(signal: AbortSignalLike | undefined, onAbort: (waiter: Awaiter<T>) => void) {
    this.#signal = signal;
    if (signal === undefined) return;
    // By way of a variable, for V8: see the demultiplexer's constructor.
    const abort = () => {
      onAbort(this);
      this.reject(signal.reason);
    };
    this.#onAbort = abort;
    signal.addEventListener('abort', abort);
  }

  abstract resolve(value: T): void;
  abstract reject(reason: unknown): void;

  /** It waits no more. */
  protected leave(): void {
    if (this.#onAbort !== undefined) this.#signal!.removeEventListener('abort', this.#onAbort);
  }
}

/** Somebody who waits for a promise, which is settled once. */
export class Waiter<T> extends Waiting<T> {
  readonly promise: Promise<T>;
  #resolve!: (value: T) => void;
  #reject!: (reason: unknown) => void;

  /** As {@link Waiting}: the promise rejects with the signal's reason. */
  constructor(signal: AbortSignalLike | undefined, onAbort: (waiter: Awaiter<T>) => void) {
    super(signal, onAbort);
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  resolve(value: T): void {
    this.leave();
    this.#resolve(value);
  }

  reject(reason: unknown): void {
    this.leave();
    this.#reject(reason);
  }
}

/** Somebody who is told in the middle of what ended the wait, and not by a promise after it. */
export class ToldWaiter<T> extends Waiting<T> {
  readonly #awaiter: Awaiter<T>;

  /** As {@link Waiting}. @param awaiter - who is told */
  constructor(
    awaiter: Awaiter<T>,
    signal: AbortSignalLike | undefined,
    onAbort: (waiter: Awaiter<T>) => void,
  ) {
    super(signal, onAbort);
    this.#awaiter = awaiter;
  }

  resolve(value: T): void {
    this.leave();
    this.#awaiter.resolve(value);
  }

  reject(reason: unknown): void {
    this.leave();
    this.#awaiter.reject(reason);
  }
}
