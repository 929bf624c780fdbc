import { readFileSync } from 'node:fs';

/** Where fields of `/proc/PID/stat` stand after the program's name, which may hold anything (proc(5)). */
const PGRP = 2;
const TPGID = 5;

/**
 * Whether a process group is the one that a terminal sends its signals to.
 * @param stat - text of `/proc/PID/stat` of a process of the group
 * @returns false without a terminal
 */
export function isForeground(stat: string): boolean {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[TPGID] === fields[PGRP];
}

/** Whether this process and what it starts get what is typed at their terminal: Ctrl-C, Ctrl-\. As tcgetpgrp(3) tells. */
export function inForeground(): boolean {
  return isForeground(readFileSync('/proc/self/stat', 'utf8'));
}
