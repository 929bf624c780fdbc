import { EAGAIN } from '../abi/errno.js';
import { lastErrno, libc, succeeded } from './libc.js';

const nativeFlock = libc('int flock(int fd, int operation)');

const LOCK_EX = 2;
const LOCK_NB = 4;

/**
 * Locks a file or a directory against others who do the same (flock(2)), until the descriptor is closed. Does not wait.
 * @returns false if somebody else has it locked
 * @throws EvtchnError with the call's errno
 */
export function tryLock(fd: number): boolean {
  const result = nativeFlock(fd, LOCK_EX | LOCK_NB);
  if (result < 0 && lastErrno() === EAGAIN) return false;
  succeeded('flock', result);
  return true;
}
