import { describe, expect, it } from 'vitest';
import type { DeviceHandle } from '../../../src/fuse/device-handle.js';
import { IOCTL, OP } from './fuse-header.js';
import * as fuse from './fuse-request.js';
import { concat, encode, words } from './fuse-struct.js';
import { KernelSide } from './kernel-side.js';
import {
  BIND_INTERDOMAIN,
  BIND_UNBOUND_PORT,
  connect,
  NOTIFY,
  O_NONBLOCK,
  O_RDWR,
  RESET,
  RESTRICT_DOMID,
  ServedDevice,
  UNBIND,
  walk,
} from './served-device.js';

const EBADF = -9;
const EAGAIN = -11;
const EACCES = -13;
const EFAULT = -14;
const EEXIST = -17;
const ENOTDIR = -20;
const EINVAL = -22;
const ENOTTY = -25;
const EFBIG = -27;
const ENOSYS = -38;
const ENOTCONN = -107;
const POLLERR = 8;

/** O_* of x86 that no program needs here. */
const O_CREAT = 0o100;
const O_EXCL = 0o200;
const O_TRUNC = 0o1000;
const O_DIRECT = 0o40000;
const O_DIRECTORY = 0o200000;
const O_PATH = 0o10000000;

/** Two open files, in domains 0 and 7, with a channel between them. */
function pair() {
  const kernel = new KernelSide();
  const back = new ServedDevice(kernel, 0, { pid: 100 });
  const front = new ServedDevice(kernel, 7, { pid: 200 });
  const { port: backPort, otherPort: frontPort } = connect(back, 0, front, 7);
  return { kernel, back, front, backPort, frontPort };
}

function openFiles(kernel: KernelSide, domid: number): number {
  return kernel.host.domain(domid)!.driver!.openFiles.size;
}

describe('OPEN of a device', () => {
  it('gives a file without a position or cache, and its own number', () => {
    const kernel = new KernelSide();
    const node = walk(kernel, '0/evtchn');
    const one = kernel.succeed(fuse.open(node, O_RDWR)).as('open_out');
    const other = kernel.succeed(fuse.open(node, O_RDWR)).as('open_out');
    // DIRECT_IO, NONSEEKABLE, STREAM, NOFLUSH, PARALLEL_DIRECT_WRITES.
    expect(one).toEqual({ fh: one.fh, open_flags: 0b1110101, padding: 0 });
    expect(other.fh).not.toBe(one.fh);
    expect(openFiles(kernel, 0)).toBe(2);
  });

  it('uses a number again only when it is free', () => {
    const kernel = new KernelSide();
    const open = [1, 2, 3].map(() => new ServedDevice(kernel, 0));
    expect(new Set(open.map(({ fh }) => fh)).size).toBe(3);
    open[1]!.release();
    const again = new ServedDevice(kernel, 7);
    expect(again.fh).toBe(open[1]!.fh);
    for (let i = 0; i < 500; i++) new ServedDevice(kernel, 0).release();
    expect(new ServedDevice(kernel, 0).fh).toBeLessThan(10n);
  });

  it('takes every flag the device takes', () => {
    const kernel = new KernelSide();
    const node = walk(kernel, '0/evtchn');
    for (const flags of [0, 1, 2, 3, O_RDWR | O_NONBLOCK, O_RDWR | O_TRUNC, O_RDWR | O_CREAT]) {
      expect(kernel.ask(fuse.open(node, flags | 0o100000)).error).toBe(0);
    }
  });

  it('refuses what the device refuses, and leaves nothing open', () => {
    const kernel = new KernelSide();
    const node = walk(kernel, '0/evtchn');
    expect(kernel.ask(fuse.open(node, O_RDWR | O_DIRECT)).error).toBe(EINVAL);
    expect(kernel.ask(fuse.open(node, O_DIRECTORY)).error).toBe(ENOTDIR);
    expect(kernel.ask(fuse.open(node, O_CREAT | O_EXCL)).error).toBe(EEXIST);
    expect(openFiles(kernel, 0)).toBe(0);
    expect([...kernel.session.devices.open()]).toEqual([]);
  });

  it('refuses O_PATH, with which no kernel asks, and the status texts still work', () => {
    const kernel = new KernelSide();
    const node = walk(kernel, '0/evtchn');
    for (const flags of [O_PATH, O_PATH | O_RDWR, 0xffffffff & ~O_DIRECTORY]) {
      expect(kernel.ask(fuse.open(node, flags)).error).toBe(EINVAL);
    }
    expect(kernel.ask(fuse.open(node, 0xffffffff)).error).toBe(EINVAL);
    for (const text of ['0/files', '0/channels']) {
      expect(kernel.ask(fuse.open(walk(kernel, text), 0)).error).toBe(0);
    }
  });
});

