import type { UserMemory } from '../vfs/user-memory.js';

/** Memory of the program that made an ioctl, from its argument on: address 0 is where the argument points to. */
export interface ArgumentMemory extends UserMemory {
  /**
   * Turns to the caller of the request that is being handled.
   * @param pid - the thread that asks, in the server's pid namespace; 0 where that has no number for it
   * @param low - low half of the argument's address
   * @param high - high half of it
   */
  turnTo(pid: number, low: number, high: number): void;
}
