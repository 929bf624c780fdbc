import { accessSync, closeSync, constants, openSync, readFileSync, statSync } from 'node:fs';
import { release } from 'node:os';
import { delimiter, join } from 'node:path';

import type { Facts, Opened } from './facts.js';

/** The program that mounts for ordinary users. Not imported from where it is used: that loads native calls. */
const FUSERMOUNT = 'fusermount3';
/** The right to mount, a bit of the capabilities (linux/capability.h). */
const CAP_SYS_ADMIN = 21n;
/** The set-user-ID bit of a file's mode. */
const S_ISUID = 0o4000;

/** What limits user namespaces: Linux, Debian, Ubuntu. */
const LIMITS = [
  'user.max_user_namespaces',
  'kernel.unprivileged_userns_clone',
  'kernel.apparmor_restrict_unprivileged_userns',
];

/** The text of a file, without blanks around it; undefined if it cannot be read. */
function text(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** Opens a device, for no longer than that. */
function opened(path: string): Opened {
  try {
    closeSync(openSync(path, 'r+'));
    return 'open';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

function device(path: string): Facts['device'] {
  try {
    return statSync(path).isCharacterDevice() ? 'character device' : 'something else';
  } catch {
    return 'nothing';
  }
}

/** Finds a program as the shell does. */
function find(program: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders
    .map((folder) => join(folder, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

function fusermount(): Facts['fusermount'] {
  const path = find(FUSERMOUNT);
  if (path === undefined) return undefined;
  const { mode, uid } = statSync(path);
  return { path, privileged: uid === 0 && (mode & S_ISUID) !== 0 };
}

/** Loads the library, so that a package without its binaries is found out here. */
async function native(): Promise<Facts['native']> {
  try {
    const { libraryVersion } = await import('../native/library-version.js');
    return { version: libraryVersion };
  } catch (error) {
    return { error: (error as Error).message.split('\n')[0]! };
  }
}

function mayMount(): boolean {
  const set = /^CapEff:\s*([0-9a-f]+)/m.exec(text('/proc/self/status') ?? '')?.[1];
  return set !== undefined && ((BigInt(`0x${set}`) >> CAP_SYS_ADMIN) & 1n) === 1n;
}

/** Tries to mount in both ways, unless it is known that it cannot succeed. */
async function mountTrials(hindrance: string | undefined, privileged: boolean) {
  if (hindrance !== undefined) {
    const trial = { mounted: false, reason: `not tried: ${hindrance}` } as const;
    return { mount: privileged ? trial : undefined, namespace: trial };
  }
  const { tryMount } = await import('./mount-trial.js');
  const mount = privileged ? await tryMount('own') : undefined;
  return { mount, namespace: await tryMount('namespace') };
}

/** Tries to read a child's memory. */
async function memoryTrial(library: Facts['native']): Promise<string> {
  if ('error' in library) return 'not tried';
  const { tryMemory } = await import('./memory-trial.js');
  return tryMemory();
}

/** What makes all mounting vain. */
function hindrance(library: Facts['native'], fuse: Opened): string | undefined {
  if ('error' in library) return 'no native calls';
  return fuse === 'open' ? undefined : '/dev/fuse does not open';
}

function limits(): Readonly<Record<string, string>> {
  const found = LIMITS.map((name) => [name, text(`/proc/sys/${name.replace('.', '/')}`)]);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}

/** Finds out what this machine can do. Mounts are tried where nobody else sees them. */
export async function gatherFacts(): Promise<Facts> {
  const scope = text('/proc/sys/kernel/yama/ptrace_scope');
  const library = await native();
  const fuse = opened('/dev/fuse');
  const privileged = mayMount();
  return {
    user: process.getuid?.() ?? -1,
    node: process.version,
    platform: process.platform,
    architecture: process.arch,
    kernel: release(),
    native: library,
    device: device('/dev/xen/evtchn'),
    hypervisor: text('/sys/hypervisor/type'),
    fuse,
    cuse: opened('/dev/cuse'),
    mayMount: privileged,
    limits: limits(),
    fusermount: fusermount(),
    ptraceScope: scope === undefined ? undefined : Number(scope),
    memory: await memoryTrial(library),
    ...(await mountTrials(hindrance(library, fuse), privileged)),
  };
}
