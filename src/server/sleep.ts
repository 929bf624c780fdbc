/** A word that nobody ever wakes. */
const NEVER = new Int32Array(new SharedArrayBuffer(4));

/** Stands still for so many milliseconds: this thread does nothing else meanwhile. */
export function sleep(ms: number): void {
  Atomics.wait(NEVER, 0, 0, ms);
}
