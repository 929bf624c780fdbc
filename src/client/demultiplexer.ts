import { POLLIN, POLLRDNORM } from '../abi/poll.js';
import type { AbortSignalLike } from '../vfs/abort-signal.js';
import { type EventSource, PORTS_PER_CALL } from './event-source.js';
import { type ChannelOwner, PortChannel } from './port-channel.js';
import { PortQueue } from './port-queue.js';
import { type Awaiter, ToldWaiter, Waiter } from './waiter.js';

/** Most batches are no larger, and arrays that small cost far less to make. */
const FEW_PORTS = 16;

/**
 * Hands the events of one handle to whom they are for: those of a port that has a channel to the channel, others to those
 * who wait for any port. What nobody waits for stays in the device; only what came along with something else is kept here.
 */
export class Demultiplexer implements ChannelOwner {
  /** There are neither channels nor ports kept: what the device gives is what the program gets. */
  plain = true;
  readonly #source: EventSource;
  readonly #errorOf: (syscall: string, errno: number) => Error;
  /** Somebody who waits for any port gives up. */
  readonly #leaver: (given: Awaiter<number>) => void;
  readonly #waiters = new Set<Awaiter<number>>();
  readonly #channels = new Map<number, PortChannel>();
  readonly #kept = new PortQueue();
  readonly #one = new Uint32Array(1);
  #batch: Uint32Array | undefined;
  /** Channels that somebody began to wait on, whose port may be masked. */
  #masked: PortChannel[] = [];
  /** How many wait. */
  #waiting = 0;
  #settling = false;
  /** Why the last call took nothing: 0 or a negative errno. */
  #nothing = 0;

