import type { Check } from './check.js';
import type { Facts, Opened } from './facts.js';

/** The oldest Node that will do. */
const OLDEST_NODE = [20, 19] as const;

const IN_CONTAINER = 'in a container: docker run --device /dev/fuse --cap-add SYS_ADMIN';

/** Whether a version of Node such as `v20.19.0` is new enough. */
function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}

function node({ node: version }: Facts): Check {
  const name = 'Node';
  if (isNewEnough(version)) return { name, state: 'ok', found: version };
  return {
    name,
    state: 'missing',
    found: version,
    mend: `install ${OLDEST_NODE.join('.')} or later`,
  };
}

function nativeLibrary({ native, platform, architecture }: Facts): Check {
  const name = 'native library';
  if ('version' in native) {
    return { name, state: 'ok', found: `koffi ${native.version} on ${platform} ${architecture}` };
  }
  const mend = `install the package again, on this machine and with optional packages: npm install --include=optional`;
  return { name, state: 'missing', found: native.error, mend };
}

function xenDevice({ device, hypervisor }: Facts): Check {
  const name = "real Xen's device";
  if (device === 'character device') {
    if (hypervisor === 'xen') {
      const mend = 'programs under xen-evtchn run do not see it; serve --dev-xen leaves it alone';
      return { name, state: 'ok', found: '/dev/xen/evtchn, under Xen', mend };
    }
    const mend = 'a CUSE server made it, or somebody by mknod';
    return { name, state: 'limited', found: '/dev/xen/evtchn is there, but no Xen', mend };
  }
  const found =
    device === 'nothing' ? 'no /dev/xen/evtchn' : '/dev/xen/evtchn is no character device';
  return { name, state: 'missing', found, mend: 'not needed: xen-evtchn stands in for it' };
}

/** What is wrong with a device file that does not open. */
function unopened(error: Opened): string {
  if (error === 'ENOENT') return 'not there';
  if (error === 'EACCES') return 'this user may not open it';
  if (error === 'EPERM') return 'the rules of this container forbid it';
  return `does not open: ${error}`;
}

function fuse({ fuse: opened, kernel }: Facts): Check {
  const name = '/dev/fuse';
  if (opened === 'open') return { name, state: 'ok', found: `opens (Linux ${kernel})` };
  const mend =
    opened === 'EACCES'
      ? 'as root: chmod 666 /dev/fuse, as most distributions have it'
      : `as root: modprobe fuse; ${IN_CONTAINER}`;
  return { name, state: 'missing', found: unopened(opened), mend };
}

function cuse({ cuse: opened }: Facts): Check {
  const name = '/dev/cuse';
  if (opened === 'open') return { name, state: 'ok', found: 'opens' };
  const mend =
    opened === 'EACCES'
      ? 'needed by --cuse only: be root'
      : 'needed by --cuse only: as root, modprobe cuse (kernels of clouds and containers often lack it)';
  return { name, state: 'missing', found: unopened(opened), mend };
}

/** What must be mended before anything can be tried with it; undefined if nothing. */
function mendFirst({ native, fuse: opened }: Facts): string | undefined {
  if ('error' in native) return 'first mend the native library';
  return opened === 'open' ? undefined : 'first mend /dev/fuse';
}

function mount(facts: Facts): Check {
  const { mount: trial, user } = facts;
  const name = 'mounting';
  if (trial === undefined) {
    const found = user === 0 ? 'root, but without CAP_SYS_ADMIN' : 'this user may not';
    const mend =
      user === 0
        ? IN_CONTAINER
        : 'not needed where user namespaces or fusermount3 are; else be root';
    return { name, state: 'missing', found, mend };
  }
  if (trial.mounted) return { name, state: 'ok', found: `tried, FUSE protocol ${trial.protocol}` };
  const mend = mendFirst(facts) ?? `${IN_CONTAINER} --security-opt apparmor=unconfined`;
  return { name, state: 'missing', found: trial.reason, mend };
}

/** What to change so that user namespaces are allowed. */
function allowNamespaces(limits: Facts['limits']): string {
  const wrong: Readonly<Record<string, readonly [bad: string, good: string]>> = {
    'user.max_user_namespaces': ['0', '10000'],
    'kernel.unprivileged_userns_clone': ['0', '1'],
    'kernel.apparmor_restrict_unprivileged_userns': ['1', '0'],
  };
  const changes = Object.entries(wrong)
    .filter(([name, [bad]]) => limits[name] === bad)
    .map(([name, [, good]]) => `sysctl ${name}=${good}`);
  if (changes.length > 0) return `as root: ${changes.join('; ')}`;
  return `${IN_CONTAINER} and run as root there, or --security-opt seccomp=unconfined`;
}

function namespaces(facts: Facts): Check {
  const { namespace, limits, mayMount } = facts;
  const name = 'user namespaces';
  if (namespace.mounted) {
    return {
      name,
      state: 'ok',
      found: `mounting tried in one, FUSE protocol ${namespace.protocol}`,
    };
  }
  const how = mendFirst(facts) ?? allowNamespaces(limits);
  const mend = mayMount ? `not needed by this user; ${how}` : how;
  return { name, state: 'missing', found: namespace.reason, mend };
}

function fusermount({ fusermount: found, mayMount }: Facts): Check {
  const name = 'fusermount3';
  const need = mayMount ? 'not needed by this user' : 'needed by serve';
  if (found === undefined) {
    return {
      name,
      state: 'missing',
      found: 'not there',
      mend: `${need}: install the package fuse3`,
    };
  }
  if (found.privileged) return { name, state: 'ok', found: found.path };
  const mend = `${need}: as root, chmod u+s ${found.path}`;
  return { name, state: 'limited', found: `${found.path} is not set-user-ID root`, mend };
}

/** What each value of Yama's ptrace_scope means here; the numbers are its own. */
const SCOPES: readonly string[] = [
  'any process of the same user',
  'children only, others for root',
  'for root only',
  'forbidden to everybody',
];

function ptrace({ ptraceScope: scope, memory, native }: Facts): Check {
  const name = "programs' memory";
  if ('error' in native) {
    return { name, state: 'missing', found: 'not tried', mend: 'first mend the native library' };
  }
  const tried = memory === 'ok' ? 'reading a child tried' : `reading a child fails: ${memory}`;
  const rule = scope === undefined ? 'no Yama' : `ptrace_scope ${scope}, ${SCOPES[scope] ?? ''}`;
  const found = `${tried} (${rule})`;
  if (memory !== 'ok') {
    const mend =
      scope === undefined || scope < 2
        ? `a security module or a container forbids it; ${IN_CONTAINER} --cap-add SYS_PTRACE`
        : 'as root: sysctl kernel.yama.ptrace_scope=1 (3 stays until the next start of the machine)';
    return { name, state: 'missing', found, mend };
  }
  if ((scope ?? 0) === 0) return { name, state: 'ok', found };
  const mend =
    'a server of an ordinary user serves other programs only with, as root: sysctl kernel.yama.ptrace_scope=0';
  return { name, state: 'limited', found, mend };
}

/** Judges what was found out, each thing by itself. */
export function checksOf(facts: Facts): Check[] {
  const all = [node, nativeLibrary, xenDevice, fuse, cuse, mount, namespaces, fusermount, ptrace];
  return all.map((check) => check(facts));
}
