import { describe, expect, it } from 'vitest';
import {
  EAGAIN,
  EBADF,
  EFAULT,
  EINVAL,
  ENODEV,
  ENOTTY,
  EOPNOTSUPP,
  ESPIPE,
} from '../../../src/abi/errno.js';
import {
  O_ACCMODE,
  O_APPEND,
  O_ASYNC,
  O_CLOEXEC,
  O_DIRECT,
  O_LARGEFILE,
  O_NOATIME,
  O_NONBLOCK,
  O_PATH,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
} from '../../../src/abi/fcntl.js';
import { FIGETBSZ, FIOASYNC, FIONBIO, FIONREAD, FIOQSIZE } from '../../../src/abi/ioctl.js';
import { File, wouldWait } from '../../../src/vfs/file.js';
import { TASK_SIZE_MAX } from '../../../src/vfs/user-memory.js';
import { ProgramMemory } from './program-memory.js';
import { QueueDevice, READABLE, WRITABLE } from './queue-device.js';

const KERNEL_ADDRESS = 0xffff800000000000;
const UNMAPPED = 0x10;

function open(flags: number = O_RDWR) {
  const device = new QueueDevice();
  return { device, file: new File(device, flags), memory: new ProgramMemory() };
}

describe('access modes', () => {
  it.each([
    ['O_RDONLY', O_RDONLY, true, false],
    ['O_WRONLY', O_WRONLY, false, true],
    ['O_RDWR', O_RDWR, true, true],
    ['access mode 3', O_ACCMODE, false, false],
  ])('%s allows what it names', (_name, flags, mayRead, mayWrite) => {
    const { device, file, memory } = open(flags);
    device.feed(7);
    expect(file.read(memory, memory.base, 4)).toBe(mayRead ? 4 : -EBADF);
    expect(file.write(memory, memory.base, 4)).toBe(mayWrite ? 4 : -EBADF);
    expect(file.ioctl(0x1234, memory, 5)).toBe(17);
    expect(file.poll() & WRITABLE).toBe(WRITABLE);
  });

  it('are fixed at open: changing the flags later grants nothing', () => {
    const { file, memory } = open(O_RDONLY);
    file.setFlags(0, O_RDWR);
    expect(file.write(memory, memory.base, 4)).toBe(-EBADF);
    expect(file.flags & O_ACCMODE).toBe(O_RDONLY);
  });

  it('do not matter for O_PATH, which reaches no operation', () => {
    const { device, file, memory } = open(O_PATH | O_RDWR);
    expect(file.isPath).toBe(true);
    expect([
      file.read(memory, memory.base, 4),
      file.write(memory, memory.base, 4),
      file.readv(memory, [{ address: memory.base, length: 4 }]),
      file.ioctl(0x1234, memory, 0),
      file.setFlags(0, O_NONBLOCK),
      file.lseek(0, 0),
      file.pread(),
      file.pwrite(),
      file.mmap(),
      file.fsync(),
      file.ftruncate(),
      file.fallocate(),
      file.splice('in'),
    ]).toEqual(new Array(13).fill(-EBADF));
    expect(device.calls).toEqual([]);
  });
});

describe('read and write', () => {
  it('are refused without permission before the address is looked at', () => {
    const { file, memory } = open(O_WRONLY);
    expect(file.read(memory, KERNEL_ADDRESS, 4)).toBe(-EBADF);
    const reader = open(O_RDONLY);
    expect(reader.file.write(memory, KERNEL_ADDRESS, 4)).toBe(-EBADF);
  });

  it.each([
    ['a kernel address', KERNEL_ADDRESS, 4],
    ['a kernel address and no bytes', KERNEL_ADDRESS, 0],
    ['a range that leaves the program’s half', TASK_SIZE_MAX - 2, 4],
    ['a count with the sign bit set', 0x10000, 2 ** 63],
    ['a negative count', 0x10000, -4],
  ])('answer EFAULT for %s without asking the driver', (_what, address, count) => {
    const { device, file, memory } = open();
    device.feed(7);
    expect(file.read(memory, address, count)).toBe(-EFAULT);
    expect(file.write(memory, address, count)).toBe(-EFAULT);
    expect(device.calls).toEqual([]);
    expect(device.queue).toEqual([7]);
  });

  it('hand the driver at most 2 GiB less a page', () => {
    const { device, file, memory } = open();
    device.feed(7);
    file.read(memory, memory.base, 2 ** 40);
    file.write(memory, memory.base, 0x7ffff001);
    expect(device.calls).toEqual([`read ${0x7ffff000}`, `write ${0x7ffff000}`]);
  });

  it('answer EAGAIN for an empty device whether the file may wait or not', () => {
    const blocking = open();
    const nonBlocking = open(O_RDWR | O_NONBLOCK);
    for (const { file, memory } of [blocking, nonBlocking]) {
      expect(file.read(memory, memory.base, 4)).toBe(-EAGAIN);
    }
    expect(wouldWait(blocking.file, -EAGAIN)).toBe(true);
    expect(wouldWait(blocking.file, -EBADF)).toBe(false);
    expect(wouldWait(blocking.file, 4)).toBe(false);
    expect(wouldWait(nonBlocking.file, -EAGAIN)).toBe(false);
  });

  it('pass the driver’s answer on', () => {
    const { device, file, memory } = open();
    device.feed(7, 8, 9);
    expect(file.read(memory, memory.base, 8)).toBe(8);
    expect(memory.words(2)).toEqual([7, 8]);
    expect(file.read(memory, UNMAPPED, 4)).toBe(-EFAULT);
    expect(device.queue).toEqual([9]);
  });
});

