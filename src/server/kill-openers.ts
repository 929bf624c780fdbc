import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import type { FileOpener } from '../faults/fault-actions.js';
import { threadName } from './process-name.js';

/**
 * Kills the processes that opened a device, with SIGKILL. One that is gone by now is passed over, and so is a process that got
 * the number since: it has another name and no such file open. So is this process itself, which may use the device it serves.
 * @returns how many were killed
 */
export function killOpeners(openers: readonly FileOpener[]): number {
  let killed = 0;
  for (const opener of openers) {
    if (isOurs(opener.pid) || !isStillThere(opener)) continue;
    try {
      process.kill(opener.pid, 'SIGKILL');
      killed++;
    } catch (error) {
      // ESRCH: it ended meanwhile. EPERM: it has become another user's, whom the server may not kill.
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ESRCH' && code !== 'EPERM') throw error;
    }
  }
  return killed;
}

function isOurs(thread: number): boolean {
  return existsSync(`/proc/self/task/${thread}`);
}

/** By its name, or by a file of the device's name; looking at the file itself would be a request to this server. */
function isStillThere({ pid, comm }: FileOpener): boolean {
  if (comm !== '' && threadName(pid) === comm) return true;
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).some((fd) => /evtchn/.test(readlinkSync(`${folder}/${fd}`)));
  } catch {
    // It is gone, or closed a file just now: then it is not known to be the same.
    return false;
  }
}
