import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';

/** The Python of the distribution, which an ordinary user can run too. */
export const PYTHON = '/usr/bin/python3';

/** What the tests use, each in words, with how to see whether it is here. */
const requirements: readonly { readonly lacking: string; readonly test: () => void }[] = [
  {
    lacking: '/dev/fuse that can be opened (modprobe fuse; in a container --device /dev/fuse)',
    test: () => closeSync(openSync('/dev/fuse', constants.O_RDWR)),
  },
  {
    lacking: 'the right to mount (root; in a container --cap-add SYS_ADMIN)',
    test: () => runs('unshare', ['--mount', 'true']),
  },
  {
    lacking: 'a C compiler (Debian packages gcc and libc6-dev)',
    test: () => runs('gcc', ['-fsyntax-only', '-x', 'c', '-'], '#include <stdio.h>\n'),
  },
  {
    lacking: "Xen's headers (Debian package libxen-dev)",
    test: () => {
      const headers = '#include <xenevtchn.h>\n#include <xentoolcore.h>\n#include <xen/evtchn.h>\n';
      runs('gcc', ['-fsyntax-only', '-x', 'c', '-'], headers);
    },
  },
  {
    lacking: `Python (Debian package python3)`,
    test: () => runs(PYTHON, ['-c', 'import ctypes']),
  },
  {
    lacking: "Xen's client libraries (Debian packages libxenevtchn1 and libxentoolcore1)",
    test: () => {
      const names = ['libxenevtchn.so.1', 'libxentoolcore.so.1'];
      const load = names.map((name) => `ctypes.CDLL("${name}")`).join(';');
      runs(PYTHON, ['-c', `import ctypes;${load}`]);
    },
  },
  {
    lacking: 'setpriv, taskset and script (Debian packages util-linux and bsdutils)',
    test: () => {
      runs('setpriv', ['--version']);
      runs('taskset', ['--version']);
      runs('script', ['--version']);
    },
  },
  {
    lacking: 'bash, zsh and fish (Debian packages bash-completion, zsh and fish)',
    test: () => {
      runs('bash', ['-c', 'test -f /usr/share/bash-completion/bash_completion']);
      runs('zsh', ['--version']);
      runs('fish', ['--version']);
    },
  },
];

/** Runs a program to its end. @throws Error if it fails */
function runs(program: string, args: readonly string[], input = ''): void {
  execFileSync(program, args, { input, stdio: ['pipe', 'ignore', 'ignore'] });
}

function holds(test: () => void): boolean {
  try {
    test();
    return true;
  } catch {
    return false;
  }
}

/**
 * What the end-to-end tests use and this machine does not have, in words; empty if they can run here. `npm test` leaves
 * them out with these words, and fails with them where `CI` is set.
 */
export function missingRequirements(): readonly string[] {
  if (process.platform !== 'linux') return [`Linux (this is ${process.platform})`];
  if (process.getuid?.() !== 0) return ['root: the tests mount, and act as several users'];
  return requirements.filter(({ test }) => !holds(test)).map(({ lacking }) => lacking);
}

/** Who an ordinary user is in these tests: the ids of `nobody`, or any others without rights. */
export const ORDINARY_USER = 65534;

/** Why an ordinary user cannot have a user namespace with mounts of its own here; undefined if it can. */
export function missingUserNamespace(): string | undefined {
  const ids = [`--reuid=${ORDINARY_USER}`, `--regid=${ORDINARY_USER}`, '--clear-groups'];
  const command = ['unshare', '--user', '--map-root-user', '--mount', 'true'];
  if (holds(() => runs('setpriv', [...ids, ...command]))) return undefined;
  return 'this machine gives ordinary users no user namespace (user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns)';
}
