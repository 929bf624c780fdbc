/** The signals that end a host in good order. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** The wish that a host ends, as signals bring it. */
export class StopRequest {
  /** Resolves when the first signal comes. */
  readonly wished: Promise<void>;
  #isWished = false;
  #signal: NodeJS.Signals | undefined;
  readonly #resolve: () => void;
  readonly #force: () => void;

  /** @param force - is called when a further signal comes: it must not wait for anything */
  constructor(force: () => void) {
    this.#force = force;
    let resolve = (): void => {};
    this.wished = new Promise((done) => {
      resolve = done;
    });
    this.#resolve = resolve;
  }

  /** Whether a signal came. */
  get isWished(): boolean {
    return this.#isWished;
  }

  /** The first signal that came. */
  get signal(): NodeJS.Signals | undefined {
    return this.#signal;
  }

  /** Begins to listen for signals, which then do not end the process by themselves. */
  listen(): void {
    for (const signal of SIGNALS) process.on(signal, this.#onSignal);
  }

  /** Leaves the signals to Node again. */
  ignore(): void {
    for (const signal of SIGNALS) process.off(signal, this.#onSignal);
  }

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    if (this.#isWished) this.#force();
    this.#isWished = true;
    this.#signal ??= signal;
    this.#resolve();
  };
}
