/**
 * The memory of the program that makes a call, as the kernel reaches it: any access may fault, and then nothing of it has
 * happened. Addresses are plain numbers; what the program may address is the implementation's business. Little endian.
 */
export interface UserMemory {
  /** `get_user` of two bytes: the value, or -1 on a fault. */
  getU16(address: number): number;
  /** `get_user` of four bytes: the value, or -1 on a fault. */
  getU32(address: number): number;
  /** `copy_from_user`: fills the first `words` words of `to`; false on a fault, with `to` then undefined. */
  copyFromUser(to: Uint32Array, address: number, words: number): boolean;
  /** `copy_to_user`: stores `words` words of `from`, from `start` on; false if any byte of them faults. */
  copyToUser(address: number, from: Uint32Array, start: number, words: number): boolean;
}

/** End of what a 64-bit program may address (`TASK_SIZE_MAX`): a pointer beyond is refused before any driver sees it. */
export const TASK_SIZE_MAX = 0x7ffffffff000;

/**
 * `access_ok`: the range lies in the program's half of the address space, mapped or not. What is no integer names no memory.
 */
export function accessOk(address: number, count: number): boolean {
  if (!Number.isInteger(address) || !Number.isInteger(count)) return false;
  return address >= 0 && count >= 0 && address + count <= TASK_SIZE_MAX;
}
