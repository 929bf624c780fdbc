import { describe, expect, it } from 'vitest';
import { FATTR, ROOT } from './fuse-header.js';
import * as fuse from './fuse-request.js';
import { KernelSide } from './kernel-side.js';
import { ServedDevice, walk } from './served-device.js';

const EPERM = -1;
const EINVAL = -22;
const ESTALE = -116;

/** What every file's attributes have in common. */
const COMMON = {
  size: 0n,
  blocks: 0n,
  atime: 1_700_000_000n,
  mtime: 1_700_000_000n,
  ctime: 1_700_000_000n,
  atimensec: 0,
  mtimensec: 0,
  ctimensec: 0,
  nlink: 1,
  uid: 1000,
  gid: 100,
  rdev: 0,
  blksize: 4096,
  flags: 0,
};

describe('attributes', () => {
  it('are the same by LOOKUP and by GETATTR, and never to be remembered', () => {
    const kernel = new KernelSide();
    for (const [folder, name, mode] of [
      [ROOT, 'server', 0o100444],
      [ROOT, '0', 0o40755],
      [walk(kernel, '0'), 'evtchn', 0o100600],
      [walk(kernel, '0'), 'files', 0o100400],
    ] as const) {
      const entry = kernel.succeed(fuse.lookup(folder, name));
      const { nodeid, ...rest } = entry.as('entry_out');
      expect(rest).toEqual({
        ...COMMON,
        mode,
        ino: nodeid,
        generation: 0n,
        entry_valid: 0n,
        attr_valid: 0n,
        entry_valid_nsec: 0,
        attr_valid_nsec: 0,
      });
      const attributes = kernel.succeed(fuse.getattr(nodeid)).as('attr_out');
      expect(attributes).toEqual({
        ...COMMON,
        mode,
        ino: nodeid,
        attr_valid: 0n,
        attr_valid_nsec: 0,
        dummy: 0,
      });
    }
  });

  it('of the root are those of a folder', () => {
    const kernel = new KernelSide();
    expect(kernel.succeed(fuse.getattr(ROOT)).as('attr_out')).toMatchObject({
      ...COMMON,
      ino: 1n,
      mode: 0o40755,
    });
  });

  it('show when a file was made, also beyond 2038', () => {
    let seconds = 4_294_967_290;
    const kernel = new KernelSide({ tree: { seconds: () => seconds } });
    seconds += 100;
    const made = kernel.succeed(fuse.mkdir(ROOT, '3')).as('entry_out');
    expect(made).toMatchObject({ ctime: 4_294_967_390n, mtime: 4_294_967_390n });
    expect(kernel.succeed(fuse.getattr(ROOT)).as('attr_out').mtime).toBe(4_294_967_290n);
  });

  it('of a node that is not there are ESTALE', () => {
    const kernel = new KernelSide();
    for (const node of [0n, 99n, (1n << 32n) | 1n, 1n << 63n, (1n << 64n) - 1n]) {
      expect(kernel.ask(fuse.getattr(node)).error).toBe(ESTALE);
      expect(kernel.ask(fuse.setattr(node, { valid: 0 })).error).toBe(ESTALE);
    }
  });
});

