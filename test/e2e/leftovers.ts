import { readdirSync, readFileSync } from 'node:fs';

/** What a test's programs carry in their environment, so that they are known whoever started them. */
export const MARK = 'XEN_EVTCHN_E2E';

/** Where our file systems are mounted, in the mount namespace of this process. */
export function servedMounts(): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(' - fuse.xen-evtchn '))
    .map((line) => line.split(' ')[4]!);
}

/** Text of a file of a process; empty if it is gone. */
function ofProcess(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return '';
  }
}

/** Processes that were started by tests with this mark, or by what they started: `PID COMMAND`. */
export function markedProcesses(mark: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => ofProcess(pid, 'environ').split('\0').includes(`${MARK}=${mark}`))
    .map((pid) => `${pid} ${ofProcess(pid, 'cmdline').replaceAll('\0', ' ')}`);
}
