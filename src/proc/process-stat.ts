import { procText } from './proc-file.js';

/** Ticks per second of the times in `/proc/PID/stat`; the same on every machine (`USER_HZ`). */
const TICKS = 100;
/** Fields of `/proc/PID/stat` behind the name. */
const STATE = 0;
const START = 19;

/** What `/proc/PID/stat` says of a process (proc(5)). */
export interface ProcessStat {
  /** Its name, which may hold anything. */
  readonly comm: string;
  /** The letter of what it is about, such as `S`. */
  readonly state: string;
  /** When it started, in milliseconds since 1970, to a hundredth of a second. */
  readonly startedAt: number | undefined;
}

/** Reads what there is to say of a process; undefined if there is none of that number here. */
export function processStat(pid: number): ProcessStat | undefined {
  const stat = procText(`${pid}/stat`);
  if (stat === undefined) return undefined;
  const end = stat.lastIndexOf(')');
  const fields = stat.slice(end + 2).split(' ');
  return {
    comm: stat.slice(stat.indexOf('(') + 1, end),
    state: fields[STATE] ?? '',
    startedAt: startTime(Number(fields[START])),
  };
}

/** A time since the machine started, in milliseconds since 1970. */
function startTime(ticks: number): number | undefined {
  const uptime = Number.parseFloat(procText('uptime') ?? '');
  const age = uptime - ticks / TICKS;
  return Number.isFinite(age) ? Date.now() - age * 1000 : undefined;
}
