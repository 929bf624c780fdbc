import { readdirSync, readFileSync } from 'node:fs';

/** The variable by which the processes of a trial are known, whoever started them. */
export const TRIAL_VARIABLE = 'XEN_EVTCHN_TRIAL';

/** Looks at most; a process that goes on starting others as fast as they are ended is not to keep us for ever. */
const LOOKS = 100;

function carries(pid: string, entry: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(entry);
  } catch {
    // It is gone, or another user's.
    return false;
  }
}

/** The processes that have a value of {@link TRIAL_VARIABLE} in the environment they were started with. */
export function markedProcesses(mark: string): number[] {
  const entry = `${TRIAL_VARIABLE}=${mark}`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && carries(name, entry))
    .map(Number);
}

/** Ends all of them by SIGKILL, and those that they start meanwhile. @returns how many there were */
export function killMarked(mark: string): number {
  const killed = new Set<number>();
  for (let look = 0; look < LOOKS; look++) {
    const found = markedProcesses(mark).filter((pid) => !killed.has(pid));
    if (found.length === 0) break;
    for (const pid of found) {
      killed.add(pid);
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
  }
  return killed.size;
}
