import { describe, expect, it } from 'vitest';
import { WokenHandles } from '../../../src/fuse/woken-handles.js';
import { CuseKernel, cuseInit, type ProgramMemory } from './cuse-kernel.js';
import { OP } from './fuse-header.js';
import * as fuse from './fuse-request.js';
import { concat, encode, words } from './fuse-struct.js';

const EINTR = -4;
const EBADF = -9;
const EAGAIN = -11;
const EACCES = -13;
const EFAULT = -14;
const ENODEV = -19;
const EINVAL = -22;
const ENOTTY = -25;
const ENOSYS = -38;
const EPROTO = -71;
const EIO = -5;
const ENOTCONN = -107;

const BIND_VIRQ = 0x44500;
const BIND_INTERDOMAIN = 0x84501;
const BIND_UNBOUND_PORT = 0x44502;
const UNBIND = 0x44503;
const NOTIFY = 0x44504;
const RESET = 0x4505;
const RESTRICT_DOMID = 0x24506;

const O_RDWR = 0o2;
const O_DIRECT = 0o40000;
const POLLIN = 0x41;
const POLLOUT = 0x104;
/** Above 32 bits, as pointers are. */
const ARGUMENT = 0x7ffd_1234_5678n;
const NOWHERE: ProgramMemory = new Map();

/** Names and values, for tests that are made of each. */
const named: (values: Readonly<Record<string, number>>) => [string, number][] = Object.entries;

function argument(...values: readonly number[]): ProgramMemory {
  return new Map([[ARGUMENT, words(...values)]]);
}

/** An open file of domain 0 with two ends of one channel, whose first event was read and enabled. */
function connected(kernel: CuseKernel, file: fuse.OpenedFile): { port: number; other: number } {
  const port = kernel.ioctl(file, BIND_UNBOUND_PORT, ARGUMENT, argument(0));
  const other = kernel.ioctl(file, BIND_INTERDOMAIN, ARGUMENT, argument(0, port));
  expect(kernel.read(file)).toEqual([other]);
  expect(kernel.write(file, other)).toBe(4);
  return { port, other };
}

function notify(kernel: CuseKernel, file: fuse.OpenedFile, port: number): number {
  return kernel.ioctl(file, NOTIFY, ARGUMENT, argument(port));
}

describe('CUSE_INIT', () => {
  it('makes a device of that name, with ioctls unrestricted and room for whole pages', () => {
    const kernel = new CuseKernel();
    const { error, body } = kernel.ask(cuseInit(7, 38, 1));
    expect(error).toBe(0);
    const out = new Uint32Array(body.buffer, 0, 18);
    const [major, minor, unused, flags, maxRead, maxWrite, ...rest] = out;
    expect([major, minor, unused, flags]).toEqual([7, 38, 0, 1]);
    // A read or write of the device ends after 4096 bytes: the kernel must not split below.
    expect(maxRead).toBeGreaterThanOrEqual(8192);
    expect(maxWrite).toBeGreaterThanOrEqual(8192);
    // The kernel refuses a buffer that could not hold the largest write.
    expect(kernel.session.request.bytes.length).toBeGreaterThanOrEqual(maxWrite! + 80);
    expect(rest).toEqual(new Array(12).fill(0));
    expect(String.fromCharCode(...body.subarray(72))).toBe('DEVNAME=xen/evtchn\0');
    expect(kernel.negotiated).toEqual([{ kind: 'agreed', minor: 38 }]);
  });

  it('speaks no newer version than it knows', () => {
    const kernel = new CuseKernel();
    const { body } = kernel.ask(cuseInit(7, 99, 1));
    expect([...new Uint32Array(body.buffer, 0, 2)]).toEqual([7, 45]);
  });

  it.each([
    ['an old kernel', cuseInit(7, 22, 1)],
    ['another major version', cuseInit(8, 0, 1)],
    ['a kernel without unrestricted ioctls', cuseInit(7, 38, 0)],
  ])('refuses %s, and says why', (_, request) => {
    const kernel = new CuseKernel();
    expect(kernel.ask(request)).toMatchObject({ error: EPROTO });
    expect(kernel.negotiated).toEqual([
      { kind: 'refused', reason: expect.stringContaining('7.23') },
    ]);
    expect(kernel.open()).toBe(EIO);
  });

  it('comes first and once', () => {
    const kernel = new CuseKernel();
    expect(kernel.open()).toBe(EIO);
    kernel.begin();
    expect(kernel.ask(cuseInit(7, 38, 1))).toMatchObject({ error: EIO });
    expect(kernel.negotiated).toHaveLength(1);
    expect(kernel.opened()).toEqual({ node: 0n, fh: 1n });
  });
});

