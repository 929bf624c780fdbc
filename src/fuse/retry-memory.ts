import type { ArgumentMemory } from './argument-memory.js';
import { FUSE_IOCTL_RETRY } from './protocol.js';
import type { Reply } from './reply.js';
import type { Request } from './request.js';

/** Words of `struct fuse_ioctl_in` before `in_size`, and of the whole: the argument's bytes follow. */
const IN_SIZE = 6;
const IOCTL_IN_WORDS = 8;
/** Bytes of `struct fuse_ioctl_out` with one `struct fuse_ioctl_iovec`. */
const RETRY_OUT = 32;

/**
 * The argument of an ioctl on a CUSE device. The first request brings none of its bytes. What the driver asks for is noted
 * then, and it gets a fault; the kernel, told by {@link askAgain}, copies that from the program and sends the ioctl again with
 * the bytes. If it cannot, it answers EFAULT itself and there is no second request.
 *
 * This relies on a driver that reads its argument before it does anything, which keeps the order of its checks.
 */
export class RetryMemory implements ArgumentMemory {
  private readonly request: Request;
  private low = 0;
  private high = 0;
  /** Bytes that came with the request. */
  private available = 0;
  /** How many bytes of the argument the driver would have needed; 0 if it has not asked in vain. */
  private needed = 0;

  constructor(request: Request) {
    this.request = request;
  }

  turnTo(_pid: number, low: number, high: number): void {
    const { request } = this;
    this.low = low;
    this.high = high;
    this.available = Math.min(request.word(IN_SIZE), request.bodyLength - IOCTL_IN_WORDS * 4);
    this.needed = 0;
  }

  getU16(address: number): number {
    return this.has(address, 2) ? this.word(address) & 0xffff : -1;
  }

  getU32(address: number): number {
    return this.has(address, 4) ? this.word(address) : -1;
  }

  copyFromUser(to: Uint32Array, address: number, words: number): boolean {
    if (!this.has(address, words << 2)) return false;
    for (let i = 0; i < words; i++) to[i] = this.word(address + (i << 2));
    return true;
  }

  /** No ioctl of the device stores anything. */
  copyToUser(): boolean {
    return false;
  }

  /**
   * Answers the request by asking for what the driver needs (FUSE_IOCTL_RETRY).
   * @returns false, with nothing sent, if it did not miss anything
   */
  askAgain(reply: Reply): boolean {
    if (this.needed === 0) return false;
    reply.clear(RETRY_OUT);
    reply.setWord(1, FUSE_IOCTL_RETRY);
    reply.setWord(2, 1);
    reply.setWord(4, this.low);
    reply.setWord(5, this.high);
    reply.setWord(6, this.needed);
    return reply.send(this.request, RETRY_OUT);
  }

  private has(address: number, count: number): boolean {
    if (address + count <= this.available) return true;
    this.needed = address + count;
    return false;
  }

  private word(address: number): number {
    return this.request.word(IOCTL_IN_WORDS + (address >>> 2));
  }
}
