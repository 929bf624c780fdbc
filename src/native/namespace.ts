import { O_CLOEXEC, O_DIRECTORY, O_PATH } from '../abi/fcntl.js';
import { closeDescriptor, openDescriptor } from './descriptor.js';
import { libc, succeeded } from './libc.js';

const nativeUnshare = libc('int unshare(int flags)');
const nativeSetns = libc('int setns(int fd, int type)');
const nativeFchdir = libc('int fchdir(int fd)');
const nativeChroot = libc('int chroot(const char *path)');

/** Flags of unshare(2) and setns(2), linux/sched.h. */
const CLONE_FS = 0x200;
const CLONE_NEWNS = 0x20000;

/**
 * Gives the calling thread, and what it forks from now on, a copy of its mount namespace: unshare(2) with CLONE_NEWNS. Node
 * forks on its main thread; other threads keep the namespace they have.
 * @throws EvtchnError, EPERM without CAP_SYS_ADMIN
 */
export function unshareMounts(): void {
  const advice =
    'a mount namespace of its own needs CAP_SYS_ADMIN: be root; in a container add --cap-add SYS_ADMIN; on Ubuntu, as an ordinary user, sysctl kernel.apparmor_restrict_unprivileged_userns=0';
  succeeded('unshare', nativeUnshare(CLONE_NEWNS), advice);
}

/** A mount namespace with a root and a working directory in it, that the main thread can come back to. */
export class MountNamespace {
  readonly #descriptors: {
    readonly namespace: number;
    readonly root: number;
    readonly cwd: number;
  };

  private constructor(namespace: number, root: number, cwd: number) {
    this.#descriptors = { namespace, root, cwd };
  }

  /**
   * The calling thread's, as it is now. Needs /proc.
   * @throws EvtchnError with the errno of open(2)
   */
  static current(): MountNamespace {
    const opened: number[] = [];
    const open = (path: string, flags: number): number => {
      const fd = openDescriptor(path, flags | O_CLOEXEC);
      opened.push(fd);
      return fd;
    };
    try {
      const directory = O_PATH | O_DIRECTORY;
      const namespace = open('/proc/thread-self/ns/mnt', 0);
      return new MountNamespace(namespace, open('/', directory), open('.', directory));
    } catch (error) {
      for (const fd of opened) closeDescriptor(fd);
      throw error;
    }
  }

  /**
   * Moves the calling thread there. setns(2) alone would leave it at the namespace's own root, out of a chroot, and lose a
   * working directory that was removed.
   * @throws EvtchnError, EPERM without CAP_SYS_ADMIN and CAP_SYS_CHROOT
   */
  enter(): void {
    const { namespace, root, cwd } = this.#descriptors;
    // A thread that shares its root and working directory with another is refused.
    succeeded('unshare', nativeUnshare(CLONE_FS));
    succeeded('setns', nativeSetns(namespace, CLONE_NEWNS));
    succeeded('fchdir', nativeFchdir(root));
    succeeded('chroot', nativeChroot('.'));
    succeeded('fchdir', nativeFchdir(cwd));
  }

  /** Lets go of it. It lives on while a process is in it. */
  close(): void {
    for (const fd of Object.values(this.#descriptors)) closeDescriptor(fd);
  }
}
