import { describe, expect, it } from 'vitest';
import { OP, ROOT } from './fuse-header.js';
import * as fuse from './fuse-request.js';
import { cString, encode } from './fuse-struct.js';
import { KernelSide } from './kernel-side.js';
import { ServedDevice, walk } from './served-device.js';

const EPERM = -1;
const EIO = -5;
const ENODEV = -19;
const EINVAL = -22;
const ENOSYS = -38;

/** Opcodes without a reply. */
const SILENT = [OP.FORGET, OP.BATCH_FORGET, OP.INTERRUPT, OP.NOTIFY_REPLY] as const;

describe('what no one here can do', () => {
  const refusals = [
    [EPERM, ['CREATE', 'MKNOD', 'SYMLINK', 'LINK', 'UNLINK', 'RENAME', 'RENAME2', 'TMPFILE']],
    [
      ENOSYS,
      [
        'READLINK',
        'SETXATTR',
        'GETXATTR',
        'LISTXATTR',
        'REMOVEXATTR',
        'FLUSH',
        'FSYNCDIR',
        'GETLK',
        'SETLK',
        'SETLKW',
        'ACCESS',
        'BMAP',
        'READDIRPLUS',
        'LSEEK',
        'COPY_FILE_RANGE',
        'COPY_FILE_RANGE_64',
        'SETUPMAPPING',
        'REMOVEMAPPING',
        'SYNCFS',
        'STATX',
        'CUSE_INIT',
      ],
    ],
    [EINVAL, ['FSYNC']],
    [ENODEV, ['FALLOCATE']],
  ] as const;
  for (const [errno, names] of refusals) {
    for (const name of names) {
      it(`${name} answers ${errno}, on whatever node`, () => {
        const kernel = new KernelSide();
        for (const node of [ROOT, walk(kernel, '0'), walk(kernel, '0/evtchn'), 999n]) {
          expect(kernel.ask(fuse.request(OP[name], node, new Uint8Array(64))).error).toBe(errno);
        }
      });
    }
  }

  it('is ENOSYS for opcodes nobody knows', () => {
    const kernel = new KernelSide();
    for (const opcode of [0, 7, 19, 54, 99, 4095, 4097, 0x80000000, 436207616, 0xffffffff]) {
      expect(kernel.ask(fuse.bare(opcode)).error).toBe(ENOSYS);
    }
  });

  it('is every opcode there may be, answered once', () => {
    const kernel = new KernelSide();
    for (let opcode = 0; opcode < 256; opcode++) {
      kernel.send(fuse.request(opcode, 999n, new Uint8Array(96)));
      const silent = (SILENT as readonly number[]).includes(opcode);
      expect(kernel.messages()).toHaveLength(silent ? 0 : 1);
    }
    expect(kernel.waiting).toEqual([]);
  });
});

describe('what needs nothing done', () => {
  it('RELEASEDIR and DESTROY succeed', () => {
    const kernel = new KernelSide();
    expect(kernel.succeed(fuse.releasedir(ROOT)).body).toHaveLength(0);
    expect(kernel.succeed(fuse.bare(OP.DESTROY)).body).toHaveLength(0);
  });

  it('NOTIFY_REPLY has no reply', () => {
    const kernel = new KernelSide();
    kernel.send(fuse.request(OP.NOTIFY_REPLY, ROOT, new Uint8Array(40)));
    expect(kernel.messages()).toEqual([]);
  });
});

describe('a request before INIT', () => {
  it('is EIO, whatever it is, and INIT can still come', () => {
    const kernel = new KernelSide({ agreed: false });
    for (const opcode of Object.values(OP)) {
      if (opcode === OP.INIT || (SILENT as readonly number[]).includes(opcode)) continue;
      expect(kernel.ask(fuse.request(opcode, ROOT, new Uint8Array(96))).error).toBe(EIO);
    }
    expect(kernel.negotiated).toEqual([]);
    kernel.succeed(fuse.init(7, 45));
    expect(walk(kernel, '0/evtchn')).toBeGreaterThan(1n);
  });

  it('does nothing: no domain is made, none destroyed', () => {
    const kernel = new KernelSide({ agreed: false });
    expect(kernel.ask(fuse.mkdir(ROOT, '3')).error).toBe(EIO);
    expect(kernel.ask(fuse.rmdir(ROOT, '0')).error).toBe(EIO);
    expect([...kernel.host.domains()].map(({ domid }) => domid)).toEqual([0, 7]);
  });

  it('has no reply where FUSE has none', () => {
    const kernel = new KernelSide({ agreed: false });
    for (const opcode of SILENT) kernel.send(fuse.request(opcode, ROOT, new Uint8Array(40)));
    expect(kernel.messages()).toEqual([]);
  });
});