describe('SETATTR', () => {
  it('changes mode, owner and group of a device, each by itself', () => {
    const kernel = new KernelSide();
    const node = walk(kernel, '0/evtchn');
    const values = { mode: 0o100660, uid: 5, gid: 6 };
    const change = (valid: number) =>
      kernel.succeed(fuse.setattr(node, { ...values, valid })).as('attr_out');
    expect(change(0)).toMatchObject({ mode: 0o100600, uid: 1000, gid: 100, ino: node });
    expect(change(FATTR.MODE)).toMatchObject({ mode: 0o100660, uid: 1000, gid: 100 });
    expect(change(FATTR.UID)).toMatchObject({ mode: 0o100660, uid: 5, gid: 100 });
    expect(change(FATTR.GID)).toMatchObject({ mode: 0o100660, uid: 5, gid: 6 });
    expect(kernel.succeed(fuse.getattr(node)).as('attr_out')).toMatchObject(values);
    const other = kernel.succeed(fuse.getattr(walk(kernel, '7/evtchn'))).as('attr_out');
    expect(other).toMatchObject({ mode: 0o100600, uid: 1000, gid: 100 });
  });

  it('takes all of it at once, and the time of the change with it', () => {
    const kernel = new KernelSide();
    const node = walk(kernel, '0/evtchn');
    const valid = FATTR.MODE | FATTR.UID | FATTR.GID | FATTR.CTIME;
    const values = { mode: 0o107777, uid: 0xffff_fffe, gid: 0, ctime: 5 };
    expect(kernel.succeed(fuse.setattr(node, { ...values, valid })).as('attr_out')).toMatchObject({
      mode: 0o107777,
      uid: 0xffff_fffe,
      gid: 0,
    });
  });

  it('takes the times that touch sets, and only those', () => {
    const kernel = new KernelSide();
    const node = walk(kernel, '0/evtchn');
    const before = kernel.succeed(fuse.getattr(node)).as('attr_out');
    const change = (valid: number, atime: number, mtime: number) =>
      kernel.succeed(fuse.setattr(node, { valid, atime, mtime })).as('attr_out');
    const { ATIME, MTIME, ATIME_NOW, MTIME_NOW, FH } = FATTR;
    expect(change(ATIME, 7, 8)).toEqual({ ...before, atime: 7n });
    expect(change(MTIME | FH, 9, 8)).toEqual({ ...before, atime: 7n, mtime: 8n });
    const now = change(ATIME | ATIME_NOW | MTIME | MTIME_NOW, 2 ** 33, 2 ** 34);
    expect(now).toEqual({ ...before, atime: 2n ** 33n, mtime: 2n ** 34n });
    expect(kernel.succeed(fuse.getattr(node)).as('attr_out')).toEqual(now);
  });

  it('never makes another kind of file of it', () => {
    const kernel = new KernelSide();
    const node = walk(kernel, '0/evtchn');
    for (const mode of [0o040700, 0o020666, 0xffff_ffff, 0]) {
      const change = fuse.setattr(node, { valid: FATTR.MODE, mode });
      expect(kernel.succeed(change).as('attr_out').mode).toBe(0o100000 | (mode & 0o7777));
    }
  });

  it('of the length is EINVAL, as ftruncate of the device, and changes nothing that came with it', () => {
    const kernel = new KernelSide();
    const node = walk(kernel, '0/evtchn');
    const { fh } = new ServedDevice(kernel, 0);
    for (const valid of [
      FATTR.SIZE,
      FATTR.SIZE | FATTR.FH,
      FATTR.SIZE | FATTR.MODE,
      FATTR.SIZE | FATTR.LOCKOWNER | FATTR.FH,
      0x1000 | FATTR.MODE,
      0xffff_ffff,
    ]) {
      const change = fuse.setattr(node, { valid, fh, mode: 0o777, size: 0 });
      expect(kernel.ask(change).error).toBe(EINVAL);
    }
    expect(kernel.succeed(fuse.getattr(node)).as('attr_out').mode).toBe(0o100600);
  });

  it('of anything but a device is EPERM', () => {
    const kernel = new KernelSide();
    for (const node of [ROOT, walk(kernel, '0'), walk(kernel, 'server'), walk(kernel, '0/files')]) {
      for (const valid of [0, FATTR.MODE, FATTR.UID, FATTR.SIZE]) {
        expect(kernel.ask(fuse.setattr(node, { valid, mode: 0o777 })).error).toBe(EPERM);
      }
    }
    const { mode } = kernel.succeed(fuse.getattr(walk(kernel, '0/files'))).as('attr_out');
    expect(mode).toBe(0o100400);
  });
});

describe('STATFS', () => {
  it('tells of the files there are, of blocks none, and how long names may be', () => {
    const kernel = new KernelSide();
    const before = kernel.succeed(fuse.statfs()).as('statfs_out');
    expect(before).toEqual({
      blocks: 0n,
      bfree: 0n,
      bavail: 0n,
      files: 19n,
      ffree: 0n,
      bsize: 4096,
      namelen: 255,
      frsize: 4096,
      padding: 0,
      spare0: 0n,
      spare1: 0n,
      spare2: 0n,
    });
    kernel.succeed(fuse.mkdir(ROOT, '3'));
    expect(kernel.succeed(fuse.statfs()).as('statfs_out').files).toBe(26n);
  });
});
