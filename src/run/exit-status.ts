import { constants } from 'node:os';
import { ERRNO, type ErrnoName, errnoMessage } from '../abi/errno.js';

/** Exit status when xen-evtchn itself could not do its part. As of env(1), timeout(1), docker-run(1). */
export const STATUS_FAILED = 125;
/** Exit status for a program that cannot be executed. */
export const STATUS_NOT_EXECUTABLE = 126;
/** Exit status for a program that is not there. */
export const STATUS_NOT_FOUND = 127;
/** Exit status for wrong usage. */
export const STATUS_USAGE = 2;

/** Errors of starting a program that say nothing about the program: no process, no memory, no descriptors. */
const OWN_ERRORS: ReadonlySet<string> = new Set(['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE']);

/**
 * The exit status of a program that ended, as a shell tells it.
 * @param code - its exit status, null if a signal killed it
 * @param signal - that signal
 * @returns the status, or 128 and the signal's number
 */
export function exitStatus(code: number | null, signal: NodeJS.Signals | null): number {
  if (signal !== null) return 128 + constants.signals[signal];
  return code ?? STATUS_FAILED;
}

/**
 * The exit status for a program that could not be started, as env(1) and shells have it.
 * @param code - name of the error, such as `ENOENT`
 */
export function startStatus(code: string): number {
  if (code === 'ENOENT') return STATUS_NOT_FOUND;
  return code in ERRNO && !OWN_ERRORS.has(code) ? STATUS_NOT_EXECUTABLE : STATUS_FAILED;
}

/** Why a program could not be started, in words. */
export function startProblem(code: string): string {
  if (code === 'ENOENT') return 'not found';
  if (code === 'EACCES') return 'not executable';
  return code in ERRNO ? errnoMessage(ERRNO[code as ErrnoName]) : code;
}