describe('the argument of an ioctl', () => {
  it.each([
    [4, BIND_UNBOUND_PORT, words(0)],
    [8, BIND_INTERDOMAIN, words(0, 1)],
    [2, RESTRICT_DOMID, words(5)],
  ])('of %i bytes is asked for, by its address and size', (size, command, data) => {
    const kernel = new CuseKernel().begin();
    const file = kernel.opened();
    const { error, body } = kernel.ioctlRequest(file, command, ARGUMENT);
    expect(error).toBe(0);
    expect(body).toEqual(concat(words(0, 4, 1, 0), words(0x1234_5678, 0x7ffd, size, 0)));
    const second = kernel.ioctlRequest(file, command, ARGUMENT, data.subarray(0, size));
    if (command === BIND_INTERDOMAIN) {
      // Port 1 of domain 0 is the kernel's own.
      expect(second).toMatchObject({ error: EINVAL });
      return;
    }
    const port = kernel.host.domain(0)!.driver!.ports.owners.findIndex((owner) => owner !== 0);
    const result = command === RESTRICT_DOMID ? 0 : port;
    expect(second.as('ioctl_out')).toEqual({ result, flags: 0, in_iovs: 0, out_iovs: 0 });
    expect(second.body).toHaveLength(16);
  });

  it('takes two requests, and RESET, which has none, one', () => {
    const kernel = new CuseKernel().begin();
    const file = kernel.opened();
    const port = kernel.ioctl(file, BIND_UNBOUND_PORT, ARGUMENT, argument(0));
    expect(kernel.requests).toBe(2);
    expect(port).toBeGreaterThan(0);
    expect(kernel.ioctl(file, RESET, ARGUMENT, NOWHERE)).toBe(0);
    expect(kernel.requests).toBe(1);
  });

  it('is read in its place only, whatever lies behind it', () => {
    const kernel = new CuseKernel().begin();
    const file = kernel.opened();
    // Of a two-byte structure, the bytes behind it are left over from another request.
    expect(kernel.ioctl(file, RESTRICT_DOMID, ARGUMENT, argument(5))).toBe(0);
    const foreign = kernel.ioctl(file, BIND_INTERDOMAIN, ARGUMENT, argument(6, 1));
    expect(foreign).toBe(EACCES);
    const own = kernel.ioctl(file, BIND_INTERDOMAIN, ARGUMENT, argument(5, 1));
    expect(own).toBe(-3);
  });

  it.each(
    named({ BIND_VIRQ, BIND_INTERDOMAIN, BIND_UNBOUND_PORT, UNBIND, NOTIFY, RESTRICT_DOMID }),
  )(
    'is EFAULT by the kernel where there is no memory: %s is asked once, and does nothing',
    (_, command) => {
      const kernel = new CuseKernel().begin();
      const file = kernel.opened();
      const domain = kernel.host.domain(0)!;
      const before = domain.driver!.ports.owners.slice();
      expect(kernel.ioctl(file, command, 0n, NOWHERE)).toBe(EFAULT);
      expect(kernel.requests).toBe(1);
      expect(domain.driver!.ports.owners.slice()).toEqual(before);
    },
  );

  it.each(named({ BIND_VIRQ, BIND_UNBOUND_PORT, RESTRICT_DOMID }))(
    'is not asked for where a restricted file is refused %s first',
    (_, command) => {
      const kernel = new CuseKernel().begin();
      const file = kernel.opened();
      kernel.ioctl(file, RESTRICT_DOMID, ARGUMENT, argument(5));
      expect(kernel.ioctl(file, command, 0n, NOWHERE)).toBe(EACCES);
      expect(kernel.requests).toBe(1);
    },
  );

  it('is looked at before a restricted file is refused BIND_INTERDOMAIN', () => {
    const kernel = new CuseKernel().begin();
    const file = kernel.opened();
    kernel.ioctl(file, RESTRICT_DOMID, ARGUMENT, argument(5));
    expect(kernel.ioctl(file, BIND_INTERDOMAIN, 0n, NOWHERE)).toBe(EFAULT);
    expect(kernel.requests).toBe(1);
  });

  it('is asked for again if fewer bytes came, or none although the request says so', () => {
    const kernel = new CuseKernel().begin();
    const file = kernel.opened();
    const short = kernel.ioctlRequest(file, NOTIFY, ARGUMENT, new Uint8Array(3));
    expect(short.as('ioctl_out').flags).toBe(4);
    const lying = kernel.ioctlRequest(file, NOTIFY, ARGUMENT, words(), 2, 4);
    expect(lying.as('ioctl_out').flags).toBe(4);
  });
});

