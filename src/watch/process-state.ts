import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { systemCall } from './system-call.js';

/** What a process is about, as /proc has it. */
export type ProcessActivity =
  | 'running'
  | 'sleeping'
  /** In a sleep that no signal ends (`D`). */
  | 'uninterruptible'
  /** By SIGSTOP, or by Ctrl-Z at its terminal (`T`). */
  | 'stopped'
  /** By a debugger (`t`). */
  | 'traced'
  /** Ended, and not waited for by its parent (`Z`). */
  | 'zombie';

/** A process that there is. What this user may not see of it is undefined. */
export interface ProcessState {
  readonly pid: number;
  readonly comm: string;
  readonly activity: ProcessActivity;
  readonly threads: number;
  /** System call that its first thread is in. */
  readonly call?: string | undefined;
  /** What that call is on, such as `pipe:[1234]`. */
  readonly target?: string | undefined;
  /** Where in the kernel its first thread sleeps. */
  readonly waitChannel?: string | undefined;
  /** The process that traces it. */
  readonly tracer?: { readonly pid: number; readonly comm: string } | undefined;
  /** When it started, in milliseconds since 1970, to a hundredth of a second. */
  readonly startedAt?: number | undefined;
}

const ACTIVITIES: Readonly<Record<string, ProcessActivity>> = {
  R: 'running',
  S: 'sleeping',
  I: 'sleeping',
  D: 'uninterruptible',
  T: 'stopped',
  t: 'traced',
  Z: 'zombie',
};

/** Ticks per second of the times in `/proc/PID/stat`; the same on every machine (`USER_HZ`). */
const TICKS = 100;
/** Fields of `/proc/PID/stat` behind the name. */
const STATE = 0;
const START = 19;

/** A text of /proc; undefined where it is not there or not ours to read. */
function proc(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'utf8').trimEnd();
  } catch {
    return undefined;
  }
}

function link(path: string): string | undefined {
  try {
    return readlinkSync(`/proc/${path}`);
  } catch {
    return undefined;
  }
}

function count(path: string): number {
  try {
    return readdirSync(`/proc/${path}`).length;
  } catch {
    return 1;
  }
}

/** When the machine started, in milliseconds since 1970. */
function bootTime(): number | undefined {
  const uptime = Number.parseFloat(proc('uptime') ?? '');
  return Number.isFinite(uptime) ? Date.now() - uptime * 1000 : undefined;
}

function startTime(ticks: number): number | undefined {
  const boot = bootTime();
  return boot === undefined || !Number.isFinite(ticks) ? undefined : boot + (ticks / TICKS) * 1000;
}

/** The system call that a process sits in, and what it is on. */
function callOf(pid: number): Pick<ProcessState, 'call' | 'target'> {
  // "running" while it is in none; else the number and six arguments.
  const [number, first] = (proc(`${pid}/syscall`) ?? '').split(' ');
  const call =
    number === undefined || !/^\d+$/.test(number)
      ? undefined
      : systemCall(Number(number), process.arch);
  if (call === undefined) return {};
  if (!call.onDescriptor) return { call: call.name };
  return { call: call.name, target: link(`${pid}/fd/${Number(first)}`) };
}

function tracerOf(pid: number): ProcessState['tracer'] {
  const tracer = Number(/^TracerPid:\s*(\d+)$/m.exec(proc(`${pid}/status`) ?? '')?.[1] ?? 0);
  return tracer === 0 ? undefined : { pid: tracer, comm: proc(`${tracer}/comm`) ?? '?' };
}

/**
 * What a process does at this moment, its first thread standing for it.
 * @returns undefined if there is none of that number here
 */
export function processState(pid: number): ProcessState | undefined {
  const stat = proc(`${pid}/stat`);
  if (stat === undefined) return undefined;
  const end = stat.lastIndexOf(')');
  const fields = stat.slice(end + 2).split(' ');
  const wchan = proc(`${pid}/wchan`);
  return {
    pid,
    comm: stat.slice(stat.indexOf('(') + 1, end),
    activity: ACTIVITIES[fields[STATE]!] ?? 'running',
    threads: count(`${pid}/task`),
    ...callOf(pid),
    waitChannel: wchan === '0' || wchan === '' ? undefined : wchan,
    tracer: tracerOf(pid),
    startedAt: startTime(Number(fields[START])),
  };
}