describe('vectored reads and writes', () => {
  it('are one driver call a segment', () => {
    const { device, file, memory } = open();
    device.feed(7, 8, 9);
    const segments = [
      { address: memory.base, length: 4 },
      { address: memory.base + 0x100, length: 8 },
    ];
    expect(file.readv(memory, segments)).toBe(12);
    expect(memory.words(1)).toEqual([7]);
    expect(memory.words(2, memory.base + 0x100)).toEqual([8, 9]);
    expect(file.writev(memory, segments)).toBe(12);
    expect(device.calls).toEqual(['read 4', 'read 8', 'write 4', 'write 8']);
  });

  it('end with a segment that was not taken whole', () => {
    const { device, file, memory } = open();
    device.feed(7, 8, 9);
    const odd = [
      { address: memory.base, length: 6 },
      { address: memory.base, length: 4 },
    ];
    expect(file.readv(memory, odd)).toBe(4);
    expect(file.writev(memory, odd)).toBe(4);
    expect(device.calls).toEqual(['read 6', 'write 6']);
    expect(device.queue).toEqual([8, 9]);
  });

  it('end at once with a first segment of two bytes', () => {
    const { device, file, memory } = open();
    device.feed(7);
    const segments = [
      { address: memory.base, length: 2 },
      { address: memory.base, length: 4 },
    ];
    expect(file.readv(memory, segments)).toBe(0);
    expect(device.queue).toEqual([7]);
  });

  it('pass over empty segments', () => {
    const { device, file, memory } = open();
    device.feed(7);
    const segments = [
      { address: memory.base, length: 0 },
      { address: memory.base, length: 4 },
    ];
    expect(file.readv(memory, segments)).toBe(4);
    expect(device.calls).toEqual(['read 4']);
  });

  it('answer what was moved before an error, and the error if that is nothing', () => {
    const { device, file, memory } = open(O_RDWR | O_NONBLOCK);
    const segments = [
      { address: memory.base, length: 4 },
      { address: memory.base, length: 4 },
    ];
    expect(file.readv(memory, segments)).toBe(-EAGAIN);
    device.feed(7);
    expect(file.readv(memory, segments)).toBe(4);
    const faulty = [
      { address: memory.base, length: 4 },
      { address: UNMAPPED, length: 4 },
    ];
    expect(file.writev(memory, faulty)).toBe(4);
    expect(file.writev(memory, faulty.reverse())).toBe(-EFAULT);
  });

  // `import_iovec` looks at all segments before the driver is asked for the first.
  it.each([
    ['a segment outside of the program’s half', { address: KERNEL_ADDRESS, length: 4 }, -EFAULT],
    ['an empty segment outside of it', { address: KERNEL_ADDRESS, length: 0 }, -EFAULT],
    ['a segment of negative length', { address: 0x10000, length: -4 }, -EINVAL],
  ])('move nothing with %s behind a good one', (_what, bad, errno) => {
    const { device, file, memory } = open();
    device.feed(7);
    const segments = [{ address: memory.base, length: 4 }, bad];
    expect(file.readv(memory, segments)).toBe(errno);
    expect(file.writev(memory, segments)).toBe(errno);
    expect(device.queue).toEqual([7]);
    expect(device.calls).toEqual([]);
  });

  it('take 1024 segments and no more', () => {
    const { file, memory } = open();
    const segments = new Array(1024).fill({ address: memory.base, length: 0 });
    expect(file.readv(memory, segments)).toBe(0);
    segments.push({ address: memory.base, length: 0 });
    expect(file.readv(memory, segments)).toBe(-EINVAL);
    expect(file.writev(memory, segments)).toBe(-EINVAL);
  });

  it('are refused without permission also when there is nothing to move', () => {
    const { memory } = open();
    expect(open(O_WRONLY).file.readv(memory, [])).toBe(-EBADF);
    expect(open(O_RDONLY).file.writev(memory, [{ address: memory.base, length: 0 }])).toBe(-EBADF);
  });

  it.each([
    [0, 0],
    [1, 0],
    [2, -EOPNOTSUPP],
    [4, -EOPNOTSUPP],
    [8, -EOPNOTSUPP],
    [16, -EOPNOTSUPP],
    [0x20, -EOPNOTSUPP],
    [0x28, -EOPNOTSUPP],
  ])('with flags %i are answered %i', (flags, answer) => {
    expect(open().file.checkVectorFlags(flags)).toBe(answer);
  });
});

