import { EAGAIN, EBADF, EFAULT, EINVAL, ENODEV, ENOTTY, EOPNOTSUPP, ESPIPE } from '../abi/errno.js';
import {
  O_ACCMODE,
  O_APPEND,
  O_ASYNC,
  O_DIRECT,
  O_NOATIME,
  O_NONBLOCK,
  O_PATH,
  O_RDWR,
  O_WRONLY,
} from '../abi/fcntl.js';
import { FIGETBSZ, FIOASYNC, FIONBIO, FIOQSIZE } from '../abi/ioctl.js';
import { PAGE_SIZE } from '../abi/page.js';
import { POLLNVAL } from '../abi/poll.js';
import type { Pollable, Watcher } from './event-poll.js';
import type { SignalOwner } from './fasync.js';
import type { FileOperations } from './file-operations.js';
import { accessOk, type UserMemory } from './user-memory.js';
import type { WaitQueue } from './wait-queue.js';

/** Flags F_SETFL may change (`SETFL_MASK`); O_ASYNC is the driver's to set. */
const SETFL_MASK = O_APPEND | O_NONBLOCK | O_NOATIME;
/** More than this is never moved in one call (`MAX_RW_COUNT`). */
const MAX_RW_COUNT = 0x7ffff000;
/** The one flag of preadv2 and pwritev2 that does not ask the driver for more than it has. */
const RWF_HIPRI = 1;
/** Segments a vectored call may have. */
const UIO_MAXIOV = 1024;
/** `SEEK_MAX`. */
const SEEK_MAX = 4;

/** One segment of a vectored call (`struct iovec`). */
export interface IoVector {
  /** Where it is. */
  readonly address: number;
  /** Bytes, 0 and more. */
  readonly length: number;
}

/**
 * An open file description (`struct file`): what dup, fork and descriptor passing share. It makes the checks the VFS
 * makes before a driver is asked (fs/read_write.c, fs/ioctl.c, fs/fcntl.c), for a stream file of a character device.
 */
export class File implements Pollable {
  /** `f_flags`, less those only open looks at. */
  flags: number;
  /** Who is signalled, by F_SETOWN. */
  owner: SignalOwner | undefined = undefined;
  /** Which signal, by F_SETSIG; 0 means SIGIO. */
  signal = 0;
  readonly #ops: FileOperations;
  readonly #mayRead: boolean;
  readonly #mayWrite: boolean;
  #references = 1;
  #released = false;
  /** Epoll sets that watch it. */
  #watchers: Set<Watcher> | undefined = undefined;

  /**
   * @param ops - the driver's open file; released with the last reference
   * @param flags - of open(2), `O_*`
   */
  constructor(ops: FileOperations, flags: number) {
    this.#ops = ops;
    this.flags = flags;
    const mode = flags & O_ACCMODE;
    const path = (flags & O_PATH) !== 0;
    // As Linux does: access mode 3 opens for neither.
    this.#mayRead = !path && (mode === 0 || mode === O_RDWR);
    this.#mayWrite = !path && (mode === O_WRONLY || mode === O_RDWR);
  }

  /** What the driver made of it. */
  get operations(): FileOperations {
    return this.#ops;
  }

  /** Opened with O_PATH: reaches no operation. */
  get isPath(): boolean {
    return (this.flags & O_PATH) !== 0;
  }

  /** Calls do not wait now. */
  get nonBlocking(): boolean {
    return (this.flags & O_NONBLOCK) !== 0;
  }

  /** Where readers and pollers of the file wait. */
  get waitQueue(): WaitQueue {
    return this.#ops.waitQueue;
  }

  /** @internal */
  watchedBy(set: Watcher): void {
    this.#watchers ??= new Set();
    this.#watchers.add(set);
  }

  /** @internal */
  unwatchedBy(set: Watcher): void {
    this.#watchers?.delete(set);
  }

  /** Another descriptor, process or call holds the file (`get_file`). */
  get(): this {
    this.#references++;
    return this;
  }

