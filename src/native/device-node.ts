import { chmodSync } from 'node:fs';
import { EPERM } from '../abi/errno.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import { lastErrno, libc } from './libc.js';

// Older C libraries have no function for it that a program could look up (glibc before 2.33).
const syscall = libc(
  'long syscall(long number, int directory, const char *path, unsigned int mode, unsigned int device)',
);

/** mknodat(2): asm/unistd_64.h, asm-generic/unistd.h. */
const SYS_MKNODAT = process.arch === 'x64' ? 259 : 33;
/** The directory that paths start from: the current one (fcntl.h). */
const AT_FDCWD = -100;
const S_IFCHR = 0o020000;

/** By what the kernel knows a device (`dev_t`). */
export interface DeviceNumber {
  readonly major: number;
  readonly minor: number;
}

/** The number of a device from what stat(2) says of its node (`st_rdev`). */
export function deviceNumberOf(rdev: number): DeviceNumber {
  return { major: (rdev >>> 8) & 0xfff, minor: (rdev & 0xff) | ((rdev >>> 12) & 0xfff00) };
}

/**
 * Makes a node of a character device: mknod(2).
 * @param mode - permissions, whatever the umask
 * @throws EvtchnError with the errno of mknod(2): EEXIST, EPERM for all but root
 */
export function makeDeviceNode(path: string, device: DeviceNumber, mode: number): void {
  const { major, minor } = device;
  const number = (minor & 0xff) | (major << 8) | ((minor & 0xfff00) << 12);
  if (syscall(SYS_MKNODAT, AT_FDCWD, path, S_IFCHR | mode, number) < 0) {
    const errno = lastErrno();
    const advice = errno === EPERM ? 'only root can make a device: be root' : undefined;
    throw new EvtchnError(`mknod ${path}`, errno, advice);
  }
  chmodSync(path, mode);
}