describe('ioctl', () => {
  it('goes to the driver with what the VFS does not know', () => {
    const { device, file, memory } = open();
    expect(file.ioctl(FIONREAD, memory, 99)).toBe(17);
    expect(device.calls).toEqual([`ioctl ${FIONREAD} 99`]);
  });

  it('drops command bits above 32, for the VFS’ commands as for the driver’s', () => {
    const { device, file, memory } = open();
    expect(file.ioctl(2 ** 32 + 0x4505, memory, 1)).toBe(17);
    expect(device.calls).toEqual([`ioctl ${0x4505} 1`]);
    memory.store(1);
    expect(file.ioctl(2 ** 32 + FIONBIO, memory, memory.base)).toBe(0);
    expect(file.nonBlocking).toBe(true);
  });

  it('FIONBIO sets and clears O_NONBLOCK', () => {
    const { file, memory } = open();
    memory.store(2);
    expect(file.ioctl(FIONBIO, memory, memory.base)).toBe(0);
    expect(file.flags).toBe(O_RDWR | O_NONBLOCK);
    memory.store(0);
    expect(file.ioctl(FIONBIO, memory, memory.base)).toBe(0);
    expect(file.flags).toBe(O_RDWR);
    expect(file.ioctl(FIONBIO, memory, UNMAPPED)).toBe(-EFAULT);
    expect(file.flags).toBe(O_RDWR);
  });

  it('FIOASYNC asks the driver, and only for a change', () => {
    const { device, file, memory } = open();
    memory.store(1);
    expect(file.ioctl(FIOASYNC, memory, memory.base)).toBe(0);
    expect(file.ioctl(FIOASYNC, memory, memory.base)).toBe(0);
    expect(file.flags & O_ASYNC).toBe(O_ASYNC);
    memory.store(0);
    expect(file.ioctl(FIOASYNC, memory, memory.base)).toBe(0);
    expect(file.flags & O_ASYNC).toBe(0);
    expect(device.calls.map((call) => call.split(' ').at(-1))).toEqual(['true', 'false']);
    expect(file.ioctl(FIOASYNC, memory, UNMAPPED)).toBe(-EFAULT);
  });

  it('FIOQSIZE is for other kinds of files', () => {
    const { file, memory } = open();
    expect(file.ioctl(FIOQSIZE, memory, memory.base)).toBe(-ENOTTY);
  });

  it('FIGETBSZ is a page', () => {
    const { file, memory } = open();
    expect(file.ioctl(FIGETBSZ, memory, memory.base)).toBe(0);
    expect(memory.words(1)).toEqual([4096]);
    expect(file.ioctl(FIGETBSZ, memory, UNMAPPED)).toBe(-EFAULT);
  });
});

describe('flags', () => {
  it('F_SETFL changes O_APPEND, O_NONBLOCK and O_NOATIME, and nothing else', () => {
    const { file } = open(O_RDONLY | O_LARGEFILE);
    expect(file.setFlags(0, O_WRONLY | O_APPEND | O_NONBLOCK | O_NOATIME)).toBe(0);
    expect(file.flags).toBe(O_RDONLY | O_LARGEFILE | O_APPEND | O_NONBLOCK | O_NOATIME);
    expect(file.setFlags(0, 0)).toBe(0);
    expect(file.flags).toBe(O_RDONLY | O_LARGEFILE);
  });

  it('F_SETFL ignores O_CLOEXEC, which is not the file’s', () => {
    const { file } = open();
    expect(file.setFlags(0, O_CLOEXEC | O_NONBLOCK)).toBe(0);
    expect(file.flags).toBe(O_RDWR | O_NONBLOCK);
  });

  it('F_SETFL refuses O_DIRECT and then changes nothing', () => {
    const { device, file } = open();
    expect(file.setFlags(0, O_DIRECT | O_NONBLOCK | O_ASYNC)).toBe(-EINVAL);
    expect(file.flags).toBe(O_RDWR);
    expect(device.calls).toEqual([]);
  });

  it('F_SETFL with O_ASYNC registers with the driver, once', () => {
    const { device, file } = open();
    file.setFlags(3, O_ASYNC);
    file.setFlags(3, O_ASYNC | O_NONBLOCK);
    expect(file.flags).toBe(O_RDWR | O_ASYNC | O_NONBLOCK);
    file.setFlags(3, 0);
    expect(file.flags).toBe(O_RDWR);
    expect(device.calls).toEqual(['fasync 3 true', 'fasync 3 false']);
  });

  it('F_SETFL stops where the driver refuses O_ASYNC', () => {
    const { device, file } = open();
    device.fasyncError = -ENODEV;
    expect(file.setFlags(3, O_ASYNC | O_NONBLOCK)).toBe(-ENODEV);
    expect(file.flags).toBe(O_RDWR);
  });

  it('O_ASYNC given to open shows, sends nothing, and can neither be cleared nor made to work', () => {
    const { device, file } = open(O_RDWR | O_ASYNC);
    let signals = 0;
    file.owner = { deliver: () => signals++ };
    expect(file.flags & O_ASYNC).toBe(O_ASYNC);
    device.feed(1);
    file.setFlags(0, O_ASYNC);
    device.feed(2);
    file.setFlags(0, 0);
    expect(file.flags & O_ASYNC).toBe(O_ASYNC);
    file.setFlags(0, O_ASYNC);
    device.queue.length = 0;
    device.feed(3);
    expect(signals).toBe(0);
  });
});

