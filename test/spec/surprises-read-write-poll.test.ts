import { describe, expect, it } from 'vitest';
import {
  DescriptorTable,
  EAGAIN,
  EBADF,
  EFAULT,
  EPOLLET,
  EventPoll,
  ManualClock,
  O_ASYNC,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
  POLLHUP,
  POLLIN,
  POLLOUT,
  POLLRDNORM,
  POLLWRNORM,
  pollBlocking,
  readBlocking,
  readvBlocking,
  type SignalInfo,
  XenHost,
} from '../../src/index.js';
import { BAD_POINTER, bindChannel, DeviceProgram, quietChannel } from './device-program.js';

function dom0() {
  return new XenHost().createDomain({ domid: 0 });
}

function twoPrograms(flags = O_RDWR | O_NONBLOCK) {
  const domain = dom0();
  return { domain, sender: new DeviceProgram(domain), app: new DeviceProgram(domain, flags) };
}

const KERNEL_ADDRESS = 0xffff880000000000;
const NON_CANONICAL = 0x800000000000;
const QUIET = POLLOUT | POLLWRNORM;
const READABLE = POLLIN | POLLRDNORM | QUIET;

describe('surprise 16: a read or write smaller than 4 bytes returns 0, before any other check', () => {
  it('blocking files do not block, bad pointers are not noticed', async () => {
    const app = new DeviceProgram(dom0(), O_RDWR);
    for (const bytes of [0, 1, 2, 3]) {
      expect(await readBlocking(app.file, app.memory, BAD_POINTER, bytes)).toBe(0);
      expect(app.writeAt(BAD_POINTER, bytes)).toBe(0);
    }
  });

  it('larger counts are rounded down and capped at 4096', () => {
    const { sender, app } = twoPrograms();
    const first = bindChannel(sender, app);
    for (let i = 0; i < 600; i++) quietChannel(app, sender);
    for (let i = 0; i < 1023; i++) {
      app.write(first.interdomain);
      sender.notify(first.unbound);
    }
    expect(app.readAt(app.memory.start, 11)).toBe(8);
    expect(app.readAt(app.memory.start, 1000000)).toBe(1022 * 4);
    expect(app.writeAt(app.memory.start, 4097)).toBe(4096);
    expect(app.writeAt(app.memory.start, 0x7fffffff)).toBe(4096);
  });

  it('ports beyond byte 4096 of a write are ignored', () => {
    const { sender, app } = twoPrograms();
    const { unbound, interdomain } = bindChannel(sender, app);
    app.read();
    sender.notify(unbound);
    expect(app.write(...new Array(1024).fill(0), interdomain)).toBe(4096);
    expect(app.read()).toBe(-EAGAIN);
  });
});

describe('surprise 17: which bad pointers are noticed, and when', () => {
  it('empty and non-blocking with a bad user pointer is EAGAIN, not EFAULT', () => {
    const app = new DeviceProgram(dom0());
    expect(app.readAt(BAD_POINTER, 4)).toBe(-EAGAIN);
  });

  it('a kernel or non-canonical address is EFAULT always, even with count 0', () => {
    const app = new DeviceProgram(dom0());
    for (const address of [KERNEL_ADDRESS, NON_CANONICAL]) {
      for (const bytes of [0, 3, 4]) {
        expect(app.readAt(address, bytes)).toBe(-EFAULT);
        expect(app.writeAt(address, bytes)).toBe(-EFAULT);
      }
    }
  });

  it('counts with the sign bit set are EFAULT, not EINVAL', () => {
    const app = new DeviceProgram(dom0());
    for (const count of [2 ** 63, 2 ** 64 - 1]) {
      expect(app.readAt(app.memory.start, count)).toBe(-EFAULT);
      expect(app.writeAt(app.memory.start, count)).toBe(-EFAULT);
    }
  });
});

