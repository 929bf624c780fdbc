import { EvtchnError } from '../errors/evtchn-error.js';
import { lastErrno, libc } from './libc.js';

const nativeExecvp = libc('int execvp(const char *file, const char **args)');
const nativeExit = libc('void _exit(int status)');

/**
 * Becomes another program: execvp(3), with the environment as it is. Process id, terminal, standard streams and children stay.
 * Node closes its own descriptors on exec, and unless told otherwise all others that it has had since its start.
 * @param file - looked up in PATH unless it has a slash
 * @param args - the arguments after the program's name
 * @throws EvtchnError with the errno of execve(2); otherwise it does not return
 */
export function execute(file: string, args: readonly string[]): never {
  nativeExecvp(file, [file, ...args, null]);
  throw new EvtchnError(`execvp ${file}`, lastErrno());
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
