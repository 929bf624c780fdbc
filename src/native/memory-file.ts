import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { EFAULT, EPERM, ESRCH } from '../abi/errno.js';

/** A line of /proc/PID/maps: from where, up to where, and whether a program may read it there. */
const MAPPING = /^([0-9a-f]+)-([0-9a-f]+) ([r-])/gm;

/**
 * Reads a few bytes of another process' memory by /proc/PID/mem (proc(5)). That file would also give what the process itself
 * may not read, so its mappings are looked at first.
 * @param pid - a process or one of its threads
 * @param address - where to begin; one that no number holds exactly belongs to no program
 * @param into - takes the bytes, from its start
 * @param count - bytes
 * @returns 0; -EFAULT for memory that is not there; -EPERM without the rights of ptrace; -ESRCH without the process
 */
export function readMemoryFile(
  pid: number,
  address: number,
  into: Uint32Array,
  count: number,
): number {
  if (!Number.isSafeInteger(address)) return -EFAULT;
  try {
    if (!isReadable(readFileSync(`/proc/${pid}/maps`, 'latin1'), address, address + count)) {
      return -EFAULT;
    }
    return readAt(openSync(`/proc/${pid}/mem`, 'r'), address, into, count);
  } catch (error) {
    return failure(error as NodeJS.ErrnoException);
  }
}

/** Whether all of `[start, end)` is in readable mappings. */
function isReadable(maps: string, start: number, end: number): boolean {
  let reached = start;
  for (const [, from, to, readable] of maps.matchAll(MAPPING)) {
    if (readable !== 'r' || Number.parseInt(from!, 16) > reached) continue;
    reached = Math.max(reached, Number.parseInt(to!, 16));
    if (reached >= end) return true;
  }
  return false;
}

function readAt(fd: number, address: number, into: Uint32Array, count: number): number {
  try {
    return readSync(fd, into, 0, count, address) === count ? 0 : -EFAULT;
  } finally {
    closeSync(fd);
  }
}

function failure({ code, errno = -EPERM }: NodeJS.ErrnoException): number {
  switch (code) {
    case 'ENOENT':
      return -ESRCH;
    case 'EACCES':
      return -EPERM;
    case 'EIO':
      return -EFAULT;
    default:
      return errno;
  }
}