describe('surprise 18: a fault leaves everything as it was', () => {
  it('a faulting read consumes nothing, also if the fault is in the second chunk after the wrap', () => {
    const { sender, app } = twoPrograms();
    const channels = Array.from({ length: 60 }, () => bindChannel(sender, app));
    app.read();
    app.write(...channels.map(({ interdomain }) => interdomain));
    const later = channels.slice(0, 10);
    for (const { unbound } of later) sender.notify(unbound);
    for (const mapped of [12, 16, 20, 36]) {
      expect(app.readAt(app.memory.end - mapped, 4096)).toBe(-EFAULT);
    }
    expect(app.read()).toEqual(later.map(({ interdomain }) => interdomain));
  });

  it('a faulting write enables nothing, even the readable part', () => {
    const { sender, app } = twoPrograms();
    const { unbound, interdomain } = bindChannel(sender, app);
    app.read();
    sender.notify(unbound);
    app.memory.setWords(app.memory.end - 4, [interdomain]);
    expect(app.writeAt(app.memory.end - 4, 8)).toBe(-EFAULT);
    expect(app.read()).toBe(-EAGAIN);
  });
});

describe('surprise 19: readv and writev are one driver call per segment', () => {
  /** A program with events queued, and segments of its memory one after the other. */
  function queued(count: number) {
    const { sender, app } = twoPrograms();
    const ports = Array.from({ length: count }, () => bindChannel(sender, app).interdomain);
    const readv = (...lengths: readonly number[]) =>
      app.file.readv(app.memory, segments(app, lengths));
    return { app, ports, readv };
  }

  function segments({ memory }: DeviceProgram, lengths: readonly number[]) {
    let address = memory.start;
    return lengths.map((length) => {
      const segment = { address, length };
      address += length;
      return segment;
    });
  }

  it('a segment that is not a multiple of 4 ends the call; a first one of 2 bytes returns 0', () => {
    const { app, ports, readv } = queued(10);
    expect(readv(4, 4)).toBe(8);
    expect(readv(6, 4)).toBe(4);
    expect(readv(2, 4)).toBe(0);
    expect(readv(0, 4)).toBe(4);
    expect(readv(8, 8)).toBe(16);
    expect(app.memory.words(app.memory.start, 4)).toEqual(ports.slice(4, 8));
    expect(readv(8, 8)).toBe(8);
    expect(readv(4, 4)).toBe(-EAGAIN);
  });

  it('the same for writev', () => {
    const app = new DeviceProgram(dom0());
    const writev = (...lengths: readonly number[]) =>
      app.file.writev(app.memory, segments(app, lengths));
    expect(writev(4, 4)).toBe(8);
    expect(writev(2, 4)).toBe(0);
    expect(writev(6, 4)).toBe(4);
    expect(writev(0, 4)).toBe(4);
    expect(writev(4096, 8192)).toBe(8192);
    expect(writev(8192, 4)).toBe(4096);
  });

  it('a blocking readv whose first segment was filled blocks for the second', async () => {
    const { sender, app } = twoPrograms(O_RDWR);
    const first = bindChannel(sender, app);
    let done = false;
    const call = readvBlocking(app.file, app.memory, segments(app, [4, 4])).finally(() => {
      done = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toBe(false);
    const second = bindChannel(sender, app);
    expect(await call).toBe(8);
    const { interdomain } = first;
    expect(app.memory.words(app.memory.start, 2)).toEqual([interdomain, second.interdomain]);
  });
});

describe('surprise 20: wake-ups and SIGIO come only when the ring goes from empty to non-empty', () => {
  it('with EPOLLET a second event while the first is unread gives no edge, nor does a partial read', () => {
    const { sender, app } = twoPrograms();
    const channels = [quietChannel(sender, app), quietChannel(sender, app)];
    const edges = new EventPoll<string>();
    edges.add(app.file, POLLIN | EPOLLET, 'app');
    sender.notify(channels[0]!.unbound);
    expect(edges.take(1)).toHaveLength(1);
    sender.notify(channels[1]!.unbound);
    expect(edges.take(1)).toEqual([]);
    app.read(4);
    expect(edges.take(1)).toEqual([]);
    app.read(4);
    app.write(channels[0]!.interdomain);
    sender.notify(channels[0]!.unbound);
    expect(edges.take(1)).toEqual([{ events: POLLIN, data: 'app' }]);
  });

  it('the same for SIGIO', () => {
    const { sender, app } = twoPrograms();
    const channels = [quietChannel(sender, app), quietChannel(sender, app)];
    const signals: SignalInfo[] = [];
    app.file.owner = { deliver: (info) => signals.push(info) };
    app.file.setFlags(3, app.file.flags | O_ASYNC);
    for (const { unbound } of channels) sender.notify(unbound);
    app.read(4);
    expect(signals).toHaveLength(1);
  });
});

describe('surprise 21: POLLOUT is always there, also on O_RDONLY; POLLIN also on O_WRONLY', () => {
  it('whatever the access mode', () => {
    const domain = dom0();
    const reader = new DeviceProgram(domain, O_RDONLY | O_NONBLOCK);
    const writer = new DeviceProgram(domain, O_WRONLY | O_NONBLOCK);
    expect([reader.poll(), writer.poll()]).toEqual([QUIET, QUIET]);
    bindChannel(reader, writer);
    expect([reader.poll(), writer.poll()]).toEqual([QUIET, READABLE]);
    expect(writer.read()).toBe(-EBADF);
    expect(reader.write(1)).toBe(-EBADF);
  });

  it('there is never POLLHUP, even when the peer is gone', () => {
    const { sender, app } = twoPrograms();
    bindChannel(sender, app);
    sender.close();
    expect(app.poll() & POLLHUP).toBe(0);
    app.read();
    expect(app.poll()).toBe(QUIET);
  });
});

describe('surprise 22: close while another thread is blocked', () => {
  it('in read: it goes on, keeps the ports bound, and gets its event', async () => {
    const { sender, app } = twoPrograms(O_RDWR);
    const { unbound, interdomain } = quietChannel(sender, app);
    const descriptors = new DescriptorTable();
    const fd = descriptors.install(app.file);
    const reading = readBlocking(app.file, app.memory, app.memory.start, 4);
    descriptors.close(fd);
    sender.notify(unbound);
    expect(await reading).toBe(4);
    expect(app.memory.words(app.memory.start, 1)).toEqual([interdomain]);
    // With the read the last holder is gone, and the port free.
    expect(app.file.references).toBe(0);
    expect(sender.bindUnboundPort(0)).toBe(interdomain);
  });

  it('in poll: it goes on as well, but the descriptor it would look up again is gone', async () => {
    const { sender, app } = twoPrograms(O_RDWR);
    const { unbound } = quietChannel(sender, app);
    const descriptors = new DescriptorTable();
    const fd = descriptors.install(app.file);
    const polling = pollBlocking(app.file, POLLIN, -1, new ManualClock());
    descriptors.close(fd);
    expect(app.file.references).toBe(1);
    sender.notify(unbound);
    expect(await polling).toBe(POLLIN);
    // poll(2) looks at the descriptor once more, finds none, and so reports POLLNVAL.
    expect(descriptors.file(fd)).toBeUndefined();
  });
});

describe('surprise 23: neither unbinding the last port nor RESET wakes a blocked reader', () => {
  it('it waits on, and gets the next event', async () => {
    const { sender, app } = twoPrograms(O_RDWR);
    const port = app.bindUnboundPort(0);
    let done = false;
    const reading = readBlocking(app.file, app.memory, app.memory.start, 16).finally(() => {
      done = true;
    });
    app.unbind(port);
    app.reset();
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toBe(false);
    const { interdomain } = bindChannel(sender, app);
    expect(await reading).toBe(4);
    expect(app.memory.words(app.memory.start, 1)).toEqual([interdomain]);
  });
});

describe('surprise 24: O_ASYNC given to open() is dead', () => {
  it('shows in F_GETFL, sends nothing, and can neither be cleared nor made to work', () => {
    const { sender, app } = twoPrograms(O_RDWR | O_NONBLOCK | O_ASYNC);
    const signals: SignalInfo[] = [];
    app.file.owner = { deliver: (info) => signals.push(info) };
    const { unbound, interdomain } = quietChannel(sender, app);
    const flags = O_RDWR | O_NONBLOCK | O_ASYNC;
    expect(app.file.flags).toBe(flags);
    app.file.setFlags(3, O_RDWR | O_NONBLOCK);
    expect(app.file.flags).toBe(flags);
    app.file.setFlags(3, flags);
    sender.notify(unbound);
    expect(app.read()).toEqual([interdomain]);
    expect(signals).toEqual([]);
  });
});
