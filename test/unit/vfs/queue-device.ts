import { EAGAIN, EFAULT } from '../../../src/abi/errno.js';
import { POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from '../../../src/abi/poll.js';
import { FasyncQueue } from '../../../src/vfs/fasync.js';
import type { File } from '../../../src/vfs/file.js';
import type { FileOperations } from '../../../src/vfs/file-operations.js';
import type { UserMemory } from '../../../src/vfs/user-memory.js';
import { WaitQueue } from '../../../src/vfs/wait-queue.js';

/** Bits a device of words shows while it has none. */
export const WRITABLE = POLLOUT | POLLWRNORM;
/** Bits it shows while it has some. */
export const READABLE = POLLIN | POLLRDNORM | WRITABLE;

/** A driver's open file: a queue of words. Notes every call that reaches it. */
export class QueueDevice implements FileOperations {
  readonly waitQueue = new WaitQueue();
  readonly queue: number[] = [];
  readonly calls: string[] = [];
  readonly fasyncQueue = new FasyncQueue();
  /** What it shows beside the bits of its queue. */
  extraBits = 0;
  /** What fasync answers instead of registering, if not 0. */
  fasyncError = 0;
  releases = 0;

  get readable(): boolean {
    return this.queue.length > 0;
  }

  /** Words come in; waiters are told when there were none. */
  feed(...words: number[]): void {
    const wasEmpty = this.queue.length === 0;
    this.queue.push(...words);
    if (!wasEmpty) return;
    this.waitQueue.wake();
    this.fasyncQueue.signalInput();
  }

  read(memory: UserMemory, address: number, count: number): number {
    this.calls.push(`read ${count}`);
    const words = Math.min(count >>> 2, this.queue.length);
    if (count < 4) return 0;
    if (words === 0) return -EAGAIN;
    if (!memory.copyToUser(address, Uint32Array.from(this.queue), 0, words)) return -EFAULT;
    this.queue.splice(0, words);
    return words * 4;
  }

  write(memory: UserMemory, address: number, count: number): number {
    this.calls.push(`write ${count}`);
    const words = Math.min(count, 4096) >>> 2;
    const taken = new Uint32Array(words);
    if (!memory.copyFromUser(taken, address, words)) return -EFAULT;
    return words * 4;
  }

  ioctl(command: number, _memory: UserMemory, argument: number): number {
    this.calls.push(`ioctl ${command} ${argument}`);
    return 17;
  }

  poll(): number {
    return (this.readable ? READABLE : WRITABLE) | this.extraBits;
  }

  fasync(fd: number, file: File, on: boolean): number {
    this.calls.push(`fasync ${fd} ${on}`);
    return this.fasyncError === 0 ? this.fasyncQueue.set(fd, file, on) : this.fasyncError;
  }

  release(): void {
    this.calls.push('release');
    this.releases++;
  }
}
