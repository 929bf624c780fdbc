import { describe, expect, it } from 'vitest';
import { ROOT } from './fuse-header.js';
import { getattr, init } from './fuse-request.js';
import { concat, encode } from './fuse-struct.js';
import { KernelSide } from './kernel-side.js';
import { fromHex, toHex } from './recording.js';
import { O_RDWR, ServedDevice } from './served-device.js';

const EPROTO = -71;
const EIO = -5;

/** INIT flags this server asks for where they are offered, by the bit's name in the header. */
const ATOMIC_O_TRUNC = 1 << 3;
const BIG_WRITES = 1 << 5;
const PARALLEL_DIROPS = 1 << 18;
const MAX_PAGES = 1 << 22;

function fresh(): KernelSide {
  return new KernelSide({ agreed: false });
}

/** INIT as kernels of some time send it, and the answer; unique 2, no caller. Flags as those kernels have them. */
const GOLDEN = [
  {
    kernel: 'Linux 3.15, the oldest supported',
    minor: 23,
    request:
      '380000001a000000020000000000000000000000000000000000000000000000' +
      '0000000000000000070000001700000000000200fbff0300',
    reply:
      '5000000000000000020000000000000007000000170000000000000028000000' +
      'ffffffff0020000001000000000000000000000000000000000000000000000000000000000000000000000000000000',
  },
  {
    kernel: 'Linux 5.4',
    minor: 31,
    request:
      '380000001a000000020000000000000000000000000000000000000000000000' +
      '0000000000000000070000001f00000000000200fbffff03',
    reply:
      '50000000000000000200000000000000070000001f0000000000000028004400' +
      'ffffffff0020000001000000000100000000000000000000000000000000000000000000000000000000000000000000',
  },
  {
    kernel: 'Linux 6.2, with the longer structure',
    minor: 38,
    request:
      '680000001a000000020000000000000000000000000000000000000000000000' +
      '0000000000000000070000002600000000000200fbffff7309000000' +
      '0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000',
    reply:
      '5000000000000000020000000000000007000000260000000000000028004400' +
      'ffffffff0020000001000000000100000000000000000000000000000000000000000000000000000000000000000000',
  },
] as const;

