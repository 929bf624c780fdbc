import { EAGAIN, EINTR } from '../abi/errno.js';
import type { EventSource } from '../client/event-source.js';
import { readDescriptor, writeDescriptor } from '../native/descriptor.js';
import { lastErrno } from '../native/libc.js';
import { type Waited, Waiting } from './waiting.js';

/** Bytes of a port in read(2) and write(2) (`sizeof(evtchn_port_t)`). */
const PORT_BYTES = 4;
/** Events that nobody waited for, after which the descriptor is watched no more until somebody does. */
const MISSED_AT_MOST = 8;

/** {@link EventSource} over a descriptor of a device, which is O_NONBLOCK. */
export class DeviceSource implements EventSource, Waited {
  /** Every call costs a system call, and over FUSE a process switch. */
  readonly batch = 1024;
  readonly #fd: number;
  readonly #onFailure: (error: unknown) => void;
  #tellReady = (): void => {};
  #waiting: Waiting | undefined;
  #slot = -1;
  /** Waited for it until it was closed. */
  #last: Waiting | undefined;
  /** The last read filled its array, or failed: there may be more, or the error still, of which there will be no word. */
  #full = false;
  #missed = 0;
  /** Somebody waits, and the process stays alive for them. */
  #held = false;
  #armed = false;
  #keepsAlive = true;

  /** @param onFailure - told why nobody can wait */
  constructor(fd: number, onFailure: (error: unknown) => void) {
    this.#fd = fd;
    this.#onFailure = onFailure;
  }

  attach(ready: () => void): void {
    this.#tellReady = ready;
  }

  /** Nothing can have come since the last read. */
  get quiet(): boolean {
    return this.#waiting !== undefined && !this.#full && this.#waiting.slots.quiet(this.#slot);
  }

  take(ports: Uint32Array, max: number): number {
    if (this.#waiting?.slots.look(this.#slot)) this.#miss(this.#waiting);
    for (;;) {
      const bytes = readDescriptor(this.#fd, ports, max * PORT_BYTES);
      if (bytes >= 0) {
        this.#full = bytes === max * PORT_BYTES;
        return bytes / PORT_BYTES;
      }
      const errno = lastErrno();
      if (errno === EINTR) continue;
      this.#full = errno !== EAGAIN;
      return this.#full ? -errno : 0;
    }
  }

  unmask(ports: Uint32Array, count: number): number {
    while (writeDescriptor(this.#fd, ports, count * PORT_BYTES) < 0) {
      const errno = lastErrno();
      if (errno !== EINTR) return -errno;
    }
    return 0;
  }

  arm(): boolean {
    this.#armed = true;
    this.#missed = 0;
    try {
      const ready = this.#watch();
      this.#hold();
      return ready;
    } catch (error) {
      // Not from within a call of whoever waits.
      Promise.resolve().then(() => this.#onFailure(error));
      return true;
    }
  }

  #watch(): boolean {
    if (this.#full) {
      this.#full = false;
      return false;
    }
    if (this.#waiting === undefined) {
      const waiting = Waiting.start();
      this.#slot = waiting.add(this.#fd, this);
      this.#waiting = waiting;
      return true;
    }
    const arming = this.#waiting.slots.arm(this.#slot);
    if (arming === 'watch') this.#waiting.watch(this.#fd, this.#slot, true);
    return arming !== 'look';
  }

  disarm(): void {
    this.#armed = false;
    this.#waiting?.slots.disarm(this.#slot);
    this.#hold();
  }

  /** Whether the process stays alive for those who wait. */
  keepAlive(on: boolean): void {
    this.#keepsAlive = on;
    this.#hold();
  }

  ready(): void {
    this.#tellReady();
  }

  failed(error: Error): void {
    this.#forget();
    this.#onFailure(error);
  }

  /** Waits for the descriptor no more, which must be open still. */
  close(): void {
    const waiting = this.#waiting;
    this.#forget();
    waiting?.remove(this.#fd, this.#slot);
    this.#last = waiting;
  }

  /** Resolves when nothing of it is left after {@link close}: the waiting thread, if nothing else is waited for. */
  async over(): Promise<void> {
    if (this.#last?.idle) await this.#last.over();
  }

  #miss(waiting: Waiting): void {
    this.#missed++;
    if (this.#missed < MISSED_AT_MOST || !waiting.slots.turnOff(this.#slot)) return;
    waiting.watch(this.#fd, this.#slot, false);
  }

  #hold(): void {
    const hold = this.#armed && this.#keepsAlive && this.#waiting !== undefined;
    if (hold === this.#held) return;
    this.#held = hold;
    if (hold) this.#waiting!.hold();
    else this.#waiting!.release();
  }

  #forget(): void {
    this.#armed = false;
    this.#hold();
    this.#waiting = undefined;
  }
}
