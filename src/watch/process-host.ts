import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { O_DIRECTORY, O_PATH } from '../abi/fcntl.js';
import { errorText } from '../errors/error-text.js';
import { processNumbers } from '../proc/process-numbers.js';
import { isHostStatus } from '../serve/host-status.js';
import { isHost } from '../serve/live-host.js';
import { parseMounts } from '../serve/mount-table.js';
import { look } from '../serve/probe.js';
import { processCommand } from './process-command.js';
import type { HostTreePlace } from './tree-host.js';

/** A process that serves a host, and where the host's tree is. */
export interface ProcessHost {
  readonly pid: number;
  /** Its command line, as far as it can be seen. */
  readonly command: string | undefined;
  readonly place: HostTreePlace;
}

/** A descriptor of another process. */
interface Descriptor {
  readonly path: string;
  /** What its link says: a path, as the process sees it. */
  readonly target: string;
  /** Its open(2) flags. */
  readonly flags: number;
}

/**
 * The host that a process serves: `xen-evtchn serve` has it mounted, `xen-evtchn run` holds its tree open, since that is
 * mounted nowhere any more.
 * @throws (rejects) Error that says why there is none to be seen
 */
export async function hostOfProcess(pid: number): Promise<ProcessHost> {
  const command = processCommand(pid);
  const who = `process ${pid}${command === undefined ? '' : ` (${command})`}`;
  const descriptors = descriptorsOf(pid, who);
  const path = servesFuse(descriptors) ? await treeOf(pid, descriptors) : undefined;
  if (path !== undefined) return { pid, command, place: placeOf(pid, path, who) };
  if (descriptors.some(({ target }) => target === '/dev/cuse')) {
    throw new Error(
      `${who} has no tree to look at: with --cuse, run has none; leave --cuse out, or join a host of xen-evtchn serve --cuse`,
    );
  }
  throw new Error(`${who} serves no host that this user may look at`);
}

/** The hosts that processes of this user serve, by their process numbers. */
export async function hostsOfThisUser(): Promise<ProcessHost[]> {
  const user = process.geteuid!();
  const pids = processNumbers()
    .filter((pid) => ownerOf(pid) === user)
    .sort((a, b) => a - b);
  const found = await Promise.allSettled(
    pids.filter((pid) => servesFuse(readable(pid))).map((pid) => hostOfProcess(pid)),
  );
  return found.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
}

function ownerOf(pid: number): number | undefined {
  return statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid;
}

/** The descriptors of a process; none of one that is gone or not ours to look at. */
function readable(pid: number): Descriptor[] {
  try {
    return descriptorsOf(pid, '');
  } catch {
    return [];
  }
}

/** @throws Error for a process that is not there or not ours to look at */
function descriptorsOf(pid: number, who: string): Descriptor[] {
  let names: string[];
  try {
    names = readdirSync(`/proc/${pid}/fd`);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new Error(`there is no process ${pid}`);
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    throw new Error(`no permission to look at ${who}: it is another user's`);
  }
  return names.flatMap((name) => {
    const path = `/proc/${pid}/fd/${name}`;
    try {
      const info = readFileSync(`/proc/${pid}/fdinfo/${name}`, 'utf8');
      const flags = Number.parseInt(/^flags:\s*([0-7]+)/m.exec(info)?.[1] ?? '0', 8);
      return [{ path, target: readlinkSync(path), flags }];
    } catch {
      // Closed meanwhile.
      return [];
    }
  });
}

function servesFuse(descriptors: readonly Descriptor[]): boolean {
  return descriptors.some(({ target }) => target === '/dev/fuse');
}

/** Where the tree is that a process serves. */
async function treeOf(
  pid: number,
  descriptors: readonly Descriptor[],
): Promise<string | undefined> {
  const held = descriptors.filter(isHeldTree).map(({ path }) => path);
  const places = [...held, ...mountsOf(pid)];
  const own = innermostPid(pid);
  // Of those that are mounted, a stopped server's would keep us waiting: each is asked by a process of its own.
  const sights = await Promise.all(
    places.map(async (path) => ({ path, text: (await look(path)).server ?? '' })),
  );
  return sights.find(
    ({ path, text }) => isHostStatus(text) && (held.includes(path) || servedBy(text, own)),
  )?.path;
}

/** A directory that is only held, and that is the root of its mount: how `run` holds a tree. */
function isHeldTree({ target, flags }: Descriptor): boolean {
  const wanted = O_PATH | O_DIRECTORY;
  return target === '/' && (flags & wanted) === wanted;
}

/** Where hosts are mounted, as seen from a process, in paths that this process can follow. */
function mountsOf(pid: number): string[] {
  const mounts = parseMounts(readFileSync(`/proc/${pid}/mountinfo`, 'utf8'));
  const hosts = mounts.filter((mount) => isHost(mount) && mount.root === '/');
  const root = sameMounts(pid) ? '' : `/proc/${pid}/root`;
  return hosts.map(({ mountpoint }) => `${root}${mountpoint}`);
}

function sameMounts(pid: number): boolean {
  const namespace = (of: string) => readlinkSync(`/proc/${of}/ns/mnt`);
  return namespace(String(pid)) === namespace('self');
}

/** A process' number in its own pid namespace, which is the one it tells. */
function innermostPid(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^NSpid:.*\t(\d+)$/m.exec(status)?.[1] ?? pid);
}

function servedBy(status: string, pid: number): boolean {
  return Number(/^pid (\d+)$/m.exec(status)?.[1]) === pid;
}

function placeOf(pid: number, path: string, who: string): HostTreePlace {
  const explain = (error: unknown): Error => {
    switch ((error as NodeJS.ErrnoException).code) {
      case 'ENOENT':
      case 'ENOTCONN':
      case 'ECONNABORTED':
        return new Error(`the host of ${who} is gone`);
      case 'EACCES':
      case 'EPERM':
        return new Error(`no permission for the host of ${who}: it is another user's`);
      default:
        return new Error(`cannot use the host of ${who}: ${errorText(error)}`);
    }
  };
  return { path, name: path.startsWith('/proc/') ? `process ${pid}` : path, explain };
}