describe('ioctl', () => {
  it('is ENOSYS for what the device does not know, which CUSE makes ENOTTY', () => {
    const kernel = new CuseKernel().begin();
    const file = kernel.opened();
    // FIONREAD, TCGETS, a wrong size.
    for (const command of [0x541b, 0x5401, 0x84502, 0]) {
      expect(kernel.ioctl(file, command, 0n, NOWHERE)).toBe(ENOSYS);
      expect(kernel.requests).toBe(1);
    }
  });

  it('is ENOTTY for a 32-bit program, and for no open file', () => {
    const kernel = new CuseKernel().begin();
    const file = kernel.opened();
    const compat = kernel.ioctlRequest(file, NOTIFY, ARGUMENT, words(), 11);
    expect(compat.error).toBe(ENOTTY);
    expect(kernel.ioctl({ node: 0n, fh: 77n }, NOTIFY, ARGUMENT, NOWHERE)).toBe(ENOTTY);
  });

  it('raises events as on the device', () => {
    const kernel = new CuseKernel().begin();
    const file = kernel.opened();
    const { port, other } = connected(kernel, file);
    expect(notify(kernel, file, port)).toBe(0);
    expect(notify(kernel, file, port)).toBe(0);
    expect(kernel.read(file)).toEqual([other]);
    expect(notify(kernel, file, 999)).toBe(ENOTCONN);
    expect(kernel.ioctl(file, UNBIND, ARGUMENT, argument(port))).toBe(0);
  });
});

describe('an open file', () => {
  it('knows who opened it', () => {
    const kernel = new CuseKernel().begin();
    kernel.open(O_RDWR, 4712);
    const [handle] = kernel.session.devices.open();
    expect(handle!.opener).toEqual({ pid: 4712, uid: 0, comm: 'process-4712' });
  });

  it('is EINVAL with O_DIRECT, as on the device', () => {
    const kernel = new CuseKernel().begin();
    expect(kernel.open(O_RDWR | O_DIRECT)).toBe(EINVAL);
    expect(kernel.host.domain(0)!.driver!.openFiles.size).toBe(0);
  });

  it('is released with its ports', () => {
    const kernel = new CuseKernel().begin();
    const file = kernel.opened();
    connected(kernel, file);
    expect(kernel.ask(fuse.release(file))).toMatchObject({ error: 0 });
    expect(kernel.host.domain(0)!.driver!.openFiles.size).toBe(0);
    expect(kernel.read(file)).toBe(EBADF);
    expect(kernel.ask(fuse.release(file))).toMatchObject({ error: EBADF });
  });

  it('moves 4096 bytes at most, and takes an answer of less for the end', () => {
    const kernel = new CuseKernel().begin();
    const file = kernel.opened();
    expect(kernel.write(file, ...new Array<number>(2048).fill(1))).toBe(4096);
    expect(kernel.read(file, 8192)).toBe(EAGAIN);
    expect(kernel.read(file, 3)).toEqual([]);
  });

  it('fails with ENODEV when its domain is destroyed, as does opening it; a new domain has it again', () => {
    const kernel = new CuseKernel().begin();
    const file = kernel.opened();
    const waiting = kernel.send(fuse.read(file, 4, O_RDWR));
    kernel.host.domain(0)!.destroy();
    kernel.session.devices.settle();
    expect(kernel.messages()).toMatchObject([{ unique: waiting, error: ENODEV }]);
    expect(kernel.open()).toBe(ENODEV);
    expect(kernel.read(file)).toBe(ENODEV);
    kernel.host.createDomain({ domid: 0 });
    expect(kernel.opened().fh).toBeGreaterThan(0n);
  });
});