  /** @param errorOf - what whoever waits is rejected with when a call fails with a negative errno */
  constructor(source: EventSource, errorOf: (syscall: string, errno: number) => Error) {
    this.#source = source;
    this.#errorOf = errorOf;
    source.attach(() => this.ready());
    // By way of a variable: V8 takes a function that is assigned to a property at once for long-lived, and with it all it reaches.
    const leaver = (given: Awaiter<number>): void => {
      if (this.#waiters.delete(given)) this.left();
    };
    this.#leaver = leaver;
  }

  /** Poll bits of the ports that were taken from the device and not handed out. */
  get readiness(): number {
    return this.#kept.length > 0 ? POLLIN | POLLRDNORM : 0;
  }

  /** Nobody waits, and there are no channels that somebody could wait on. */
  get deserted(): boolean {
    return this.#waiters.size === 0 && this.#channels.size === 0;
  }

  /** Somebody waits for the next port, and comes before whoever asks later. */
  get awaited(): boolean {
    return this.#waiters.size > 0;
  }

  /** The next port for whoever asks now. @returns 0 if there is none; a negative errno */
  take(): number {
    return this.takeInto(this.#one, 1) > 0 ? this.#one[0]! : this.#nothing;
  }

  /** As {@link take}, up to `max` ports into an array. @returns how many; 0 or a negative errno if there are none */
  takeInto(ports: Uint32Array, max: number): number {
    let count = 0;
    while (count < max && this.#kept.length > 0) ports[count++] = this.#kept.shift();
    this.#nothing = 0;
    while (count < max) {
      const asked = max - count;
      const rest = count === 0 ? ports : ports.subarray(count);
      const taken = this.#source.take(rest, asked);
      if (taken < 0) this.#nothing = taken;
      for (let i = 0; i < taken; i++) {
        if (!this.#count(rest[i]!)) ports[count++] = rest[i]!;
      }
      // Fewer than asked for: there are no more, and another call may be a system call.
      if (taken < asked) break;
    }
    this.#look();
    return count > 0 ? count : this.#nothing;
  }

  /** Waits for the next port. Whoever waits longer comes first. */
  wait(signal: AbortSignalLike | undefined): Promise<number> {
    const waiter = new Waiter<number>(signal, this.#leaver);
    this.#waiters.add(waiter);
    this.joined();
    return waiter.promise;
  }

  /** As {@link wait}, for somebody who is told when a port is handed out. */
  waitTold(awaiter: Awaiter<number>, signal: AbortSignalLike | undefined): void {
    this.#waiters.add(new ToldWaiter(awaiter, signal, this.#leaver));
    this.joined();
  }

  /** The channel of a port; a new one counts what is kept of its port already. */
  channel(port: number, notify: (port: number) => void): PortChannel {
    let channel = this.#channels.get(port);
    if (channel === undefined) {
      channel = new PortChannel(port, this, notify);
      this.#channels.set(port, channel);
      for (let left = this.#kept.remove(port); left > 0; left--) channel.see();
      this.#look();
    }
    return channel;
  }

  /** The channel of a port is the program's no more. */
  forget(channel: PortChannel): void {
    this.#channels.delete(channel.port);
    this.#look();
  }

  /** The port was unbound: its channel ends. */
  unbound(port: number): void {
    this.#channels.get(port)?.close();
  }

  /** One more waits. @param masked - a channel whose port may be masked */
  joined(masked?: PortChannel): void {
    this.#waiting++;
    if (masked !== undefined) this.#masked.push(masked);
    if (masked !== undefined || !this.#source.arm()) this.#settleSoon();
  }

  /** Somebody who has joined waits on, although the port of the channel was masked meanwhile. */
  stillMasked(channel: PortChannel): void {
    this.#masked.push(channel);
    this.#settleSoon();
  }

  /** So many wait no more. */
  left(count = 1): void {
    if (count === 0) return;
    this.#waiting -= count;
    if (this.#waiting === 0) this.#source.disarm();
  }

  /** There is something to take. */
  ready(): void {
    this.#distribute();
    this.#settle();
  }

  /** The device has thrown its events away, and so is what was taken and not handed out. */
  discard(): void {
    this.#kept.clear();
    for (const channel of this.#channels.values()) channel.discarded();
    this.#look();
  }

  /** An error for everybody who waits now. */
  fail(error: unknown): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const waiter of waiters) waiter.reject(error);
    this.left(waiters.length);
    for (const channel of this.#channels.values()) channel.fail(error);
  }

  /**
   * The handle is at its end: an error for everybody who waits, and no more channels.
   * @param later - for those who want to wait on a channel after that
   */
  end(error: unknown, later = error): void {
    this.fail(error);
    for (const channel of [...this.#channels.values()]) channel.end(later);
    this.discard();
  }

  /** All who begin to wait in one turn are seen to together: their ports are unmasked in one call. */
  #settleSoon(): void {
    if (this.#settling) return;
    this.#settling = true;
    Promise.resolve().then(() => this.settleNow());
  }

  /** Sees now to those who began to wait in this turn, and not at its end. */
  settleNow(): void {
    if (!this.#settling) return;
    this.#settling = false;
    this.#settle();
  }

  #settle(): void {
    while (this.#waiting > 0 && !this.#source.arm()) this.#distribute();
    if (this.#masked.length > 0) this.#unmask();
  }

  /** After the source was armed, so that what the unmasking brings is heard of. */
  #unmask(): void {
    if (this.#masked.some(({ unsure }) => unsure)) this.#distribute();
    const channels = this.#masked.filter((channel) => channel.takeUnmask());
    this.#masked = [];
    for (let start = 0; start < channels.length; start += PORTS_PER_CALL) {
      this.#unmaskSome(channels.slice(start, start + PORTS_PER_CALL));
    }
  }

  #unmaskSome(channels: readonly PortChannel[]): void {
    const ports = this.#batchArray(channels.length);
    for (const [place, { port }] of channels.entries()) ports[place] = port;
    const rc = this.#source.unmask(ports, channels.length);
    if (rc === 0) return;
    const error = this.#errorOf('write', rc);
    for (const channel of channels) channel.unmaskFailed(error);
  }

  #distribute(): void {
    const { batch } = this.#source;
    const ports = this.#batchArray(batch);
    while (this.#waiting > 0) {
      const count = this.#source.take(ports, batch);
      if (count < 0) this.fail(this.#errorOf('read', count));
      for (let i = 0; i < count; i++) this.#hand(ports[i]!);
      // Fewer than asked for: then there are no more, or there will be word of them.
      if (count < batch) break;
    }
    this.#look();
  }

  #hand(port: number): void {
    if (this.#count(port)) return;
    for (const waiter of this.#waiters) {
      this.#waiters.delete(waiter);
      waiter.resolve(port);
      this.left();
      return;
    }
    this.#kept.push(port);
  }

  /** @returns whether the port has a channel, which counts it */
  #count(port: number): boolean {
    if (this.#channels.size === 0) return false;
    const channel = this.#channels.get(port);
    channel?.see();
    return channel !== undefined;
  }

  #look(): void {
    this.plain = this.#channels.size === 0 && this.#kept.length === 0;
  }

  /** An array for so many ports, up to 1024. */
  #batchArray(ports: number): Uint32Array {
    if (this.#batch === undefined || this.#batch.length < ports) {
      this.#batch = new Uint32Array(ports <= FEW_PORTS ? FEW_PORTS : PORTS_PER_CALL);
    }
    return this.#batch;
  }
}
