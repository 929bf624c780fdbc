/** Ports one read or write of a device moves at most: a page of them. */
export const PORTS_PER_CALL = 1024;

/** What a {@link Demultiplexer} takes events from: an open device, as far as waiting is concerned. */
export interface EventSource {
  /** How many ports it takes at once for those who wait, 1 to 1024. */
  readonly batch: number;

  /** From now on it says by `ready` what it was armed for; not from within another call of the source. */
  attach(ready: () => void): void;

  /**
   * Takes ports with an event, oldest first, without waiting.
   * @returns how many were put in front of the array, 0 if there are none; a negative errno
   */
  take(ports: Uint32Array, max: number): number;

  /** Unmasks ports: the first `count` of an array, up to 1024. @returns 0, or a negative errno if none was */
  unmask(ports: Uint32Array, count: number): number;

  /**
   * Somebody waits, and there was nothing to take: `ready` is to be called, once, when there is.
   * @returns false if there may be something already; nothing will be called then
   */
  arm(): boolean;

  /** Nobody waits any more. */
  disarm(): void;
}
