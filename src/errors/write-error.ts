import { errnoMessage } from '../abi/errno.js';

/**
 * What a failed system call says about a file: `cannot write the results to a.json: No such file or directory`.
 * @param what - was to be written
 * @param error - of the system call, as Node throws it
 */
export function writeError(what: string, path: string, error: unknown): Error {
  const { errno = 0 } = error as { readonly errno?: number };
  return new Error(`cannot write ${what} to ${path}: ${errnoMessage(errno)}`);
}
