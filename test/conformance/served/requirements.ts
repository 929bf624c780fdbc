import { accessSync, constants } from 'node:fs';

/** What the served device stands on. */
const DEVICES = {
  fuse: { path: '/dev/fuse', advice: 'modprobe fuse' },
  cuse: { path: '/dev/cuse', advice: 'modprobe cuse' },
} as const;

/** Why cases cannot run against a served device here, and what to do about it; undefined if they can. */
export function whyNotHere(cuse: boolean): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return `needs Linux on x64, not ${process.platform} on ${process.arch}`;
  }
  const { path, advice } = cuse ? DEVICES.cuse : DEVICES.fuse;
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    return `cannot use ${path} (${(error as NodeJS.ErrnoException).code}): be root, ${advice}`;
  }
  if (process.geteuid?.() !== 0) {
    return 'mounting needs root: run as root, or in a user namespace (unshare -Urm)';
  }
  return undefined;
}
