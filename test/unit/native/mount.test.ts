import { readdirSync, readlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EvtchnError } from '../../../src/errors/evtchn-error.js';
import { CAP_SYS_ADMIN, hasCapability } from '../../../src/native/capability.js';
import { bindMount, mountFuse, mountTmpfs, moveMount, unmount } from '../../../src/native/mount.js';

const NOWHERE = '/no/such/directory';
const owner = { uid: 0, gid: 0 };

/** Open files of this process. */
const opened = (): string[] =>
  readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return [];
    }
  });

function errorOf(call: () => unknown): EvtchnError {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(EvtchnError);
    return error as EvtchnError;
  }
  throw new Error('it did not fail');
}

// The kernel asks for the right to mount before it looks at anything else.
const allowed = hasCapability(CAP_SYS_ADMIN);

describe('mounts that fail', () => {
  it.each([
    { call: () => unmount(NOWHERE), syscall: `umount ${NOWHERE}`, code: 'ENOENT' },
    {
      call: () => unmount('/proc/self', { lazy: true }),
      syscall: 'umount /proc/self',
      code: 'EINVAL',
    },
    { call: () => bindMount(NOWHERE, '/'), syscall: `mount --bind ${NOWHERE} /`, code: 'ENOENT' },
    {
      call: () => moveMount('/proc/self', '/'),
      syscall: 'mount --move /proc/self /',
      code: 'EINVAL',
    },
    {
      call: () => mountTmpfs(NOWHERE, 0o755),
      syscall: `mount -t tmpfs ${NOWHERE}`,
      code: 'ENOENT',
    },
  ])('say so with the error of the kernel: $syscall', ({ call, syscall, code }) => {
    const error = errorOf(call);
    expect(error.syscall).toBe(syscall);
    // A path is looked up before the right is asked for by some calls, after it by others.
    expect(allowed ? [code] : [code, 'EPERM']).toContain(error.code);
  });

  it('leave no descriptor of /dev/fuse open', () => {
    const error = errorOf(() => mountFuse({ mountpoint: NOWHERE, owner }));
    const expected = [`mount ${NOWHERE}`, 'open /dev/fuse'];
    expect(expected).toContain(error.syscall);
    expect(opened()).not.toContain('/dev/fuse');
  });
});
