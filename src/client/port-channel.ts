import { ECANCELED } from '../abi/errno.js';
import { checkInteger, checkOptions } from '../errors/argument.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import { checkSignal } from '../vfs/abort-signal.js';
import type { EvtchnChannel } from './channel.js';
import type { Demultiplexer } from './demultiplexer.js';
import { dispose } from './dispose.js';
import type { WaitOptions } from './evtchn.js';
import { Waiter } from './waiter.js';

/** {@link EvtchnChannel} of any handle. */
export class PortChannel implements EvtchnChannel {
  readonly port: number;
  readonly #demultiplexer: Demultiplexer;
  readonly #notify: (port: number) => void;
  /** Who waits, and for more than how many. */
  readonly #waiters = new Map<Waiter<number>, number>();
  #count = 0;
  /** Why nobody can wait any more; undefined while it is open. */
  #ended: { readonly reason: unknown } | undefined = undefined;
  /** The port may be masked: by an event that was seen, or by one that was read before there was a channel. */
  #masked = true;

  /** @param notify - sends an event on a port */
  constructor(port: number, demultiplexer: Demultiplexer, notify: (port: number) => void) {
    this.port = port;
    this.#demultiplexer = demultiplexer;
    this.#notify = notify;
  }

  get count(): number {
    return this.#count;
  }

  get closed(): boolean {
    return this.#ended !== undefined;
  }

  async after(count: number, options: WaitOptions = {}): Promise<number> {
    checkInteger('count', count, 0, Number.MAX_SAFE_INTEGER);
    checkOptions('options', options);
    const { signal } = options;
    checkSignal('options.signal', signal);
    if (signal?.aborted) throw signal.reason;
    if (this.#ended !== undefined) throw this.#ended.reason;
    if (this.#count > count) return this.#count;
    const waiter = new Waiter<number>(signal, (given) => {
      if (this.#waiters.delete(given)) this.#demultiplexer.left();
    });
    this.#waiters.set(waiter, count);
    this.#demultiplexer.joined(this.#masked ? this : undefined);
    return waiter.promise;
  }

  notify(): void {
    this.#notify(this.port);
  }

  close(): void {
    const advice = `the channel of port ${this.port} was closed`;
    this.end(new EvtchnError('read', ECANCELED, advice));
  }

  [dispose](): void {
    this.close();
  }

  /** An event of the port was taken. */
  see(): void {
    this.#count++;
    for (const [waiter, count] of this.#waiters) {
      if (count >= this.#count) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(this.#count);
      this.#demultiplexer.left();
    }
    this.#mask();
  }

  /** An event of the port may have been thrown away, unseen. */
  discarded(): void {
    this.#mask();
  }

  /** The port may be masked now, although somebody waits for more events. */
  #mask(): void {
    this.#masked = true;
    if (this.#waiters.size > 0) this.#demultiplexer.stillMasked(this);
  }

  /** Whether its port is to be unmasked now; which it is then. */
  takeUnmask(): boolean {
    if (!this.#masked || this.#waiters.size === 0) return false;
    this.#masked = false;
    return true;
  }

  /** An error for everybody who waits now. */
  fail(error: unknown): void {
    const waiters = [...this.#waiters.keys()];
    this.#waiters.clear();
    for (const waiter of waiters) waiter.reject(error);
    this.#demultiplexer.left(waiters.length);
  }

  /** An error for everybody who waits, now or later. */
  end(error: unknown): void {
    if (this.#ended !== undefined) return;
    this.#ended = { reason: error };
    this.fail(error);
    this.#demultiplexer.forget(this);
  }
}