  /** One holder less; the last one releases the file (`fput`). */
  put(): void {
    this.#references--;
    if (this.#references !== 0 || this.#released) return;
    this.#released = true;
    for (const set of [...(this.#watchers ?? [])]) set.delete(this);
    // As Linux does (`__fput`): a file that is still registered for signals is taken off first.
    if ((this.flags & O_ASYNC) !== 0) this.#ops.fasync(-1, this, false);
    this.#ops.release();
  }

  /** Descriptors, processes and calls that hold the file; 0 once it is released. */
  get references(): number {
    return this.#references;
  }

  /**
   * read(2), without waiting.
   * @returns bytes; -EBADF without read permission; -EFAULT for an address outside the program's half, whatever the count;
   * -EAGAIN when there is nothing, also for a file that is not O_NONBLOCK: the caller waits; else the driver's answer
   */
  read(memory: UserMemory, address: number, count: number): number {
    if (!this.#mayRead) return -EBADF;
    if (!accessOk(address, count)) return -EFAULT;
    return this.#ops.read(memory, address, count > MAX_RW_COUNT ? MAX_RW_COUNT : count);
  }

  /** write(2). @returns bytes; -EBADF; -EFAULT as for {@link read}; else the driver's answer */
  write(memory: UserMemory, address: number, count: number): number {
    if (!this.#mayWrite) return -EBADF;
    if (!accessOk(address, count)) return -EFAULT;
    return this.#ops.write(memory, address, count > MAX_RW_COUNT ? MAX_RW_COUNT : count);
  }

  /**
   * ioctl(2): what the VFS handles itself (`do_vfs_ioctl`), then the driver. Bits of the command above 32 are dropped.
   * FIOCLEX and FIONCLEX belong to the descriptor, not to the file: see `DescriptorTable`.
   * @param fd - the descriptor it is called on, which a signal asked for by FIOASYNC will name
   * @returns the driver's answer; -EBADF; -EINVAL for a command that is no integer
   */
  ioctl(command: number, memory: UserMemory, argument: number, fd = -1): number {
    if (this.isPath) return -EBADF;
    if (!Number.isInteger(command)) return -EINVAL;
    switch (command >>> 0) {
      case FIONBIO: {
        const on = memory.getU32(argument);
        if (on < 0) return -EFAULT;
        this.flags = on === 0 ? this.flags & ~O_NONBLOCK : this.flags | O_NONBLOCK;
        return 0;
      }
      case FIOASYNC: {
        const on = memory.getU32(argument);
        if (on < 0) return -EFAULT;
        return this.#setAsync(fd, on !== 0);
      }
      case FIOQSIZE:
        // For regular files, directories and links only.
        return -ENOTTY;
      case FIGETBSZ:
        return memory.copyToUser(argument, Uint32Array.of(PAGE_SIZE), 0, 1) ? 0 : -EFAULT;
      default:
        return this.#ops.ioctl(command >>> 0, memory, argument);
    }
  }

  /** Poll bits that hold now; POLLNVAL for an O_PATH file, as if it were not open. */
  poll(): number {
    return this.isPath ? POLLNVAL : this.#ops.poll();
  }

  /**
   * fcntl(F_SETFL): O_APPEND, O_NONBLOCK and O_ASYNC.
   * @param fd - the descriptor it is called on, which a signal will name
   * @returns 0; -EBADF; -EINVAL for O_DIRECT, which the device does not have
   */
  setFlags(fd: number, flags: number): number {
    if (this.isPath) return -EBADF;
    if ((flags & O_DIRECT) !== 0) return -EINVAL;
    const rc = this.#setAsync(fd, (flags & O_ASYNC) !== 0);
    if (rc < 0) return rc;
    this.flags = (flags & SETFL_MASK) | (this.flags & ~SETFL_MASK);
    return 0;
  }

  /**
   * As Linux does: the driver is asked only when the flag changes. So O_ASYNC given to open, which no driver was told of,
   * can neither be made to work nor be cleared.
   */
  #setAsync(fd: number, on: boolean): number {
    if (on === ((this.flags & O_ASYNC) !== 0)) return 0;
    const rc = this.#ops.fasync(fd, this, on);
    return rc < 0 ? rc : 0;
  }

  /**
   * preadv2 and pwritev2 at the current position, before any segment: flags this file refuses.
   * @returns 0; -EOPNOTSUPP for all but RWF_HIPRI
   */
  checkVectorFlags(flags: number): number {
    return (flags & ~RWF_HIPRI) === 0 ? 0 : -EOPNOTSUPP;
  }

  /**
   * writev(2): one driver call a segment; one that is not taken whole ends the call.
   * @returns bytes; what {@link checkVectors} refuses; -EBADF without permission; else the driver's answer to the first segment
   */
  writev(memory: UserMemory, vectors: readonly IoVector[]): number {
    const refused = this.checkVectors(vectors, this.#mayWrite);
    if (refused < 0) return refused;
    return this.#vectored(vectors, (address, length) => this.write(memory, address, length));
  }

  /** readv(2) without waiting: -EAGAIN only if no segment got anything. For waiting see `readvBlocking`. */
  readv(memory: UserMemory, vectors: readonly IoVector[]): number {
    const refused = this.checkVectors(vectors, this.#mayRead);
    if (refused < 0) return refused;
    return this.#vectored(vectors, (address, length) => this.read(memory, address, length));
  }

  /**
   * What the VFS looks at before any segment is moved (`import_iovec`, `do_iter_read`).
   * @returns 0; -EINVAL for more than 1024 segments or a negative length; -EFAULT for one outside the program's half, also
   * an empty one; -EBADF without permission
   */
  checkVectors(vectors: readonly IoVector[], permitted: boolean = this.#mayRead): number {
    if (vectors.length > UIO_MAXIOV) return -EINVAL;
    for (const { address, length } of vectors) {
      if (!Number.isInteger(length) || length < 0) return -EINVAL;
      if (!accessOk(address, length)) return -EFAULT;
    }
    return permitted ? 0 : -EBADF;
  }

  #vectored(vectors: readonly IoVector[], call: (at: number, length: number) => number): number {
    let total = 0;
    for (const { address, length } of vectors) {
      // An empty segment never reaches the driver.
      if (length === 0) continue;
      const rc = call(address, length);
      if (rc < 0) return total === 0 ? rc : total;
      total += rc;
      if (rc !== length) break;
    }
    return total;
  }

  /** lseek(2) of a stream: -EINVAL for an unknown whence, else -ESPIPE. */
  lseek(_offset: number, whence: number): number {
    if (this.isPath) return -EBADF;
    return whence < 0 || whence > SEEK_MAX ? -EINVAL : -ESPIPE;
  }

  /** pread(2) of a stream, whatever the count: -EINVAL for a negative offset, else -ESPIPE. */
  pread(offset = 0): number {
    return this.#positioned(offset);
  }

  /** pwrite(2) of a stream, whatever the count: -EINVAL for a negative offset, else -ESPIPE. */
  pwrite(offset = 0): number {
    return this.#positioned(offset);
  }

  #positioned(offset: number): number {
    if (offset < 0) return -EINVAL;
    return this.isPath ? -EBADF : -ESPIPE;
  }

  /** mmap(2): the driver has none. */
  mmap(): number {
    return this.isPath ? -EBADF : -ENODEV;
  }

  /** fsync(2): the driver has none. */
  fsync(): number {
    return this.isPath ? -EBADF : -EINVAL;
  }

  /** ftruncate(2): for regular files only. */
  ftruncate(): number {
    return this.isPath ? -EBADF : -EINVAL;
  }

  /** fallocate(2): -EBADF without write permission; the driver has none. */
  fallocate(): number {
    return this.#mayWrite ? -ENODEV : -EBADF;
  }

  /**
   * splice(2) and sendfile(2): -EBADF without the permission for their direction; the driver has none.
   * @param direction - `in` takes from the file, `out` puts into it
   */
  splice(direction: 'in' | 'out'): number {
    return (direction === 'in' ? this.#mayRead : this.#mayWrite) ? -EINVAL : -EBADF;
  }
}

/** A read found nothing and may wait: not O_NONBLOCK. */
export function wouldWait(file: File, result: number): boolean {
  return result === -EAGAIN && !file.nonBlocking;
}