describe('a request that is not as long as it says', () => {
  /** The bytes of a request whose header says that it is longer or shorter. */
  function lying(request: fuse.FuseRequest, unique: bigint, by: number): Uint8Array {
    const bytes = fuse.requestBytes(request, unique);
    new DataView(bytes.buffer).setUint32(0, bytes.length + by, true);
    return bytes;
  }

  it('is EIO and does nothing, whichever way it lies', () => {
    const kernel = new KernelSide();
    let unique = 1001n;
    for (const by of [-40, -8, -1, 1, 8, 4096, 0x7fffffff]) {
      for (const request of [fuse.mkdir(ROOT, '3'), fuse.rmdir(ROOT, '7'), fuse.init(7, 45)]) {
        kernel.feed(lying(request, unique, by));
        expect(kernel.messages()).toMatchObject([{ unique, error: EIO }]);
        unique += 2n;
      }
    }
    expect([...kernel.host.domains()].map(({ domid }) => domid)).toEqual([0, 7]);
  });

  it('is no INIT', () => {
    const kernel = new KernelSide({ agreed: false });
    kernel.feed(lying(fuse.init(7, 45), 2n, 8));
    expect(kernel.messages()).toMatchObject([{ unique: 2n, error: EIO }]);
    expect(kernel.negotiated).toEqual([]);
  });

  it('has no reply where FUSE has none, and does nothing', () => {
    const kernel = new KernelSide();
    const node = walk(kernel, '7');
    kernel.succeed(fuse.rmdir(ROOT, '7'));
    const device = new ServedDevice(kernel, 0);
    const parked = device.startRead();
    const { size } = kernel.tree;
    for (const request of [
      fuse.forget(node, 99),
      fuse.batchForget([[node, 99]]),
      fuse.interrupt(parked),
      fuse.request(OP.NOTIFY_REPLY, ROOT, new Uint8Array(40)),
    ]) {
      for (const by of [-8, 8]) kernel.feed(lying(request, 77n, by));
    }
    expect(kernel.messages()).toEqual([]);
    expect(kernel.waiting).toEqual([parked]);
    expect(kernel.tree.size).toBe(size);
  });
});

describe('what is too short to be a request', () => {
  it('is not answered: there is nobody to answer', () => {
    const kernel = new KernelSide();
    const bytes = fuse.requestBytes(fuse.statfs(), 2n);
    for (let length = 0; length < 40; length++) {
      expect(kernel.feed(bytes.subarray(0, length))).toBe(false);
    }
    expect(kernel.messages()).toEqual([]);
    expect(kernel.feed(bytes)).toBe(true);
    expect(kernel.messages()).toMatchObject([{ unique: 2n, error: 0 }]);
  });
});

describe('the number of a request', () => {
  it('comes back in all its 64 bits, also where the answer comes later', () => {
    const kernel = new KernelSide();
    const device = new ServedDevice(kernel, 0);
    const read = fuse.read(device, 4096);
    const numbers = [0xffff_ffff_ffff_fffen, 0x8000_0000_0000_0002n, 0x1_0000_0004n, 0xffff_fffen];
    for (const unique of numbers) {
      kernel.feed(fuse.requestBytes(fuse.statfs(), unique));
      expect(kernel.messages()).toMatchObject([{ unique, error: 0 }]);
      kernel.feed(fuse.requestBytes(read, unique));
      expect(kernel.messages()).toEqual([]);
    }
    for (const unique of numbers) {
      kernel.send(fuse.interrupt(unique));
      expect(kernel.messages()).toMatchObject([{ unique, error: -4 }]);
    }
  });
});

describe('a request with more than it needs', () => {
  it('is answered as without, as of kernels whose structures have grown', () => {
    const kernel = new KernelSide();
    const { opcode, node, body } = fuse.getattr(ROOT);
    const grown = fuse.request(opcode, node, body, encode('getattr_in', {}));
    expect(kernel.succeed(grown).body).toEqual(kernel.succeed(fuse.getattr(ROOT)).body);
    const extended = fuse.request(OP.LOOKUP, ROOT, cString('server'), new Uint8Array(16));
    expect(kernel.succeed(extended).as('entry_out').nodeid).toBe(walk(kernel, 'server'));
  });
});
