import { libc, succeeded } from './libc.js';

const nativeMknod = libc('int mknod(const char *path, uint32_t mode, uint64_t device)');

/** S_IFCHR of mknod(2), asm-generic/stat.h. */
const S_IFCHR = 0o20000;

/**
 * Makes a character device: mknod(2).
 * @param permissions - its permission bits, of which the umask takes some away
 * @param device - major and minor number, as `st_rdev` of stat(2) has them
 * @throws EvtchnError, EPERM without CAP_MKNOD in the first user namespace
 */
export function makeCharacterDevice(path: string, permissions: number, device: number): void {
  succeeded(`mknod ${path}`, nativeMknod(path, S_IFCHR | permissions, device));
}
