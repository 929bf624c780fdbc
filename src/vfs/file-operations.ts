import type { File } from './file.js';
import type { UserMemory } from './user-memory.js';
import type { WaitQueue } from './wait-queue.js';

/**
 * What a driver gives the VFS for one open file: Linux' `struct file_operations`, with the driver's private data in the
 * object itself. Results are numbers of bytes, masks or values, or negative errnos.
 *
 * Nothing here blocks. A read that has nothing answers -EAGAIN; whoever called waits on {@link FileOperations.waitQueue}
 * while {@link FileOperations.readable} is false, and tries again.
 */
export interface FileOperations {
  /** Where readers and pollers wait. */
  readonly waitQueue: WaitQueue;
  /** What a waiting reader waits for: a condition to look at, not a promise that the read will succeed. */
  readonly readable: boolean;
  /** Up to `count` bytes to `address`. @returns how many, or a negative errno: -EAGAIN if there are none yet */
  read(memory: UserMemory, address: number, count: number): number;
  /** `count` bytes from `address`. @returns how many were taken, or a negative errno */
  write(memory: UserMemory, address: number, count: number): number;
  /** `unlocked_ioctl`. @param argument - an address, for most commands */
  ioctl(command: number, memory: UserMemory, argument: number): number;
  /** Poll bits that hold now. */
  poll(): number;
  /** O_ASYNC of a file was set or cleared; `fd` is the descriptor it was done on. @returns 0 or more, or a negative errno */
  fasync(fd: number, file: File, on: boolean): number;
  /** The last reference is gone. */
  release(): void;
}
