import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { O_ACCMODE, O_CLOEXEC, O_NONBLOCK } from '../abi/fcntl.js';
import { keepOnExec } from '../native/descriptor.js';

/** A descriptor of this process, as /proc tells. */
export interface OpenDescriptor {
  readonly fd: number;
  /** What its link in `/proc/self/fd` says: a path, `pipe:[inode]`, `anon_inode:[eventfd]`, … */
  readonly target: string;
  /** Its open(2) flags, with O_CLOEXEC. */
  readonly flags: number;
}

/**
 * Tells the descriptors that were inherited from those that Node opened for itself: at its start Node marks what it inherits
 * as closed on exec, so the mark tells nothing. Node's own are epoll instances and eventfds, pipes it holds both ends of
 * (non-blocking, and one more for its signal handling), and one /dev/null, opened above what was inherited.
 * @param open - every descriptor of the process, before this program has opened any itself
 * @returns those above the standard streams that whoever started this process meant to pass on
 */
export function inheritedDescriptors(open: readonly OpenDescriptor[]): number[] {
  const own = new Set([...ownPipes(open), ownNull(open)]);
  return open
    .filter(({ fd, target }) => fd > 2 && !own.has(fd) && !target.startsWith('anon_inode:'))
    .map(({ fd }) => fd);
}

/** The ends of the pipes that Node made: all pairs that do not block, and the last of those that do. */
function ownPipes(open: readonly OpenDescriptor[]): number[] {
  const ends = new Map<string, OpenDescriptor[]>();
  for (const descriptor of open) {
    if (!descriptor.target.startsWith('pipe:') || !closedOnExec(descriptor)) continue;
    ends.set(descriptor.target, [...(ends.get(descriptor.target) ?? []), descriptor]);
  }
  const pairs = [...ends.values()].filter((pair) => pair.length === 2);
  const blocking = pairs.filter((pair) => pair.every(({ flags }) => (flags & O_NONBLOCK) === 0));
  const quick = pairs.filter((pair) => pair.every(({ flags }) => (flags & O_NONBLOCK) !== 0));
  return [...quick, ...highest(blocking, (pair) => pair[0]!.fd)].flat().map(({ fd }) => fd);
}

/** Node's spare descriptor, for the day when no other is left. */
function ownNull(open: readonly OpenDescriptor[]): number | undefined {
  const nulls = open.filter(
    (descriptor) =>
      descriptor.fd > 2 &&
      descriptor.target === '/dev/null' &&
      (descriptor.flags & O_ACCMODE) === 0 &&
      closedOnExec(descriptor),
  );
  return highest(nulls, ({ fd }) => fd)[0]?.fd;
}

function closedOnExec({ flags }: OpenDescriptor): boolean {
  return (flags & O_CLOEXEC) !== 0;
}

/** The one with the highest number, if there is any. */
function highest<T>(items: readonly T[], number: (item: T) => number): T[] {
  return [...items].sort((a, b) => number(b) - number(a)).slice(0, 1);
}

/** Every descriptor of this process. */
function openDescriptors(): OpenDescriptor[] {
  const found: OpenDescriptor[] = [];
  for (const name of readdirSync('/proc/self/fd')) {
    try {
      const target = readlinkSync(`/proc/self/fd/${name}`);
      const info = readFileSync(`/proc/self/fdinfo/${name}`, 'utf8');
      const flags = Number.parseInt(/^flags:\s*([0-7]+)/m.exec(info)?.[1] ?? '0', 8);
      found.push({ fd: Number(name), target, flags });
    } catch {
      // The descriptor of the directory itself: it is closed again.
    }
  }
  return found;
}

/**
 * Lets the programs that are started from now on have the descriptors this process was started with, under the same
 * numbers: `xen-evtchn run ./program 3<file`. To be called before anything else is opened.
 * @param standard - whether the standard streams are to be kept too, for {@link execute}; a child process has them anyway
 */
export function passDescriptorsOn(standard: boolean): void {
  for (const fd of inheritedDescriptors(openDescriptors())) keepOnExec(fd);
  if (standard) for (const fd of [0, 1, 2]) keepOnExec(fd);
}
