import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { MOUNT_TYPE, type Mount } from './mount-table.js';

/** Ticks per second of the times in `/proc/PID/stat`; the same on every machine (`USER_HZ`). */
const TICKS = 100;
/** Where the start time is among the fields of `/proc/PID/stat` that follow the program's name. */
const START_FIELD = 19;

/** A file of /proc, or undefined when the process is gone or not ours to look at. */
function proc(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return undefined;
  }
}

/** When a process started, or undefined if there is none of that number here. */
export function startOf(pid: number): Date | undefined {
  const fields = proc(`${pid}/stat`)
    ?.replace(/^.*\) /s, '')
    .split(' ');
  const uptime = Number.parseFloat(proc('uptime') ?? '');
  const started = Number(fields?.[START_FIELD]) / TICKS;
  if (!Number.isFinite(uptime - started)) return undefined;
  return new Date(Date.now() - (uptime - started) * 1000);
}

/** Whether an open file of a process is the end of a FUSE connection that its server holds. */
function serves(pid: string, fd: string, connection: string): boolean {
  try {
    if (readlinkSync(`/proc/${pid}/fd/${fd}`) !== '/dev/fuse') return false;
  } catch {
    return false;
  }
  const info = proc(`${pid}/fdinfo/${fd}`) ?? '';
  return /^fuse_connection:\s*(\d+)/m.exec(info)?.[1] === connection;
}

/**
 * The process that serves a FUSE mount, found without asking it; undefined where the kernel does not tell (before Linux
 * 6.18) or the process is not ours to look at.
 */
function findServer(mount: Mount): number | undefined {
  const connection = mount.device.split(':')[1] ?? '';
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const fds = readdirSync(`/proc/${pid}/fd`);
      if (fds.some((fd) => serves(pid, fd, connection))) return Number(pid);
    } catch {
      // Gone meanwhile, or another user's.
    }
  }
  return undefined;
}

/**
 * The process of the host that is served at a mount.
 * @param mount - a mount of a host, or a bind mount of one of its files
 * @param status - the text of the host's file `server`, where it could be read
 */
export function serverOf(mount: Mount, status: string | undefined): number | undefined {
  const told = /^pid (\d+)$/m.exec(status ?? '')?.[1];
  return told === undefined ? findServer(mount) : Number(told);
}

/** `pid 12 since 2026-11-22T17:50:00.000Z`, as far as it is known. */
export function describeServer(pid: number | undefined): string {
  if (pid === undefined) return 'pid unknown';
  const since = startOf(pid);
  return since === undefined ? `pid ${pid}` : `pid ${pid} since ${since.toISOString()}`;
}

/** Whether a mount is a host's, or a file of one. */
export function isHost(mount: Mount): boolean {
  return mount.type === MOUNT_TYPE;
}
