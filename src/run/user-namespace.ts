import { spawnSync } from 'node:child_process';
import {
  CAP_SYS_ADMIN,
  CAP_SYS_CHROOT,
  clearInheritableCapabilities,
  hasCapability,
} from '../native/capability.js';
import { checkFuse } from '../native/mount.js';
import { execute } from '../native/process.js';
import { passDescriptorsOn } from './inherited-descriptors.js';

/** Set to the process id for the process that {@link enterUserNamespace} becomes; not for what it starts. */
const MARK = 'XEN_EVTCHN_USER_NAMESPACE';

const UNSHARE = 'unshare';
/** Same user and group inside, and the capabilities there survive the exec. Both options since util-linux 2.35. */
const UNSHARE_OPTIONS = ['--user', '--map-current-user', '--keep-caps', '--'];

const AS_ROOT =
  'or run as root, with CAP_SYS_ADMIN and CAP_SYS_CHROOT; in a container: docker run --device /dev/fuse --cap-add SYS_ADMIN';

/** Why util-linux' unshare did not do it, and what can be done. */
function refusal(result: { error?: Error; status: number | null; stderr: string }): string {
  if ((result.error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') {
    return `an ordinary user needs the command unshare: install util-linux, ${AS_ROOT}`;
  }
  const said = result.error?.message ?? result.stderr.trim().split('\n')[0] ?? '';
  if (/unrecognized|invalid option|unknown option/.test(said)) {
    return `an ordinary user needs unshare of util-linux 2.35 or later (this one says: ${said}), ${AS_ROOT}`;
  }
  return `this machine gives an ordinary user no user namespace (${said}): allow it (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0), ${AS_ROOT}`;
}

/** Tries it before this process becomes something that could only fail. */
function checkUnshare(): void {
  const result = spawnSync(UNSHARE, [...UNSHARE_OPTIONS, 'true'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(refusal(result));
}

/**
 * Whether this process may mount and change mount namespaces, as root may, or inside a user namespace. It may have been put
 * there by {@link enterUserNamespace}; then what it starts is to be the ordinary user again.
 */
export function mayMount(): boolean {
  const inside = process.env[MARK] === String(process.pid);
  delete process.env[MARK];
  const may = hasCapability(CAP_SYS_ADMIN) && hasCapability(CAP_SYS_CHROOT);
  if (inside && !may) {
    throw new Error(
      `the user namespace that ${UNSHARE} made gives no rights: ${refusal({ status: 1, stderr: 'no CAP_SYS_ADMIN in it' })}`,
    );
  }
  if (inside) clearInheritableCapabilities();
  return may;
}

/**
 * Starts this command again in a user namespace of its own, where an ordinary user may mount. It stays the same process:
 * a Node process has several threads, and for them the kernel makes no user namespace.
 * @param needsFuse - whether it will serve a host itself
 * @throws Error that says what this machine lacks; otherwise it does not return
 */
export function enterUserNamespace(needsFuse: boolean): never {
  if (needsFuse) checkFuse();
  checkUnshare();
  process.env[MARK] = String(process.pid);
  passDescriptorsOn(true);
  const command = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  return execute(UNSHARE, [...UNSHARE_OPTIONS, ...command]);
}
