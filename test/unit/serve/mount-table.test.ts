import { describe, expect, it } from 'vitest';
import { parseMounts, readMounts } from '../../../src/serve/mount-table.js';
import { topAt } from '../../../src/serve/own-mount.js';
import { mountOf } from './mounts.js';

describe('parseMounts', () => {
  it('reads a line with optional fields, and who a FUSE mount belongs to', () => {
    const text =
      '63 43 0:39 / /run/xen-evtchn rw,nosuid,nodev,relatime shared:12 master:1 - fuse.xen-evtchn xen-evtchn rw,user_id=1000,group_id=1001,default_permissions\n';
    expect(parseMounts(text)).toEqual([
      {
        id: 63,
        parent: 43,
        device: '0:39',
        root: '/',
        mountpoint: '/run/xen-evtchn',
        type: 'fuse.xen-evtchn',
        user: 1000,
        group: 1001,
      },
    ]);
  });

  it('reads a line without optional fields, of a file system that belongs to nobody', () => {
    const [mount] = parseMounts('27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard');
    expect(mount).toMatchObject({ id: 27, device: '254:0', mountpoint: '/', type: 'ext4' });
    expect(mount?.user).toBeUndefined();
    expect(mount?.group).toBeUndefined();
  });

  it.each([
    ['/a\\040b', '/a b'],
    ['/tab\\011', '/tab\t'],
    ['/line\\012', '/line\n'],
    ['/back\\134slash', '/back\\slash'],
    ['/\\134040', '/\\040'],
    ['/plain040', '/plain040'],
  ])('undoes the escapes of %s', (written, path) => {
    const [mount] = parseMounts(`1 2 0:1 ${written} ${written} rw - tmpfs tmpfs rw`);
    expect(mount?.mountpoint).toBe(path);
    expect(mount?.root).toBe(path);
  });

  it('sees what is mounted here', () => {
    const mounts = readMounts();
    expect(mounts.map(({ mountpoint }) => mountpoint)).toContain('/proc');
  });
});

describe('topAt', () => {
  const bottom = mountOf({ id: 10, parent: 1 });
  const middle = mountOf({ id: 7, parent: 10 });
  const top = mountOf({ id: 9, parent: 7 });
  const elsewhere = mountOf({ id: 11, parent: 9, mountpoint: '/srv/xen/sub' });

  it('is the mount that no other at the same place covers, in whatever order they are listed', () => {
    expect(topAt([elsewhere, bottom, top, middle], '/srv/xen')).toBe(top);
    expect(topAt([top, middle, bottom, elsewhere], '/srv/xen')).toBe(top);
  });

  it('is nothing where nothing is mounted', () => {
    expect(topAt([elsewhere], '/srv/xen')).toBeUndefined();
  });
});
