import { describe, expect, it } from 'vitest';
import type { Check } from '../../../src/doctor/check.js';
import { checksOf } from '../../../src/doctor/checks.js';
import type { Facts } from '../../../src/doctor/facts.js';
import { machine, userMachine } from './machine.js';

/** One check of a machine. */
function check(name: string, facts: Facts): Check {
  const found = checksOf(facts).find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no check of ${name}`);
  return found;
}

describe('checksOf', () => {
  it('looks at everything, and finds nothing to mend on a good machine but CUSE and Xen', () => {
    const states = checksOf(machine()).map(({ name, state }) => `${name}: ${state}`);
    expect(states).toEqual([
      'Node: ok',
      'native library: ok',
      "real Xen's device: missing",
      '/dev/fuse: ok',
      '/dev/cuse: missing',
      'mounting: ok',
      'user namespaces: ok',
      'fusermount3: ok',
      "programs' memory: ok",
    ]);
  });

  it('says how to mend whatever is missing or limited', () => {
    const reason = 'refused';
    const worst = machine({
      node: 'v18.0.0',
      native: { error: 'cannot load' },
      fuse: 'ENOENT',
      mount: { mounted: false, reason },
      namespace: { mounted: false, reason },
      fusermount: undefined,
      memory: 'EPERM',
    });
    for (const { state, mend } of checksOf(worst)) {
      expect(state).not.toBe('ok');
      expect(mend).toMatch(/\w/);
    }
  });

  it.each([
    ['v20.19.0', 'ok'],
    ['v20.18.9', 'missing'],
    ['v18.20.0', 'missing'],
    ['v22.0.0', 'ok'],
    ['v26.1.0-nightly', 'ok'],
  ])('Node %s: %s', (node, state) => {
    expect(check('Node', machine({ node }))).toMatchObject({ state, found: node });
  });

  it.each([
    ['character device', 'xen', 'ok', 'under Xen'],
    ['character device', undefined, 'limited', 'no Xen'],
    ['something else', undefined, 'missing', 'no character device'],
    ['nothing', 'xen', 'missing', 'no /dev/xen/evtchn'],
  ] as const)('device: %s, hypervisor: %s: %s', (device, hypervisor, state, words) => {
    const found = check("real Xen's device", machine({ device, hypervisor }));
    expect(found.state).toBe(state);
    expect(found.found).toContain(words);
  });

  it.each([
    ['EACCES', 'may not open it', 'chmod 666 /dev/fuse'],
    ['ENOENT', 'not there', 'modprobe fuse'],
    ['EPERM', 'container', '--device /dev/fuse'],
    ['ENXIO', 'ENXIO', 'modprobe fuse'],
  ])('/dev/fuse that fails with %s', (fuse, words, mend) => {
    const found = check('/dev/fuse', userMachine({ fuse }));
    expect(found).toMatchObject({ state: 'missing' });
    expect(found.found).toContain(words);
    expect(found.mend).toContain(mend);
  });

  it('says what keeps this user from mounting', () => {
    expect(check('mounting', userMachine()).found).toBe('this user may not');
    const root = check('mounting', machine({ mayMount: false, mount: undefined }));
    expect(root.found).toContain('CAP_SYS_ADMIN');
    expect(root.mend).toContain('--cap-add SYS_ADMIN');
    const denied = { mounted: false, reason: 'EACCES: Permission denied, mount /sys' } as const;
    const apparmor = check('mounting', machine({ mount: denied }));
    expect(apparmor.found).toBe(denied.reason);
    expect(apparmor.mend).toContain('apparmor=unconfined');
  });

  it.each([
    [{ 'user.max_user_namespaces': '0' }, 'sysctl user.max_user_namespaces=10000'],
    [{ 'kernel.unprivileged_userns_clone': '0' }, 'sysctl kernel.unprivileged_userns_clone=1'],
    [
      {
        'kernel.apparmor_restrict_unprivileged_userns': '1',
        'user.max_user_namespaces': '0',
      },
      'sysctl user.max_user_namespaces=10000; sysctl kernel.apparmor_restrict_unprivileged_userns=0',
    ],
    [{ 'user.max_user_namespaces': '96365' }, 'seccomp=unconfined'],
  ])('names the limits of user namespaces: %j', (limits, mend) => {
    const namespace = {
      mounted: false,
      reason: 'unshare failed: Operation not permitted',
    } as const;
    const found = check('user namespaces', userMachine({ limits, namespace }));
    expect(found).toMatchObject({ state: 'missing', found: namespace.reason });
    expect(found.mend).toContain(mend);
  });

  it('mends the native library first, with which nothing else could be tried', () => {
    const native = { error: 'Cannot find module' };
    const namespace = { mounted: false, reason: 'not tried: no native calls' } as const;
    const facts = machine({ native, namespace, mount: namespace, memory: 'not tried' });
    expect(check('native library', facts).mend).toContain('npm install');
    expect(check("programs' memory", facts).found).toBe('not tried');
    for (const name of ['mounting', 'user namespaces', "programs' memory"]) {
      expect(check(name, facts).mend).toContain('first mend the native library');
    }
  });

  it('says which of fusermount3 and the rights of it is missing, and whether that matters', () => {
    const missing = check('fusermount3', userMachine({ fusermount: undefined }));
    expect(missing).toMatchObject({ state: 'missing' });
    expect(missing.mend).toBe('needed by serve: install the package fuse3');
    const path = '/opt/bin/fusermount3';
    const powerless = check('fusermount3', machine({ fusermount: { path, privileged: false } }));
    expect(powerless).toMatchObject({ state: 'limited' });
    expect(powerless.mend).toBe('not needed by this user: as root, chmod u+s /opt/bin/fusermount3');
  });

  it.each([
    [undefined, 'ok', 'ok', 'no Yama'],
    [0, 'ok', 'ok', 'ptrace_scope 0'],
    [1, 'ok', 'limited', 'ptrace_scope 1, children only'],
    [2, 'EPERM', 'missing', 'reading a child fails: EPERM (ptrace_scope 2'],
    [3, 'EPERM', 'missing', 'forbidden to everybody'],
    [undefined, 'EPERM', 'missing', 'EPERM (no Yama)'],
  ])('ptrace_scope %s, trial %s: %s', (ptraceScope, memory, state, words) => {
    const found = check("programs' memory", userMachine({ ptraceScope, memory }));
    expect(found.state).toBe(state);
    expect(found.found).toContain(words);
  });
});
