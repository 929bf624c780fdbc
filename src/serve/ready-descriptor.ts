import { closeSync, readdirSync, readFileSync, readlinkSync, writeSync } from 'node:fs';

/** Bits of the access mode in the flags of an open file, and its value for reading only. */
const O_ACCMODE = 3;
const O_RDONLY = 0;

/** An open descriptor of this process. */
interface OpenDescriptor {
  readonly target: string;
  readonly readOnly: boolean;
}

/** What a descriptor is open for, or undefined if it is not open. */
function describe(fd: number): OpenDescriptor | undefined {
  try {
    const info = readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8');
    const flags = Number.parseInt(/^flags:\s*([0-7]+)/m.exec(info)?.[1] ?? '', 8);
    const readOnly = (flags & O_ACCMODE) === O_RDONLY;
    return { target: readlinkSync(`/proc/self/fd/${fd}`), readOnly };
  } catch {
    return undefined;
  }
}

/** Whether it is one of those that Node opened for itself: an epoll or eventfd, or a pipe with both ends in this process. */
function isOurs({ target, readOnly }: OpenDescriptor): boolean {
  if (target.startsWith('anon_inode:')) return true;
  if (!target.startsWith('pipe:')) return false;
  return readdirSync('/proc/self/fd')
    .map((name) => describe(Number(name)))
    .some((other) => other?.target === target && other.readOnly !== readOnly);
}

/**
 * Checks a descriptor that the parent process is said to have handed on.
 * @returns what is wrong with it, or undefined if one can write to it
 */
export function wrongDescriptor(fd: number): string | undefined {
  if (fd <= 2) return 'standard input, output and error have their own use: take 3 or more';
  const open = describe(fd);
  if (open === undefined || isOurs(open)) return `descriptor ${fd} is not open`;
  return open.readOnly ? `descriptor ${fd} is open for reading only` : undefined;
}

/** Writes `ready` and a line end, and closes the descriptor. @throws Error (EPIPE, …) if nobody can be told */
export function writeReady(fd: number): void {
  try {
    writeSync(fd, 'ready\n');
  } finally {
    closeSync(fd);
  }
}
