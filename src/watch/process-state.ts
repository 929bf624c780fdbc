import { procLink, procNames, procText } from '../proc/proc-file.js';
import { processStat } from '../proc/process-stat.js';
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

/** The system call that a process sits in, and what it is on. */
function callOf(pid: number): Pick<ProcessState, 'call' | 'target'> {
  // "running" while it is in none; else the number and six arguments.
  const [number, first] = (procText(`${pid}/syscall`) ?? '').split(' ');
  const call =
    number === undefined || !/^\d+$/.test(number)
      ? undefined
      : systemCall(Number(number), process.arch);
  if (call === undefined) return {};
  if (!call.onDescriptor) return { call: call.name };
  return { call: call.name, target: procLink(`${pid}/fd/${Number(first)}`) };
}

function tracerOf(pid: number): ProcessState['tracer'] {
  const tracer = Number(/^TracerPid:\s*(\d+)$/m.exec(procText(`${pid}/status`) ?? '')?.[1] ?? 0);
  return tracer === 0 ? undefined : { pid: tracer, comm: procText(`${tracer}/comm`) ?? '?' };
}

/**
 * What a process does at this moment, its first thread standing for it.
 * @returns undefined if there is none of that number here
 */
export function processState(pid: number): ProcessState | undefined {
  const stat = processStat(pid);
  if (stat === undefined) return undefined;
  const wchan = procText(`${pid}/wchan`);
  return {
    pid,
    comm: stat.comm,
    activity: ACTIVITIES[stat.state] ?? 'running',
    threads: procNames(`${pid}/task`)?.length ?? 1,
    ...callOf(pid),
    waitChannel: wchan === '0' || wchan === '' ? undefined : wchan,
    tracer: tracerOf(pid),
    startedAt: stat.startedAt,
  };
}
