import type { HostDomain } from '../host/host-domain.js';

/** Nothing of the port is unread. */
const NONE = -1;

/** Where the unread events of a domain's ports are in the rings of its open files. */
export class UnreadEvents {
  /** Per port: how many. */
  readonly #counts: Uint16Array;
  /** Per port: how many events are before its first in its ring. */
  readonly #behind: Int32Array;

  /** @param ports - one more than the highest port there is */
  constructor(domain: HostDomain, ports: number) {
    this.#counts = new Uint16Array(ports);
    this.#behind = new Int32Array(ports).fill(NONE);
    for (const { ring } of domain.driver?.openFiles.values() ?? []) {
      for (let index = 0; index < ring.count; index++) {
        const port = ring.entries[(ring.cons + index) & (ring.entries.length - 1)]!;
        if (this.#behind[port] === NONE) this.#behind[port] = index;
        this.#counts[port]!++;
      }
    }
  }

  /** How many of a port's events are unread. */
  count(port: number): number {
    return this.#counts[port]!;
  }

  /** How many events are before its first; undefined if it has none. */
  behind(port: number): number | undefined {
    const behind = this.#behind[port]!;
    return behind === NONE ? undefined : behind;
  }
}
