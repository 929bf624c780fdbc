import { EFBIG } from '../../../src/abi/errno.js';
import type { EventSource } from '../../../src/client/event-source.js';

/** How a {@link FakeSource} is. */
export interface FakeSourceOptions {
  readonly batch?: number;
  /** Arming looks first, and refuses when there is something, as an embedded device does. */
  readonly looks?: boolean;
}

/**
 * A device as far as waiting is concerned: a port is disabled by its event until it is unmasked, and remembers one that
 * comes meanwhile. Word of the first event after arming goes out in a turn of its own, once.
 */
export class FakeSource implements EventSource {
  readonly batch: number;
  /** Events to be taken, oldest first. */
  readonly ring: number[] = [];
  /** What is bound: whether an event came while it was disabled; undefined while it is enabled. */
  readonly ports = new Map<number, boolean | undefined>();
  armed = false;
  /** How often it was armed and disarmed. */
  arms = 0;
  disarms = 0;
  /** How often arming is refused from now on, for nothing. */
  refusals = 0;
  /** What taking answers instead of ports; 0 while it works. */
  errno = 0;
  /** What unmasking answers; 0 while it works. */
  unmaskErrno = 0;
  /** The calls that unmasked, each with its ports. */
  readonly unmasks: number[][] = [];
  /** How many ports each take asked for. */
  readonly takes: number[] = [];
  readonly #looks: boolean;
  #ready = (): void => {};

  /** @param ports - those that are bound */
  constructor(ports: readonly number[], { batch = 1024, looks = false }: FakeSourceOptions = {}) {
    this.batch = batch;
    this.#looks = looks;
    for (const port of ports) this.bind(port);
  }

  bind(port: number): void {
    this.ports.set(port, undefined);
  }

  /** An event that is unread stays to be read. */
  unbind(port: number): void {
    this.ports.delete(port);
  }

  /** An event for a port. */
  event(port: number): void {
    if (!this.ports.has(port)) return;
    if (this.ports.get(port) === undefined) this.#deliver(port);
    else this.ports.set(port, true);
  }

  /** The ring overflows: nothing can be taken until {@link reset}. */
  overflow(): void {
    this.errno = -EFBIG;
    this.#tell();
  }

  reset(): void {
    this.ring.length = 0;
    this.errno = 0;
  }

  /** Says that there is something to take, whether there is or not. */
  tellReady(): void {
    this.#ready();
  }

  attach(ready: () => void): void {
    this.#ready = ready;
  }

  take(ports: Uint32Array, max: number): number {
    this.takes.push(max);
    if (this.errno !== 0) return this.errno;
    const taken = this.ring.splice(0, max);
    ports.set(taken);
    return taken.length;
  }

  unmask(ports: Uint32Array, count: number): number {
    if (this.unmaskErrno !== 0) return this.unmaskErrno;
    const some = [...ports.subarray(0, count)];
    this.unmasks.push(some);
    for (const port of some) this.enable(port);
    return 0;
  }

  enable(port: number): void {
    const latched = this.ports.get(port);
    if (latched === undefined) return;
    this.ports.set(port, undefined);
    if (latched) this.#deliver(port);
  }

  arm(): boolean {
    this.arms++;
    if (this.refusals > 0) {
      this.refusals--;
      return false;
    }
    const something = this.ring.length > 0 || this.errno !== 0;
    if (this.#looks && something) return false;
    this.armed = true;
    if (something) this.#tell();
    return true;
  }

  disarm(): void {
    this.disarms++;
    this.armed = false;
  }

  #deliver(port: number): void {
    this.ports.set(port, false);
    this.ring.push(port);
    this.#tell();
  }

  #tell(): void {
    if (!this.armed) return;
    this.armed = false;
    Promise.resolve().then(() => this.#ready());
  }
}