describe('READ', () => {
  it('gives ports, oldest first, as many as fit', () => {
    const { kernel, back, front, backPort, frontPort } = pair();
    const { port, otherPort } = connect(back, 0, front, 7);
    const third = connect(back, 0, front, 7);
    for (const each of [otherPort, frontPort, third.otherPort]) expect(front.notify(each)).toBe(0);
    expect(back.read(11)).toEqual([port, backPort]);
    expect(back.read()).toEqual([third.port]);
    expect(kernel.waiting).toEqual([]);
  });

  it('of less than a port gives nothing, at once and whatever the flags', () => {
    const { back, front, frontPort } = pair();
    for (const flags of [O_RDWR, O_RDWR | O_NONBLOCK]) {
      back.flags = flags;
      for (const size of [0, 1, 2, 3]) expect(back.read(size)).toEqual([]);
    }
    front.notify(frontPort);
    expect(back.read(3)).toEqual([]);
    expect(back.read(4)).toHaveLength(1);
  });

  it('gives at most 4096 bytes, whatever it asks for', () => {
    const kernel = new KernelSide();
    const device = new ServedDevice(kernel, 0);
    const count = 1030;
    const ports: number[] = [];
    for (let i = 0; i < count; i++) ports.push(device.bindInterdomain(0, device.bindUnbound(0)));
    // Each new end is found pending.
    for (const [size, expected] of [
      [5000, 1024],
      [0xffffffff, count - 1024],
    ] as const) {
      const read = device.read(size) as number[];
      expect(read).toEqual(ports.splice(0, expected));
    }
    device.flags |= O_NONBLOCK;
    for (const size of [4, 4096, 4097, 0x7fffffff, 0x80000000, 0xffffffff]) {
      expect(device.read(size)).toBe(EAGAIN);
    }
  });

  it('goes by O_NONBLOCK as of each call', () => {
    const { kernel, back, front, frontPort, backPort } = pair();
    back.flags = O_RDWR | O_NONBLOCK;
    expect(back.read()).toBe(EAGAIN);
    const [{ file }] = [...kernel.session.devices.open()] as [DeviceHandle];
    expect(file.nonBlocking).toBe(true);
    back.flags = O_RDWR;
    const unique = back.startRead();
    expect(file.nonBlocking).toBe(false);
    expect(kernel.messages()).toEqual([]);
    // fcntl by another thread lets who waits wait.
    back.flags = O_RDWR | O_NONBLOCK;
    expect(back.read()).toBe(EAGAIN);
    expect(front.notify(frontPort)).toBe(0);
    expect(kernel.messages()).toMatchObject([{ unique, words: [backPort] }]);
    expect(back.read()).toBe(EAGAIN);
  });

  it('of a ring that overflowed is EFBIG, until RESET', () => {
    const kernel = new KernelSide();
    const device = new ServedDevice(kernel, 0);
    const idle = new ServedDevice(kernel, 0);
    const offers = Array.from({ length: 64 }, () => idle.bindUnbound(0));
    const ends = offers.map((port) => device.bindInterdomain(0, port));
    const spare = idle.bindUnbound(0);
    // 64 events fill the ring; unbinding leaves them there, so one more finds no room.
    expect(device.poll()).toBe(0x145);
    expect(device.ioctl(UNBIND, words(ends[0]!))).toBe(0);
    expect(device.bindInterdomain(0, spare)).toBeGreaterThan(0);
    expect(device.read()).toBe(EFBIG);
    expect(device.poll(true)).toBe(POLLERR);
    expect(device.ioctlAt(RESET, 0n)).toBe(0);
    device.flags |= O_NONBLOCK;
    expect(device.read()).toBe(EAGAIN);
  });
});

