import { EACCES, EINVAL, ENODEV, ENOENT, ENXIO, EPERM } from '../abi/errno.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import { closeDescriptor, openDevice } from './descriptor.js';
import { lastErrno, libc, succeeded } from './libc.js';

const nativeMount = libc(
  'int mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)',
);
const nativeUmount = libc('int umount2(const char *target, int flags)');

/** Flags of mount(2) and umount2(2), linux/mount.h. */
const MS_NOSUID = 0x2;
const MS_NODEV = 0x4;
const MS_BIND = 0x1000;
const MS_MOVE = 0x2000;
const MS_REC = 0x4000;
const MS_PRIVATE = 0x40000;
const MS_SLAVE = 0x80000;
const MNT_DETACH = 0x2;

/** Where the kernel's FUSE answers. */
export const FUSE_DEVICE = '/dev/fuse';

const CONTAINER = 'in a container: docker run --device /dev/fuse --cap-add SYS_ADMIN';
const NO_MODULE = `load the kernel module (modprobe fuse); ${CONTAINER}`;

/** What can be done when /dev/fuse does not open. */
const OPEN_ADVICE: Readonly<Record<number, string>> = {
  [EACCES]: `no permission for it: be root, or have root allow this user (chmod 666 ${FUSE_DEVICE}, as most distributions do); ${CONTAINER}`,
  [EPERM]: `this container's device rules forbid it; ${CONTAINER}`,
  [ENOENT]: `there is no FUSE device: ${NO_MODULE}`,
  [ENODEV]: `this kernel has no FUSE: ${NO_MODULE}`,
  [ENXIO]: `this kernel has no FUSE: ${NO_MODULE}`,
};

/** What can be done where the root directory is not the root of a mount. */
const CHROOT =
  'the root directory is no mount point, as in a chroot: mount --bind DIR DIR before chroot DIR';

/** What can be done when any mount is refused. */
const MOUNT_ADVICE: Readonly<Record<number, string>> = {
  [EPERM]: `mounting needs CAP_SYS_ADMIN: be root, or be in a user namespace with a mount namespace of its own (unshare -Urm); ${CONTAINER}`,
  [EACCES]:
    'a security module forbids mounts here: in Docker add --security-opt apparmor=unconfined; on Ubuntu, as an ordinary user, sysctl kernel.apparmor_restrict_unprivileged_userns=0',
};

/** What can be done when a mount of FUSE is refused. */
const FUSE_ADVICE: Readonly<Record<number, string>> = {
  ...MOUNT_ADVICE,
  [ENODEV]: `this kernel has no FUSE: ${NO_MODULE}`,
  [EINVAL]:
    'this kernel refused the options; allow_other and the ids must be valid in this user namespace',
};

/** The error of the last native call, with what can be done about it. */
function failure(syscall: string, advice: Readonly<Record<number, string>>): EvtchnError {
  const errno = lastErrno();
  return new EvtchnError(syscall, errno, advice[errno]);
}

function mount(
  source: string | null,
  target: string,
  type: string | null,
  flags: number,
  data: string | null,
): number {
  return nativeMount(source, target, type, flags, data);
}

/** Who may use what {@link mountFuse} mounts, and where it is. */
export interface FuseMountOptions {
  /** An existing directory. */
  readonly mountpoint: string;
  /** Whose processes may use it; ids of this process' user namespace. */
  readonly owner: { readonly uid: number; readonly gid: number };
  /** Let every user in, as far as the modes of its files do. Linux' `allow_other`. */
  readonly allowOther?: boolean;
}

/**
 * Opens /dev/fuse and mounts it: mount(2), type `fuse.xen-evtchn`, nosuid, nodev, default_permissions. The kernel's first
 * request, INIT, is then waiting in the descriptor; whoever uses the mount blocks until it is answered.
 * @returns the descriptor, closed on exec; closing the last copy of it ends the connection
 * @throws EvtchnError with the errno of open(2) or mount(2) and what to do about it; nothing stays open then
 */
export function mountFuse(options: FuseMountOptions): number {
  const fd = openFuse();
  const { uid, gid } = options.owner;
  const data = `fd=${fd},rootmode=40000,user_id=${uid},group_id=${gid},default_permissions${
    options.allowOther === true ? ',allow_other' : ''
  }`;
  const flags = MS_NOSUID | MS_NODEV;
  if (mount('xen-evtchn', options.mountpoint, 'fuse.xen-evtchn', flags, data) < 0) {
    const error = failure(`mount ${options.mountpoint}`, FUSE_ADVICE);
    closeDescriptor(fd);
    throw error;
  }
  return fd;
}

/** Says by an error why /dev/fuse cannot be used, if it cannot. @throws EvtchnError with the errno of open(2) and advice */
export function checkFuse(): void {
  closeDescriptor(openFuse());
}

function openFuse(): number {
  return openDevice(FUSE_DEVICE, OPEN_ADVICE);
}

/**
 * umount2(2).
 * @param options - `lazy`: detach it now, whoever still uses it (MNT_DETACH)
 * @throws EvtchnError, EINVAL for what is no mount point, EBUSY for one that is in use
 */
export function unmount(path: string, options: { readonly lazy?: boolean } = {}): void {
  succeeded(`umount ${path}`, nativeUmount(path, options.lazy === true ? MNT_DETACH : 0));
}

/**
 * Shows a file or a directory at another place too: mount(2) with MS_BIND. It keeps the flags of the mount it comes from.
 * @param source - a file or a directory
 * @param target - the same kind of thing, which is hidden by it
 * @param options - `recursive`: with all that is mounted below it (MS_REC)
 * @throws EvtchnError with the errno of mount(2)
 */
export function bindMount(
  source: string,
  target: string,
  options: { readonly recursive?: boolean } = {},
): void {
  const flags = MS_BIND | (options.recursive === true ? MS_REC : 0);
  if (mount(source, target, null, flags, null) < 0) {
    throw failure(`mount --bind ${source} ${target}`, MOUNT_ADVICE);
  }
}

/**
 * Puts a mount somewhere else, with all that is mounted in it: mount(2) with MS_MOVE.
 * @throws EvtchnError, EINVAL for what is no mount point
 */
export function moveMount(from: string, to: string): void {
  if (mount(from, to, null, MS_MOVE, null) < 0) {
    throw failure(`mount --move ${from} ${to}`, MOUNT_ADVICE);
  }
}

/**
 * Mounts an empty tmpfs, nosuid.
 * @param mode - permissions of its root
 * @throws EvtchnError with the errno of mount(2)
 */
export function mountTmpfs(target: string, mode: number): void {
  if (mount('tmpfs', target, 'tmpfs', MS_NOSUID, `mode=${mode.toString(8)}`) < 0) {
    throw failure(`mount -t tmpfs ${target}`, MOUNT_ADVICE);
  }
}

/**
 * Says what every mount of this mount namespace shares with other namespaces (mount_namespaces(7)).
 * @param propagation - `private`: nothing; `slave`: what is mounted and unmounted elsewhere is seen here, never the reverse
 * @throws EvtchnError with the errno of mount(2)
 */
export function setPropagation(propagation: 'private' | 'slave'): void {
  const flags = MS_REC | (propagation === 'private' ? MS_PRIVATE : MS_SLAVE);
  if (mount('none', '/', null, flags, null) < 0) {
    throw failure(`mount --make-r${propagation} /`, { ...MOUNT_ADVICE, [EINVAL]: CHROOT });
  }
}
