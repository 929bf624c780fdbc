import type { EvtchnChannel, WaitOptions } from 'xen-evtchn';
import { ByteRing, type RingLayout } from './byte-ring.js';
import { CLOSED, CLOSING, CONNECTED } from './console-page.js';
import { PeerClosed } from './peer-closed.js';
import type { SharedMemory } from './shared-memory.js';

/** Which end of a console. */
interface Side {
  /** The ring it takes from, and the one it puts into. */
  readonly from: RingLayout;
  readonly to: RingLayout;
  /** Where its state is, and the other end's. */
  readonly own: number;
  readonly peer: number;
}

/**
 * What both ends of a console do: wait for text, wait for room, tell the other end. Every wait goes
 *
 *     note the count of events; look; if there was nothing, wait for more events than that
 *
 * so that an event which comes after the look ends the wait. And whatever is done is first put into the memory, then
 * notified: text, the room it leaves, a state.
 *
 * All calls reject with the errors of {@link EvtchnChannel.after}, and with RingCorrupt, after which the console can only be
 * closed.
 */
export class ConsoleEnd {
  readonly #channel: EvtchnChannel;
  readonly #memory: SharedMemory;
  readonly #side: Side;
  readonly #from: ByteRing;
  readonly #to: ByteRing;

  /** @param channel - of the port that is connected to the other end, or will be */
  protected constructor(channel: EvtchnChannel, memory: SharedMemory, side: Side) {
    this.#channel = channel;
    this.#memory = memory;
    this.#side = side;
    this.#from = new ByteRing(memory, side.from);
    this.#to = new ByteRing(memory, side.to);
    memory.store(side.own, CONNECTED);
  }

  /** The port of this end. */
  get port(): number {
    return this.#channel.port;
  }

  /**
   * The next bytes of text, as many as there are; waits for some.
   * @returns undefined when the other end puts no more in
   */
  async read(options?: WaitOptions): Promise<Uint8Array | undefined> {
    for (;;) {
      const seen = this.#channel.count;
      // Before the ring: what was put in before the end is then there.
      const last = this.#peerState() >= CLOSING;
      const bytes = this.#from.take();
      if (bytes.length > 0) {
        this.#channel.notify();
        return bytes;
      }
      if (last) return undefined;
      await this.#channel.after(seen, options);
    }
  }

  /** All text until the other end puts no more in. */
  async *text(options?: WaitOptions): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      const bytes = await this.read(options);
      if (bytes === undefined) return;
      yield bytes;
    }
  }

  /**
   * Puts bytes in, and waits for room as often as it takes; one call at a time.
   * @throws (rejects) PeerClosed if the other end is gone before all are in
   */
  async write(bytes: Uint8Array, options?: WaitOptions): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) {
      const seen = this.#channel.count;
      if (this.peerClosed) throw new PeerClosed();
      const count = this.#to.put(rest);
      if (count > 0) {
        this.#channel.notify();
        rest = rest.subarray(count);
      } else {
        await this.#channel.after(seen, options);
      }
    }
  }

  /** Tells the other end that there will be no more text from here. */
  end(): void {
    this.#tell(CLOSING);
  }

  /** The other end is gone: it neither takes nor puts any more. */
  get peerClosed(): boolean {
    return this.#peerState() === CLOSED;
  }

  /** Waits until the other end is gone. One that was killed has not said so. */
  async untilPeerClosed(options?: WaitOptions): Promise<void> {
    for (;;) {
      const seen = this.#channel.count;
      if (this.peerClosed) return;
      await this.#channel.after(seen, options);
    }
  }

  /** Tells the other end that this one is gone. The handle stays open: it is the caller's. */
  close(): void {
    if (this.#channel.closed) return;
    this.#tell(CLOSED);
    this.#channel.close();
  }

  #tell(state: number): void {
    this.#memory.store(this.#side.own, state);
    this.#channel.notify();
  }

  #peerState(): number {
    return this.#memory.load(this.#side.peer);
  }
}