describe('waiting', () => {
  it('parks a read until its event comes', () => {
    const kernel = new CuseKernel().begin();
    const file = kernel.opened();
    const { port, other } = connected(kernel, file);
    const waiting = kernel.send(fuse.read(file, 4096, O_RDWR));
    expect(kernel.messages()).toEqual([]);
    expect(notify(kernel, file, port)).toBe(0);
    expect(kernel.messages()).toMatchObject([{ unique: waiting, error: 0, body: words(other) }]);
  });

  it('answers an interrupted read EINTR, once; other INTERRUPTs need no answer', () => {
    const kernel = new CuseKernel().begin();
    const file = kernel.opened();
    const waiting = kernel.send(fuse.read(file, 4, O_RDWR));
    kernel.send(fuse.interrupt(waiting));
    expect(kernel.messages()).toMatchObject([{ unique: waiting, error: EINTR }]);
    kernel.send(fuse.interrupt(waiting));
    kernel.send(fuse.interrupt(999n));
    kernel.send(fuse.request(OP.INTERRUPT, 0n, words(1)));
    expect(kernel.messages()).toEqual([]);
  });

  it('tells pollers, once each time they ask', () => {
    const kernel = new CuseKernel().begin();
    const file = kernel.opened();
    const { port } = connected(kernel, file);
    const poll = (schedule: boolean) =>
      kernel.ask(fuse.poll(file, 0x7_0000_0055n, schedule)).as('poll_out').revents;
    expect(poll(true)).toBe(POLLOUT);
    notify(kernel, file, port);
    expect(kernel.messages()).toMatchObject([{ unique: 0n, error: 1, body: words(0x55, 0x7) }]);
    expect(poll(false)).toBe(POLLIN | POLLOUT);
    notify(kernel, file, port);
    expect(kernel.messages()).toEqual([]);
  });

  it('is over for those who opened another device of the host', () => {
    const woken = new WokenHandles();
    const back = new CuseKernel(0, { woken }).begin();
    const front = new CuseKernel(7, { woken, host: back.host, name: 'xen-evtchn/7' }).begin();
    const [backFile, frontFile] = [back.opened(), front.opened()];
    const port = back.ioctl(backFile, BIND_UNBOUND_PORT, ARGUMENT, argument(7));
    const waiting = back.send(fuse.read(backFile, 4, O_RDWR));
    const other = front.ioctl(frontFile, BIND_INTERDOMAIN, ARGUMENT, argument(0, port));
    expect(back.messages()).toEqual([]);
    expect(notify(front, frontFile, other)).toBe(0);
    expect(back.messages()).toMatchObject([{ unique: waiting, error: 0, body: words(port) }]);
  });
});

