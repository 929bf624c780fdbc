import { atoi } from './c-numbers.js';

/** Numbers of Linux on x86; SIGRT is glibc's SIGRTMIN + 1. */
const NUMBERS: ReadonlyMap<string, number> = new Map([
  ['SIGUSR1', 10],
  ['SIGUSR2', 12],
  ['SIGIO', 29],
  ['SIGKILL', 9],
  ['SIGTERM', 15],
  ['SIGSTOP', 19],
  ['SIGCONT', 18],
  ['SIGRT', 35],
]);

export const SIGKILL = 9;
export const SIGCONT = 18;
export const SIGSTOP = 19;
export const SIGPIPE = 13;
export const SIGRT = 35;

/** Signals that do nothing by default: SIGCHLD, SIGCONT, SIGURG, SIGWINCH. */
const IGNORED: ReadonlySet<number> = new Set([17, SIGCONT, 23, 28]);
/** Signals that stop by default. */
const STOPPING: ReadonlySet<number> = new Set([SIGSTOP, 20, 21, 22]);
/** Highest signal. */
const LAST_SIGNAL = 64;

/** What a process does about a signal: run its handler, which restarts calls or makes them fail with EINTR, or ignore it. */
export type Disposition = 'restart' | 'norestart' | 'ignore';

/** What happens if it does nothing about it. */
export type DefaultAction = 'terminate' | 'stop' | 'ignore';

/** A signal by name or number; 0 for anything else, which is no signal. */
export function signalNumber(text: string): number {
  return NUMBERS.get(text) ?? atoi(text);
}

export function isSignal(signal: number): boolean {
  return signal > 0 && signal <= LAST_SIGNAL;
}

export function defaultAction(signal: number): DefaultAction {
  if (IGNORED.has(signal)) return 'ignore';
  return STOPPING.has(signal) ? 'stop' : 'terminate';
}
