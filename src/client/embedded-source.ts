import { EAGAIN } from '../abi/errno.js';
import type { OpenFile } from '../devices/evtchn/open-file.js';
import type { Waiter } from '../vfs/wait-queue.js';
import type { EventSource } from './event-source.js';

/** What reading an empty ring answers. */
const NOTHING = -EAGAIN;

/** What is done after the current turn hangs on this. */
const NOW = Promise.resolve();

/** Has a function called once, but not before whoever asks for it has returned. */
export type Soon = (call: () => void) => void;

function nobody(): void {}

function afterTurn(call: () => void): void {
  NOW.then(call);
}

/** {@link EventSource} over a file of an embedded host. */
export class EmbeddedSource implements EventSource, Waiter {
  /** Calls cost next to nothing here, and what is not taken can be seen in the driver. */
  readonly batch = 1;
  readonly #device: OpenFile;
  #ready = nobody;
  #woken = false;
  /** Made once and not for each event. */
  readonly #tell: () => void;
  readonly #soon: Soon;

  /** @param soon - has what a wake-up asks for done after it; when the turn is over unless given */
  constructor(device: OpenFile, soon: Soon = afterTurn) {
    this.#device = device;
    this.#soon = soon;
    // By way of a variable, for V8: see the demultiplexer's constructor.
    const tell = (): void => {
      this.#woken = false;
      this.#ready();
    };
    this.#tell = tell;
  }

  attach(ready: () => void): void {
    this.#ready = ready;
  }

  take(ports: Uint32Array, max: number): number {
    const count = this.#device.readInto(ports, max);
    return count === NOTHING ? 0 : count;
  }

  unmask(ports: Uint32Array, count: number): number {
    this.#device.writeFrom(ports, 0, count);
    return 0;
  }

  arm(): boolean {
    if (this.#device.readable) return false;
    this.#device.waitQueue.add(this);
    return true;
  }

  disarm(): void {
    this.#device.waitQueue.remove(this);
  }

  /** The driver wakes in the middle of an interrupt: what is to be done then is done when that is over. */
  wake(): void {
    if (this.#woken) return;
    this.#woken = true;
    this.#soon(this.#tell);
  }
}
