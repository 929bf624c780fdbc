import { EBUSY, EEXIST, ENOTDIR, ERRNO, type ErrnoName } from '../abi/errno.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import { describeServer, isHost, serverOf } from './live-host.js';
import type { Mount } from './mount-table.js';
import type { Sight } from './probe.js';

/** What to do with the place where something is to be mounted. */
export type Verdict =
  /** Nothing is there: make it. */
  | 'create'
  /** It can be mounted on as it is. */
  | 'use'
  /** A killed server's mount is there: take it away, then look again. */
  | 'replace';

/** A place that cannot be had. */
function refuse(path: string, errno: number, advice: string): never {
  throw new EvtchnError(`serve ${path}`, errno, advice);
}

/** The words for a path that could not be reached. */
const UNREACHED: Readonly<Record<string, string>> = {
  ENOTDIR: 'a part of the path is a file',
  EACCES: 'you may not look there: choose another place',
  ELOOP: 'its symbolic links lead round in a circle',
};

/** Refuses a path that could not be reached, unless it is only missing. */
function unreached(path: string, error: string): Verdict {
  if (error === 'ENOENT') return 'create';
  const errno = ERRNO[error as ErrnoName] ?? ERRNO.EIO;
  return refuse(path, errno, UNREACHED[error] ?? 'it cannot be looked at');
}

/** How to get rid of a host that does not answer. */
function endHanging(path: string, pid: number | undefined): string {
  return pid === undefined
    ? `take it away with: umount -l ${path}`
    : `let it go on with: kill -CONT ${pid}, or end it with: kill -KILL ${pid}`;
}

/** Decides about a host that is mounted on the very place. */
function judgeHost(path: string, mount: Mount, sight: Sight, user: number): Verdict {
  const ours = user === 0 || mount.user === user;
  if (sight.answer === 'dead') {
    if (ours) return 'replace';
    const advice = `a killed server of user ${mount.user} is mounted there; as root: umount ${path}`;
    return refuse(path, EBUSY, advice);
  }
  const pid = serverOf(mount, sight.server);
  const who = ours ? describeServer(pid) : `${describeServer(pid)}, user ${mount.user}`;
  if (sight.answer === 'hanging') {
    const advice = `a host is served there already, but does not answer (${who}; stopped?); ${endHanging(path, pid)}`;
    return refuse(path, EBUSY, advice);
  }
  const end = pid === undefined ? 'stop its process' : `stop it with: kill ${pid}`;
  return refuse(path, EBUSY, `a host is served there already (${who}); ${end}`);
}

function judgeMount(path: string, mount: Mount, sight: Sight, user: number): Verdict {
  if (isHost(mount)) return judgeHost(path, mount, sight, user);
  const advice = `something else is mounted there (${mount.type}): unmount it, or choose another place`;
  return refuse(path, EBUSY, advice);
}

/** Refuses what is on a file system that gives no answer. */
function needsAnswer(path: string, sight: Sight): void {
  if (sight.answer === 'hanging') {
    refuse(path, EBUSY, 'the file system it is on does not answer');
  }
  if (sight.answer === 'dead') {
    refuse(path, ERRNO.ENOTCONN, 'the server of the file system it is on is gone');
  }
}

/**
 * Decides whether a host can be mounted on a directory.
 * @param path - the directory, as the user named it
 * @param sight - what is there
 * @param mount - the mount that is on this very directory
 * @param user - this process's user
 * @throws EvtchnError (EBUSY, ENOTDIR, ENOTEMPTY, EACCES, …) that says what is in the way and how to mend it
 */
export function judgeDirectory(
  path: string,
  sight: Sight,
  mount: Mount | undefined,
  user: number,
): Verdict {
  if (sight.error !== undefined) return unreached(path, sight.error);
  if (mount !== undefined) return judgeMount(path, mount, sight, user);
  needsAnswer(path, sight);
  if (sight.unreadable !== undefined) return unreached(path, sight.unreadable);
  if (sight.kind !== 'directory') return refuse(path, ENOTDIR, 'a host needs an empty directory');
  if (sight.empty !== true) {
    const advice = 'a host needs an empty directory: choose another with --at DIR';
    return refuse(path, ERRNO.ENOTEMPTY, advice);
  }
  return 'use';
}

/**
 * Decides whether a device can be shown at a path of the whole machine, by root.
 * @param path - `/dev/xen/evtchn`
 * @param sight - what is there
 * @param mount - the mount that is on this very path
 * @throws EvtchnError (EBUSY, EEXIST, …) that says what is in the way and how to mend it
 */
export function judgeDevice(path: string, sight: Sight, mount: Mount | undefined): Verdict {
  if (sight.error !== undefined) return unreached(path, sight.error);
  if (mount !== undefined) return judgeMount(path, mount, sight, 0);
  needsAnswer(path, sight);
  if (sight.unreadable !== undefined) return unreached(path, sight.unreadable);
  if (sight.kind === 'character device') {
    const advice =
      "this machine has a device of its own there, a real Xen's or a CUSE server's: leave --dev-xen out";
    return refuse(path, EEXIST, advice);
  }
  if (sight.kind !== 'file' || sight.empty !== true) {
    return refuse(path, EEXIST, 'something that is no device is there: move it away');
  }
  return 'use';
}