describe('WRITE', () => {
  it('opens ports again, and answers how many bytes were whole ports', () => {
    const { kernel, back, front, backPort, frontPort } = pair();
    expect(front.notify(frontPort)).toBe(0);
    expect(back.read()).toEqual([backPort]);
    expect(front.notify(frontPort)).toBe(0);
    back.flags |= O_NONBLOCK;
    // The second event is kept until the port is written.
    expect(back.read()).toBe(EAGAIN);
    expect(back.write(backPort)).toBe(4);
    expect(back.read()).toEqual([backPort]);
    const odd = concat(words(backPort), Uint8Array.of(1, 2, 3));
    expect(kernel.succeed(fuse.write(back, odd)).as('write_out')).toEqual({ size: 4, padding: 0 });
    expect(kernel.succeed(fuse.write(back, Uint8Array.of(1, 2))).as('write_out').size).toBe(0);
    expect(kernel.succeed(fuse.write(back, new Uint8Array(0))).as('write_out').size).toBe(0);
    expect(back.write(0, 999999, 0xffffffff)).toBe(12);
  });

  it('takes 4096 bytes of a longer one', () => {
    const { back, front, backPort, frontPort } = pair();
    front.notify(frontPort);
    back.read();
    const list = new Array<number>(2048).fill(0);
    list[1024] = backPort;
    expect(back.write(...list)).toBe(4096);
    front.notify(frontPort);
    back.flags |= O_NONBLOCK;
    expect(back.read()).toBe(EAGAIN);
    list[1023] = backPort;
    expect(back.write(...list)).toBe(4096);
    expect(back.read()).toEqual([backPort]);
  });

  it('with less data than it says is EINVAL, and opens nothing', () => {
    const { kernel, back, front, backPort, frontPort } = pair();
    front.notify(frontPort);
    back.read();
    front.notify(frontPort);
    for (const size of [5, 8, 4096, 0x7fffffff, 0x80000000, 0xffffffff]) {
      expect(kernel.ask(fuse.write(back, words(backPort), 0, size)).error).toBe(EINVAL);
    }
    back.flags |= O_NONBLOCK;
    expect(back.read()).toBe(EAGAIN);
  });

  it('with more data than it says is as long as it says', () => {
    const { kernel, back, front, backPort, frontPort } = pair();
    front.notify(frontPort);
    back.read();
    front.notify(frontPort);
    const answer = kernel.succeed(fuse.write(back, words(0, backPort), 0, 4));
    expect(answer.as('write_out').size).toBe(4);
    back.flags |= O_NONBLOCK;
    expect(back.read()).toBe(EAGAIN);
  });
});

describe('IOCTL', () => {
  it('answers the port of a bind, and 0 else, in its result', () => {
    const { kernel, back, front, frontPort } = pair();
    const port = back.bindUnbound(7);
    expect(port).toBeGreaterThan(0);
    expect(front.bindInterdomain(0, port)).toBeGreaterThan(0);
    kernel.programs.put(200, 64n, words(frontPort));
    const answer = kernel.succeed({ ...fuse.ioctl(front, NOTIFY, 64), pid: 200 });
    expect(answer.as('ioctl_out')).toEqual({ result: 0, flags: 0, in_iovs: 0, out_iovs: 0 });
  });

  it('of a program whose structures have 32 bits is ENOTTY, and reads nothing', () => {
    const { kernel, front, frontPort } = pair();
    kernel.programs.put(200, 64n, words(frontPort));
    kernel.programs.looks.length = 0;
    for (const flags of [IOCTL.COMPAT, IOCTL['32BIT'], IOCTL.COMPAT | IOCTL['32BIT'], 0x29]) {
      expect(front.ioctlAt(NOTIFY, 64n, flags)).toBe(ENOTTY);
    }
    expect(kernel.programs.looks).toEqual([]);
    expect(front.ioctlAt(NOTIFY, 64n, IOCTL.UNRESTRICTED | IOCTL.DIR)).toBe(0);
  });

  it('nobody knows is ENOSYS, which the kernel turns into ENOTTY', () => {
    const { kernel, front } = pair();
    kernel.programs.looks.length = 0;
    for (const command of [0, 0x44508, 0x44599, 0x40044504, 0x5401, 0xffffffff]) {
      expect(front.ioctlAt(command, 64n)).toBe(ENOSYS);
    }
    expect(kernel.programs.looks).toEqual([]);
  });

  it('takes its argument from the program, and not from the request', () => {
    const { kernel, front, frontPort } = pair();
    const body = concat(
      encode('ioctl_in', { fh: front.fh, cmd: NOTIFY, arg: 64, in_size: 4, out_size: 4 }),
      words(frontPort),
    );
    expect(kernel.ask(fuse.request(OP.IOCTL, front.node, body)).error).toBe(EFAULT);
    kernel.programs.put(0, 64n, words(frontPort + 1000));
    expect(kernel.ask(fuse.request(OP.IOCTL, front.node, body)).error).toBe(ENOTCONN);
  });

  it('of a restricted file is refused in the order of the driver', () => {
    const { kernel, front } = pair();
    expect(front.ioctl(RESTRICT_DOMID, words(5).subarray(0, 2))).toBe(0);
    kernel.programs.looks.length = 0;
    expect(front.ioctlAt(BIND_UNBOUND_PORT, 1n)).toBe(EACCES);
    expect(kernel.programs.looks).toEqual([]);
    expect(front.ioctlAt(BIND_INTERDOMAIN, 1n)).toBe(EFAULT);
    expect(front.ioctl(BIND_INTERDOMAIN, words(0, 1))).toBe(EACCES);
  });
});

