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
  read(memory: UserMemory, address: number, count: number): number;
  write(memory: UserMemory, address: number, count: number): number;
  /** `unlocked_ioctl`. @param argument - an address, for most commands */
  ioctl(command: number, memory: UserMemory, argument: number): number;
  /** Poll bits that hold now. */
  poll(): number;
  fasync(fd: number, file: File, on: boolean): number;
  /** The last reference is gone. */
  release(): void;
}
