import { spawn, spawnSync } from 'node:child_process';
import { EACCES, EINVAL, ENOENT, EPERM } from '../abi/errno.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import { closeDescriptor } from './descriptor.js';
import { openSocketPair, receiveDescriptor } from './descriptor-passing.js';

/** The set-user-ID program of libfuse that mounts for ordinary users (fusermount3(1)). */
export const FUSERMOUNT = 'fusermount3';

/** How to get it. */
export const FUSERMOUNT_ADVICE =
  'an ordinary user needs fusermount3: install it (Debian, Ubuntu, Fedora, Alpine: package fuse3), or be root';

/** Where the child has its end of the socket. */
const COMMUNICATION_FD = 3;

/** What it asks for; it adds the descriptor, the owner and the root's mode itself. */
const OPTIONS = 'fsname=xen-evtchn,subtype=xen-evtchn,nosuid,nodev,default_permissions';

/** Its environment: nothing of ours may confuse it. */
function environment(extra: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { NOTIFY_SOCKET: _socket, ...rest } = process.env;
  return { ...rest, LC_ALL: 'C', ...extra };
}

/** The error for what it wrote on its standard error. */
function refusal(mountpoint: string, words: string): EvtchnError {
  const syscall = `${FUSERMOUNT} ${mountpoint}`;
  const said =
    words
      .trim()
      .split('\n')
      .at(-1)
      ?.replace(/^fusermount3: /, '') ?? '';
  if (said.includes('user_allow_other')) {
    const advice =
      "--allow-other of an ordinary user needs a line 'user_allow_other' in /etc/fuse.conf, which root can write";
    return new EvtchnError(syscall, EPERM, advice);
  }
  if (said.includes('/dev/fuse')) {
    const errno = said.includes('Permission denied') ? EACCES : ENOENT;
    return new EvtchnError(syscall, errno, `${said}; see xen-evtchn doctor`);
  }
  return new EvtchnError(syscall, EPERM, said === '' ? 'it failed without a word' : said);
}

/** Runs it to its end. @returns what it said if it failed, undefined if it did not */
function run(args: readonly string[], socket: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(FUSERMOUNT, args, {
      stdio: ['ignore', 'ignore', 'pipe', socket],
      env: environment({ _FUSE_COMMFD: String(COMMUNICATION_FD) }),
    });
    let words = '';
    child.stderr!.setEncoding('utf8').on('data', (data: string) => {
      words += data;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve(code === 0 ? undefined : words));
  });
}

/** Passes on why it could not be started. */
function notStarted(error: unknown): never {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  throw new EvtchnError(FUSERMOUNT, ENOENT, FUSERMOUNT_ADVICE);
}

/**
 * Mounts a FUSE file system as an ordinary user: type `fuse.xen-evtchn`, nosuid, nodev, default_permissions, of this user.
 * @param mountpoint - an absolute path; the directory must be the user's own
 * @returns the open /dev/fuse, closed on exec
 * @throws EvtchnError: ENOENT without fusermount3, EPERM for what it refuses, with its words
 */
export async function mountWithFusermount(
  mountpoint: string,
  options: { readonly allowOther?: boolean } = {},
): Promise<number> {
  const [ours, theirs] = openSocketPair();
  try {
    const wanted = options.allowOther === true ? `${OPTIONS},allow_other` : OPTIONS;
    const words = await run(['-o', wanted, '--', mountpoint], theirs).catch(notStarted);
    if (words !== undefined) throw refusal(mountpoint, words);
    return received(ours, mountpoint);
  } finally {
    closeDescriptor(ours);
    closeDescriptor(theirs);
  }
}

/** The descriptor it sent; without one there is no server, so the mount must go. */
function received(socket: number, mountpoint: string): number {
  try {
    return receiveDescriptor(socket);
  } catch (error) {
    unmountWithFusermount(mountpoint);
    throw error;
  }
}

/**
 * Takes away a mount of this user, at once, even if it is in use (`fusermount3 -u -z`). Blocks until it is done.
 * @throws EvtchnError: ENOENT without fusermount3, EINVAL for what it refuses, with its words
 */
export function unmountWithFusermount(mountpoint: string): void {
  const { error, status, stderr } = spawnSync(FUSERMOUNT, ['-u', '-z', '--', mountpoint], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: environment({}),
    encoding: 'utf8',
  });
  if (error !== undefined) notStarted(error);
  if (status !== 0) throw new EvtchnError(`${FUSERMOUNT} -u ${mountpoint}`, EINVAL, stderr.trim());
}