describe('RELEASE', () => {
  it('closes every port, and the file is gone', () => {
    const { kernel, back, front, frontPort } = pair();
    back.release();
    expect(openFiles(kernel, 0)).toBe(0);
    // The peer keeps its port, which has nobody at the other end now.
    expect(front.notify(frontPort)).toBe(0);
    const node = walk(kernel, '7/channels');
    const { fh } = kernel.succeed(fuse.open(node, 0)).as('open_out');
    const { text } = kernel.succeed(fuse.read({ node, fh }, 4096));
    expect(text.split('\n').find((line) => line.startsWith(`   ${frontPort} `))).toMatch(
      /^ +\d+ +unbound +0 /,
    );
  });

  it('answers reads that still wait, so that nobody waits for ever', () => {
    const { kernel, back, front, frontPort } = pair();
    const waiting = [back.startRead(), back.startRead(4)];
    kernel.succeed(fuse.release(back));
    expect(kernel.messages().map(({ unique, error }) => ({ unique, error }))).toEqual(
      waiting.map((unique) => ({ unique, error: EBADF })),
    );
    expect(kernel.waiting).toEqual([]);
    expect(front.notify(frontPort)).toBe(0);
  });

  it('leaves no notification to come', () => {
    const { kernel, back, front, frontPort } = pair();
    back.poll(true);
    back.release();
    front.notify(frontPort);
    kernel.succeed(fuse.rmdir(1n, '0'));
    expect(kernel.messages()).toEqual([]);
  });
});

describe('a handle that is none', () => {
  /** Handles nothing was opened under: 0, unused, too large for an index, of 64 bits, negative. */
  const NONE = [
    0n,
    3n,
    1000n,
    0x7fff_ffffn,
    0xffff_ffffn,
    0x1_0000_0000n,
    0x1_0000_0001n,
    0x1_ffff_ffffn,
    0x2_0000_0001n,
    1n << 63n,
    (1n << 63n) + 1n,
    (1n << 64n) - 1n,
  ];

  it('is EBADF, and ENOTTY for an ioctl', () => {
    const { kernel, back, front, frontPort } = pair();
    kernel.programs.put(0, 64n, words(frontPort));
    for (const fh of NONE) {
      const file = { node: back.node, fh };
      expect(kernel.ask(fuse.read(file, 4096)).error).toBe(EBADF);
      expect(kernel.ask(fuse.write(file, words(1))).error).toBe(EBADF);
      expect(kernel.ask(fuse.poll(file, 9n, true)).error).toBe(EBADF);
      expect(kernel.ask(fuse.ioctl(file, NOTIFY, 64)).error).toBe(ENOTTY);
      expect(kernel.ask(fuse.release(file)).error).toBe(EBADF);
    }
    // Those that are open are untouched.
    expect(front.notify(frontPort)).toBe(0);
    expect(back.read()).toHaveLength(1);
    expect(kernel.messages()).toEqual([]);
  });

  it('is one that was closed, also when it is closed again', () => {
    const { kernel, back, front } = pair();
    back.release();
    for (let i = 0; i < 3; i++) expect(kernel.ask(fuse.release(back)).error).toBe(EBADF);
    expect(kernel.ask(fuse.read(back, 4)).error).toBe(EBADF);
    expect(kernel.ask(fuse.write(back, words(1))).error).toBe(EBADF);
    expect(kernel.ask(fuse.poll(back, back.kh, true)).error).toBe(EBADF);
    // Its number was freed once, so no two files get it.
    const opened = [1, 2, 3].map(() => new ServedDevice(kernel, 0).fh);
    expect(new Set([...opened, front.fh]).size).toBe(4);
  });

  it('is that of a text, for what only a device can do', () => {
    const kernel = new KernelSide();
    const node = walk(kernel, 'server');
    const text = { node, fh: kernel.succeed(fuse.open(node, 0)).as('open_out').fh };
    expect(kernel.ask(fuse.write(text, words(1))).error).toBe(EBADF);
    expect(kernel.ask(fuse.ioctl(text, NOTIFY, 64)).error).toBe(ENOTTY);
    expect(kernel.ask(fuse.read(text, 4096)).text).toBe('version 1.2.3\n');
  });
});