describe('calls a stream of a character device does not have', () => {
  it('answer as Linux does', () => {
    const { file } = open();
    expect([0, 1, 2, 3, 4].map((whence) => file.lseek(0, whence))).toEqual(
      new Array(5).fill(-ESPIPE),
    );
    expect(file.lseek(0, 5)).toBe(-EINVAL);
    expect(file.lseek(0, -1)).toBe(-EINVAL);
    expect(file.pread()).toBe(-ESPIPE);
    expect(file.pwrite()).toBe(-ESPIPE);
    expect([file.pread(-1), file.pwrite(-1)]).toEqual([-EINVAL, -EINVAL]);
    expect(file.mmap()).toBe(-ENODEV);
    expect(file.fsync()).toBe(-EINVAL);
    expect(file.ftruncate()).toBe(-EINVAL);
    expect(file.fallocate()).toBe(-ENODEV);
    expect([file.splice('in'), file.splice('out')]).toEqual([-EINVAL, -EINVAL]);
    const { file: reader } = open(O_RDONLY);
    expect([reader.fallocate(), reader.splice('in'), reader.splice('out')]).toEqual([
      -EBADF,
      -EINVAL,
      -EBADF,
    ]);
    expect(open(O_WRONLY).file.splice('in')).toBe(-EBADF);
  });
});

describe('references', () => {
  it('the last one releases the file, once', () => {
    const { device, file } = open();
    expect(file.references).toBe(1);
    expect(file.get()).toBe(file);
    file.get();
    expect(file.references).toBe(3);
    file.put();
    file.put();
    expect(device.releases).toBe(0);
    file.put();
    expect(device.releases).toBe(1);
    expect(file.references).toBe(0);
  });

  it('a file that is released already is not released again', () => {
    const { device, file } = open();
    file.put();
    file.put();
    expect(device.releases).toBe(1);
  });

  it('a call on a file that is released already does not release it again', () => {
    const { device, file } = open();
    file.put();
    file.get();
    file.put();
    expect(device.releases).toBe(1);
  });

  it('a file that wants signals is taken off before it is released', () => {
    const { device, file } = open();
    file.setFlags(3, O_ASYNC);
    file.put();
    expect(device.calls).toEqual(['fasync 3 true', 'fasync -1 false', 'release']);
  });

  it('the sets that watch a file forget it before it is released', () => {
    const { device, file } = open();
    const order: string[] = [];
    const set = {
      delete(target: unknown) {
        order.push(target === file ? 'forgotten' : 'other');
        return device.releases;
      },
    };
    const former = { delete: () => order.push('former') };
    file.watchedBy(set);
    file.watchedBy(former);
    file.unwatchedBy(former);
    file.put();
    expect(order).toEqual(['forgotten']);
    expect(device.releases).toBe(1);
  });

  it('nobody needs to watch a file', () => {
    const { file } = open();
    const set = { delete: () => 0 };
    file.unwatchedBy(set);
    file.put();
    expect(file.references).toBe(0);
  });
});

describe('a file', () => {
  it('shows the poll bits and the wait queue of its driver', () => {
    const { device, file } = open();
    expect(file.poll()).toBe(WRITABLE);
    device.feed(1);
    expect(file.poll()).toBe(READABLE);
    expect(file.waitQueue).toBe(device.waitQueue);
    expect(file.operations).toBe(device);
  });
});
