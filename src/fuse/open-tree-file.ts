import type { Reply } from './reply.js';

/** An open file of the tree that is not a device. */
export interface OpenTreeFile {
  /** What the kernel is told with its handle: `FOPEN_*`. */
  readonly flags: number;
  /** What poll(2) says of it, always. */
  readonly readiness: number;
  /**
   * Fills in what is read.
   * @param offset - where in the file; for those that have no such thing it says nothing
   * @returns bytes, 0 at the end; or a negative errno
   */
  read(offset: number, size: number, reply: Reply): number;
  /** Takes what is written. @returns bytes or a negative errno */
  write(bytes: Uint8Array): number;
  /** Is called once. */
  close(): void;
}