describe('what is no request', () => {
  it('is not answered if it has no header', () => {
    const kernel = new CuseKernel().begin();
    expect(kernel.feed(Buffer.alloc(39))).toBe(false);
    expect(kernel.messages()).toEqual([]);
  });

  it.each([
    ['OPEN', OP.OPEN, 7, EINVAL],
    ['READ', OP.READ, 39, EBADF],
    ['WRITE', OP.WRITE, 39, EBADF],
    ['IOCTL', OP.IOCTL, 31, ENOTTY],
    ['POLL', OP.POLL, 23, EBADF],
    ['RELEASE', OP.RELEASE, 23, EBADF],
  ])('%s that is cut off is refused', (_, opcode, length, error) => {
    const kernel = new CuseKernel().begin();
    const file = kernel.opened();
    const whole = encode('read_in', { fh: file.fh });
    const request = fuse.request(opcode, 0n, whole.subarray(0, length));
    expect(kernel.ask(request)).toMatchObject({ error });
    expect(kernel.host.domain(0)!.driver!.openFiles.size).toBe(1);
  });

  it('is refused if its length is not what it says', () => {
    const kernel = new CuseKernel().begin();
    const bytes = fuse.requestBytes(fuse.open(0n, O_RDWR), 9n);
    bytes[0]!++;
    expect(kernel.feed(bytes)).toBe(true);
    expect(kernel.messages()).toMatchObject([{ unique: 9n, error: EIO }]);
  });

  it('is ENOSYS if no device gets it, and unanswered if the kernel takes no answer', () => {
    const kernel = new CuseKernel().begin();
    const unanswered: readonly number[] = [OP.FORGET, OP.BATCH_FORGET, OP.NOTIFY_REPLY];
    const handled: readonly number[] = [
      ...[OP.OPEN, OP.READ, OP.WRITE, OP.IOCTL, OP.POLL, OP.RELEASE, OP.INTERRUPT],
    ];
    for (let opcode = 1; opcode < 70; opcode++) {
      if (handled.includes(opcode)) continue;
      const unique = kernel.send(fuse.request(opcode, 0n, new Uint8Array(64)));
      const expected = unanswered.includes(opcode) ? [] : [{ unique, error: ENOSYS }];
      expect(kernel.messages(), `opcode ${opcode}`).toMatchObject(expected);
    }
  });

  it('does no harm, whatever the bytes are', () => {
    const kernel = new CuseKernel().begin();
    const file = kernel.opened();
    // A fixed sequence that looks like none (xorshift32).
    let state = 0x2545f491;
    const random = () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return state >>> 0;
    };
    for (let round = 0; round < 20_000; round++) {
      const bytes = Buffer.alloc(40 + (random() % 64));
      for (let i = 0; i < bytes.length; i++) bytes[i] = random();
      const opcodes = Object.values(OP);
      bytes.writeUInt32LE(bytes.length, 0);
      bytes.writeUInt32LE(opcodes[random() % opcodes.length]!, 4);
      // Half of them name the open file, which only a RELEASE of it would end.
      if (random() % 2 === 0 && bytes.length >= 48 && bytes[4] !== OP.RELEASE) {
        bytes.writeBigUInt64LE(file.fh, 40);
      }
      kernel.feed(bytes);
    }
    kernel.messages();
    expect(kernel.read(file, 4)).toBe(EAGAIN);
    // Reads that wait on the first file would get its events.
    const another = kernel.opened();
    const { port, other } = connected(kernel, another);
    notify(kernel, another, port);
    expect(kernel.read(another)).toEqual([other]);
  });
});

describe('faults', () => {
  it('count a call once that the kernel makes again with its argument', () => {
    const spec = 'bind:nth=2:errno=ENOSPC,slow:nth=3';
    const kernel = new CuseKernel(0, { faults: { spec, seed: 1 } }).begin();
    const file = kernel.opened();
    const bind = () => kernel.ioctl(file, BIND_UNBOUND_PORT, ARGUMENT, argument(0));
    expect(bind()).toBeGreaterThan(0);
    expect(bind()).toBe(-28);
    const told = () => [...kernel.faults!.log.kept()].map(({ fault }) => fault);
    expect(told()).toEqual(['bind']);
    expect(bind()).toBeGreaterThan(0);
    expect(told()).toEqual(['bind', 'slow']);
    expect(kernel.ioctl(file, BIND_UNBOUND_PORT, ARGUMENT, NOWHERE)).toBe(EFAULT);
  });
});
