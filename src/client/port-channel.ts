import { ECANCELED } from '../abi/errno.js';
import { checkInteger, checkOptions } from '../errors/argument.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import { checkSignal } from '../vfs/abort-signal.js';
import type { EvtchnChannel } from './channel.js';
import { dispose } from './dispose.js';
import type { WaitOptions } from './wait-options.js';
import { type Awaiter, ToldWaiter, Waiter } from './waiter.js';

/** What a channel is part of, and tells who waits on it. */
export interface ChannelOwner {
  /** One more waits. @param masked - the channel, if its port may be masked */
  joined(masked: PortChannel | undefined): void;
  /** Somebody who has joined waits on, although the port of the channel was masked meanwhile. */
  stillMasked(channel: PortChannel): void;
  /** So many wait no more; one unless given. */
  left(count?: number): void;
  /** The channel is the program's no more. */
  forget(channel: PortChannel): void;
}

/** {@link EvtchnChannel} of any handle. */
export class PortChannel implements EvtchnChannel {
  readonly port: number;
  readonly #owner: ChannelOwner;
  readonly #notify: (port: number) => void;
  /** Who waits, and for more than how many. */
  readonly #waiters = new Map<Awaiter<number>, number>();
  #count = 0;
  /** Why nobody can wait any more; undefined while it is open. */
  #ended: { readonly reason: unknown } | undefined = undefined;
  /** The port may be masked: by an event that was seen, or by one that was read before there was a channel. */
  #masked = true;
  /**
   * If it is masked, it is by an event that was seen. Otherwise there may be an unread one, which would be there twice if the
   * port were unmasked before it is read.
   */
  #sure = false;

  /** @param notify - sends an event on a port */
  constructor(port: number, owner: ChannelOwner, notify: (port: number) => void) {
    this.port = port;
    this.#owner = owner;
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
    this.#check(options);
    if (this.#count > count) return this.#count;
    const waiter = new Waiter<number>(options.signal, (given) => this.#leave(given));
    this.#join(waiter, count);
    return waiter.promise;
  }

  /** As {@link after}, for somebody who is told when there were more; at once if there were. @internal */
  afterTold(awaiter: Awaiter<number>, count: number, options: WaitOptions = {}): void {
    try {
      checkInteger('count', count, 0, Number.MAX_SAFE_INTEGER);
      checkOptions('options', options);
      this.#check(options);
    } catch (error) {
      awaiter.reject(error);
      return;
    }
    if (this.#count > count) awaiter.resolve(this.#count);
    else this.#join(new ToldWaiter(awaiter, options.signal, (given) => this.#leave(given)), count);
  }

  /** @throws what waiting is refused for: the signal's reason, or that the channel has ended */
  #check({ signal }: WaitOptions): void {
    checkSignal('options.signal', signal);
    if (signal?.aborted) throw signal.reason;
    if (this.#ended !== undefined) throw this.#ended.reason;
  }

  #join(waiter: Awaiter<number>, count: number): void {
    this.#waiters.set(waiter, count);
    this.#owner.joined(this.#masked ? this : undefined);
  }

  #leave(waiter: Awaiter<number>): void {
    if (this.#waiters.delete(waiter)) this.#owner.left();
  }

  /** The device must be read before the port is unmasked. */
  get unsure(): boolean {
    return !this.#sure;
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
    // Two in a row: somebody else has unmasked the port.
    if (this.#masked) this.#sure = false;
    for (const [waiter, count] of this.#waiters) {
      if (count >= this.#count) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(this.#count);
      this.#owner.left();
    }
    this.#mask();
  }

  /** Unread events were thrown away; the port is masked if one of them was its own. */
  discarded(): void {
    this.#sure = false;
    this.#mask();
  }

  /** The port may be masked now, although somebody waits for more events. */
  #mask(): void {
    this.#masked = true;
    if (this.#waiters.size > 0) this.#owner.stillMasked(this);
  }

  /** Whether its port is to be unmasked now; which it is then. */
  takeUnmask(): boolean {
    if (!this.#masked || this.#waiters.size === 0) return false;
    this.#masked = false;
    this.#sure = true;
    return true;
  }

  /** Its port could not be unmasked: who waits would wait for ever. */
  unmaskFailed(error: unknown): void {
    this.#masked = true;
    this.fail(error);
  }

  /** An error for everybody who waits now. */
  fail(error: unknown): void {
    const waiters = [...this.#waiters.keys()];
    this.#waiters.clear();
    for (const waiter of waiters) waiter.reject(error);
    this.#owner.left(waiters.length);
  }

  /** An error for everybody who waits, now or later. */
  end(error: unknown): void {
    if (this.#ended !== undefined) return;
    this.#ended = { reason: error };
    this.fail(error);
    this.#owner.forget(this);
  }
}
