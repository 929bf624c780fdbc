import { procLink, procNames, procText } from '../proc/proc-file.js';
import { processNumbers } from '../proc/process-numbers.js';
import { processStat } from '../proc/process-stat.js';
import { MOUNT_TYPE, type Mount } from './mount-table.js';

/** Whether an open file of a process is the end of a FUSE connection that its server holds. */
function serves(pid: number, fd: string, connection: string): boolean {
  if (procLink(`${pid}/fd/${fd}`) !== '/dev/fuse') return false;
  const info = procText(`${pid}/fdinfo/${fd}`) ?? '';
  return /^fuse_connection:\s*(\d+)/m.exec(info)?.[1] === connection;
}

/**
 * The process that serves a FUSE mount, found without asking it; undefined where the kernel does not tell (before Linux
 * 6.18) or the process is not ours to look at.
 */
function findServer(mount: Mount): number | undefined {
  const connection = mount.device.split(':')[1] ?? '';
  return processNumbers().find((pid) =>
    procNames(`${pid}/fd`)?.some((fd) => serves(pid, fd, connection)),
  );
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
  const since = processStat(pid)?.startedAt;
  return since === undefined ? `pid ${pid}` : `pid ${pid} since ${new Date(since).toISOString()}`;
}

/** Whether a mount is a host's, or a file of one. */
export function isHost(mount: Mount): boolean {
  return mount.type === MOUNT_TYPE;
}
