import { EvtchnError } from '../errors/evtchn-error.js';
import { lastErrno, libc } from './libc.js';

const nativeExecv = libc('int execv(const char *path, const char **args)');
const nativeExit = libc('void _exit(int status)');

/**
 * Becomes another program: execv(2), with the environment as it is. Process id, terminal, standard streams and children stay.
 * Node closes its own descriptors on exec.
 * @param args - the arguments after the program's name
 * @throws EvtchnError with the errno of execv(2); otherwise it does not return
 */
export function execute(path: string, args: readonly string[]): never {
  nativeExecv(path, [path, ...args, null]);
  throw new EvtchnError(`execv ${path}`, lastErrno());
}

/**
 * Ends the process at once: _exit(2). Node's own way out puts the terminal's settings and the flags of the standard streams
 * back as they were when it started, which would undo what a program that shares them has set.
 * @param status - 0..255
 */
export function exitAtOnce(status: number): never {
  nativeExit(status);
  throw new Error('_exit returned');
}