describe('INIT', () => {
  for (const { kernel: name, minor, request, reply } of GOLDEN) {
    it(`is answered byte for byte, of ${name}`, () => {
      const kernel = fresh();
      kernel.feed(fromHex(request));
      const [{ unique, error, body }] = kernel.messages() as [never];
      const header = encode('out_header', { len: 80, error, unique });
      expect(toHex(concat(header, body))).toBe(reply);
      expect(kernel.negotiated).toEqual([{ kind: 'agreed', minor }]);
    });
  }

  it('agrees on the older of the two minor versions, from 7.23 on', () => {
    for (let minor = 23; minor < 100; minor++) {
      const kernel = fresh();
      const reply = kernel.succeed(init(7, minor)).as('init_out');
      expect(reply).toMatchObject({ major: 7, minor: Math.min(minor, 45) });
      expect(kernel.negotiated).toEqual([{ kind: 'agreed', minor: Math.min(minor, 45) }]);
      expect(kernel.succeed(getattr(ROOT)).body).toHaveLength(104);
    }
  });

  it('takes a kernel whose minor version is absurd', () => {
    const kernel = fresh();
    expect(kernel.succeed(init(7, 0xffffffff)).as('init_out').minor).toBe(45);
  });

  it('takes of the flags what was offered, and nothing else', () => {
    const wanted = ATOMIC_O_TRUNC | BIG_WRITES | PARALLEL_DIROPS | MAX_PAGES;
    for (let bit = 0; bit < 32; bit++) {
      const flags = 2 ** bit;
      const reply = fresh()
        .succeed(init(7, 45, flags))
        .as('init_out');
      expect(reply).toMatchObject({ flags: flags & wanted, flags2: 0 });
    }
    expect(
      fresh()
        .succeed(init(7, 45, 0))
        .as('init_out').flags,
    ).toBe(0);
  });

  it('asks for writes as large as the buffer for requests takes', () => {
    const kernel = fresh();
    const { max_write, time_gran } = kernel.succeed(init(7, 45)).as('init_out');
    // `fuse_dev_do_read` refuses to read into less than the header and a whole write.
    expect(kernel.session.request.bytes.length).toBeGreaterThanOrEqual(40 + 40 + max_write);
    expect(kernel.session.request.bytes.length).toBeGreaterThanOrEqual(8192);
    expect(max_write).toBeGreaterThanOrEqual(4096);
    expect(time_gran).toBe(1);
  });

  it('has the kernel hold back no RELEASE, so that none comes after what was asked later', () => {
    const reply = fresh().succeed(init(7, 45)).as('init_out');
    expect(reply).toMatchObject({ max_background: 0xffff, congestion_threshold: 0xffff });
  });

  for (const [major, minor] of [
    [7, 22],
    [7, 0],
    [6, 45],
    [6, 0xffffffff],
    [0, 0],
  ] as const) {
    it(`of ${major}.${minor} is refused with EPROTO, and says why`, () => {
      const kernel = fresh();
      expect(kernel.ask(init(major, minor)).error).toBe(EPROTO);
      expect(kernel.negotiated).toEqual([
        {
          kind: 'refused',
          reason: `the kernel speaks FUSE ${major}.${minor}; 7.23 (Linux 3.15) is the oldest supported`,
        },
      ]);
      expect(kernel.ask(getattr(ROOT)).error).toBe(EIO);
    });
  }

  it('of a newer major version is answered with 7, and the kernel asks again', () => {
    const kernel = fresh();
    expect(kernel.succeed(init(8, 0)).as('init_out')).toMatchObject({ major: 7 });
    expect(kernel.negotiated).toEqual([{ kind: 'again' }]);
    expect(kernel.ask(getattr(ROOT)).error).toBe(EIO);
    expect(kernel.succeed(init(7, 45)).as('init_out')).toMatchObject({ major: 7, minor: 45 });
    expect(kernel.negotiated).toEqual([{ kind: 'again' }, { kind: 'agreed', minor: 45 }]);
    expect(kernel.succeed(getattr(ROOT)).body).toHaveLength(104);
  });

  it('may come again after a refusal', () => {
    const kernel = fresh();
    expect(kernel.ask(init(7, 22)).error).toBe(EPROTO);
    expect(kernel.succeed(init(7, 23)).as('init_out').minor).toBe(23);
    expect(kernel.negotiated.map(({ kind }) => kind)).toEqual(['refused', 'agreed']);
  });

  it('on a connection that was agreed on is out of place: EIO, and nothing is agreed anew', () => {
    const kernel = fresh();
    kernel.succeed(init(7, 31));
    const device = new ServedDevice(kernel, 0);
    for (const again of [init(7, 31), init(7, 45), init(7, 3), init(8, 0)]) {
      expect(kernel.ask(again).error).toBe(EIO);
    }
    expect(kernel.negotiated).toEqual([{ kind: 'agreed', minor: 31 }]);
    expect(device.bindUnbound(7)).toBeGreaterThan(0);
  });
});

describe('with the oldest protocol', () => {
  it('a device works as with the newest', () => {
    const kernel = new KernelSide({ agreed: false });
    kernel.succeed(init(7, 23));
    const device = new ServedDevice(kernel, 0, { flags: O_RDWR });
    const port = device.bindUnbound(0);
    const other = device.bindInterdomain(0, port);
    // A new interdomain port is found pending.
    expect(device.read()).toEqual([other]);
    expect(device.write(other)).toBe(4);
    expect(device.notify(other)).toBe(0);
    expect(device.read()).toEqual([port]);
  });
});
