import { describe, expect, it } from 'vitest';
import * as protocol from '../../../src/fuse/protocol.js';
import { FATTR, FOPEN, IOCTL, NOTIFY_POLL, POLL_SCHEDULE_NOTIFY, ROOT } from './fuse-header.js';
import { sizeOf } from './fuse-struct.js';

/** Bits of a mode (`S_IFMT` and so on) as octal numbers. */
const S_IFDIR = 0o40000;
const S_IFREG = 0o100000;

describe('numbers of the protocol', () => {
  it('are those of the header', () => {
    const named = Object.entries({ FOPEN, FATTR, FUSE_IOCTL: IOCTL }).flatMap(([prefix, bits]) =>
      Object.entries(bits).map(([name, bit]) => [`${prefix}_${name}`, bit] as const),
    );
    const header = new Map<string, number>([
      ...named,
      ['FUSE_KERNEL_VERSION', 7],
      ['FUSE_KERNEL_MINOR_VERSION', 45],
      ['FUSE_OLDEST_MINOR', 23],
      ['FUSE_ATOMIC_O_TRUNC', 1 << 3],
      ['FUSE_BIG_WRITES', 1 << 5],
      ['FUSE_PARALLEL_DIROPS', 1 << 18],
      ['FUSE_POLL_SCHEDULE_NOTIFY', POLL_SCHEDULE_NOTIFY],
      ['FUSE_NOTIFY_POLL', NOTIFY_POLL],
      ['FUSE_ROOT_ID', Number(ROOT)],
      ['S_IFDIR', S_IFDIR],
      ['S_IFREG', S_IFREG],
      ['IN_HEADER', sizeOf('in_header')],
      ['OUT_HEADER', sizeOf('out_header')],
      ['BODY', sizeOf('in_header') / 4],
      ['OUT_BODY', sizeOf('out_header') / 4],
    ]);
    const known = Object.entries(protocol).filter(([name]) => header.has(name));
    expect(known.length).toBeGreaterThan(25);
    for (const [name, value] of known) {
      expect({ name, value }).toEqual({ name, value: header.get(name) });
    }
  });
});
