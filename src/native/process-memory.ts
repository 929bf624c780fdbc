import { EFAULT, ENOSYS, EPERM } from '../abi/errno.js';
import { addressOf, lastErrno, libc } from './libc.js';
import { readMemoryFile } from './memory-file.js';

const processVmReadv = libc(
  'long process_vm_readv(int pid, const void *local, unsigned long locals, const void *remote, unsigned long remotes, unsigned long flags)',
) as (
  pid: number,
  local: Uint32Array,
  locals: number,
  remote: Uint32Array,
  remotes: number,
  flags: number,
) => number;

/** Bytes of the buffer; more than 64, so that its memory does not move. */
const BUFFER_BYTES = 4096;
/** Words of an array that has memory of its own. */
const OUTSIDE_HEAP = 512;

/**
 * Reads a few bytes of other processes' memory (process_vm_readv(2)), without allocating. Needs the rights of ptrace: the
 * same user and a dumpable process, or CAP_SYS_PTRACE; Yama may forbid more. Where a container's filter forbids the system
 * call itself, as Docker's does without CAP_SYS_PTRACE, or the kernel lacks it, /proc/PID/mem is read (proc(5)): slower, by
 * the same rights.
 */
export class ProcessMemory {
  /** What was read last, from its start. */
  readonly words: Uint32Array = new Uint32Array(BUFFER_BYTES / 4);
  /** `struct iovec` of the buffer, and of what is read; as halves of words, since a bigint is an allocation. */
  readonly #local = new Uint32Array(OUTSIDE_HEAP);
  readonly #remote = new Uint32Array(OUTSIDE_HEAP);

  constructor() {
    const address = addressOf(this.words);
    this.#local[0] = Number(address & 0xffffffffn);
    this.#local[1] = Number(address >> 32n);
  }

  /**
   * Reads into {@link words}. Nothing is read in part.
   * @param pid - a process or one of its threads
   * @param low - low half of the address
   * @param high - high half of the address
   * @param count - bytes, up to 4096
   * @returns 0; -EFAULT for memory that is not there; -EPERM without the rights; -ESRCH without the process
   */
  read(pid: number, low: number, high: number, count: number): number {
    this.#local[2] = count;
    this.#remote[0] = low;
    this.#remote[1] = high;
    this.#remote[2] = count;
    const got = processVmReadv(pid, this.#local, 1, this.#remote, 1, 0);
    if (got === count) return 0;
    if (got >= 0) return -EFAULT;
    const error = lastErrno();
    if (error !== EPERM && error !== ENOSYS) return -error;
    return readMemoryFile(pid, high * 2 ** 32 + low, this.words, count);
  }
}
