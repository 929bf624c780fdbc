import { describe, expect, it } from 'vitest';
import {
  EAGAIN,
  EFBIG,
  EPOLLET,
  EventPoll,
  ManualClock,
  O_ASYNC,
  O_NONBLOCK,
  O_RDWR,
  POLLERR,
  POLLIN,
  POLLOUT,
  POLLWRNORM,
  pollBlocking,
  readBlocking,
  type SignalInfo,
  XenHost,
} from '../../src/index.js';
import { BAD_POINTER, bindChannel, DeviceProgram, quietChannel } from './device-program.js';

function twoPrograms(flags = O_RDWR | O_NONBLOCK) {
  const domain = new XenHost().createDomain({ domid: 0 });
  return { sender: new DeviceProgram(domain), app: new DeviceProgram(domain, flags) };
}

/** Queues events of one channel in the ring; the port is disabled by the last of them. */
function queue(sender: DeviceProgram, app: DeviceProgram, channel: ReturnType<typeof bindChannel>) {
  return (events: number) => {
    for (let i = 0; i < events; i++) {
      app.write(channel.interdomain);
      sender.notify(channel.unbound);
    }
  };
}

/** A program whose ring has overflowed. */
function overflowed(flags?: number) {
  const { sender, app } = twoPrograms(flags);
  const channel = bindChannel(sender, app);
  queue(sender, app, channel)(64);
  expect(app.poll()).toBe(POLLERR);
  return { sender, app, channel };
}

describe('surprise 10: the ring does overflow', () => {
  it('because entries of unbound ports still occupy it', () => {
    const { sender, app } = twoPrograms();
    const channels = Array.from({ length: 64 }, () => bindChannel(sender, app));
    app.unbind(channels[0]!.interdomain);
    expect(app.poll() & POLLIN).toBe(POLLIN);
    bindChannel(sender, app);
    expect(app.poll()).toBe(POLLERR);
  });

  it('or because one single port is re-enabled without reading: 64 fit, the 65th overflows', () => {
    const { sender, app } = twoPrograms();
    const channel = bindChannel(sender, app);
    queue(sender, app, channel)(63);
    expect(app.read()).toEqual(new Array(64).fill(channel.interdomain));
    queue(sender, app, channel)(64);
    expect(app.poll() & POLLIN).toBe(POLLIN);
    queue(sender, app, channel)(1);
    expect(app.poll()).toBe(POLLERR);
  });
});

describe('surprise 11: overflowed', () => {
  it('a read of 4 or more bytes is EFBIG, also with a bad pointer', () => {
    const { app } = overflowed();
    expect(app.read(4)).toBe(-EFBIG);
    expect(app.readAt(BAD_POINTER, 4)).toBe(-EFBIG);
  });

  it('also of a blocking file', async () => {
    const { app } = overflowed(O_RDWR);
    expect(await readBlocking(app.file, app.memory, app.memory.start, 4)).toBe(-EFBIG);
  });

  it('a read of 0 to 3 bytes is 0', () => {
    const { app } = overflowed();
    for (const bytes of [0, 1, 2, 3]) expect(app.readAt(app.memory.start, bytes)).toBe(0);
  });

  it('poll gives POLLERR alone, also when only IN or OUT was asked', async () => {
    const { app } = overflowed();
    expect(app.poll()).toBe(POLLERR);
    const clock = new ManualClock();
    for (const events of [POLLIN, POLLOUT, 0]) {
      expect(await pollBlocking(app.file, events, -1, clock)).toBe(POLLERR);
    }
  });

  it('write, notify, bind and unbind still work', () => {
    const { sender, app, channel } = overflowed();
    expect(app.write(channel.interdomain)).toBe(4);
    expect(app.notify(channel.interdomain)).toBe(0);
    expect(sender.read()).toEqual([channel.unbound]);
    const port = app.bindUnboundPort(0);
    expect(port).toBeGreaterThan(0);
    expect(app.unbind(port)).toBe(0);
  });
});

describe('surprise 12: the overflow itself wakes nobody', () => {
  it('no SIGIO, no epoll edge', () => {
    const { sender, app } = twoPrograms();
    const channel = bindChannel(sender, app);
    queue(sender, app, channel)(63);
    const signals: SignalInfo[] = [];
    app.file.owner = { deliver: (info) => signals.push(info) };
    app.file.setFlags(3, app.file.flags | O_ASYNC);
    const edges = new EventPoll<string>();
    edges.add(app.file, POLLIN | EPOLLET, 'app');
    expect(edges.take(1)).toEqual([{ events: POLLIN, data: 'app' }]);
    queue(sender, app, channel)(1);
    expect(app.poll()).toBe(POLLERR);
    expect(signals).toEqual([]);
    expect(edges.take(1)).toEqual([]);
    edges.modify(app.file, POLLIN, 'app');
    expect(edges.take(1)).toEqual([{ events: POLLERR, data: 'app' }]);
  });
});

describe('surprise 13: only RESET clears the overflow', () => {
  it('not unbinding everything', () => {
    const { app, channel } = overflowed();
    app.unbind(channel.interdomain);
    expect(app.read()).toBe(-EFBIG);
  });

  it('not growing the ring', () => {
    const { sender, app } = overflowed();
    for (let i = 0; i < 100; i++) quietChannel(app, sender);
    expect(app.poll()).toBe(POLLERR);
  });

  it('and RESET throws away the good entries too', () => {
    const { app } = overflowed();
    app.reset();
    expect(app.read()).toBe(-EAGAIN);
    expect(app.poll()).toBe(POLLOUT | POLLWRNORM);
  });

  it('the ports stay disabled, the one whose event overflowed as well, and its event is gone', () => {
    const { sender, app } = twoPrograms();
    const good = Array.from({ length: 64 }, () => bindChannel(sender, app));
    app.unbind(good[0]!.interdomain);
    const lost = bindChannel(sender, app);
    app.reset();
    for (const { unbound } of [good[1]!, lost]) sender.notify(unbound);
    expect(app.read()).toBe(-EAGAIN);
    app.write(lost.interdomain, good[1]!.interdomain);
    expect(app.read()).toEqual([lost.interdomain, good[1]!.interdomain]);
    app.write(good[2]!.interdomain);
    expect(app.read()).toBe(-EAGAIN);
  });
});

describe('surprise 14: the ring grows by doubling when there are more bound ports than it holds', () => {
  it('64, 128, …', () => {
    const { sender, app } = twoPrograms();
    const channel = bindChannel(sender, app);
    for (let i = 1; i < 129; i++) quietChannel(app, sender);
    queue(sender, app, channel)(255);
    expect(app.read()).toHaveLength(256);
    queue(sender, app, channel)(257);
    expect(app.poll()).toBe(POLLERR);
  });

  it.each([
    ['wrapped', 40, 30],
    ['full', 0, 64],
    ['wrapped and full', 40, 64],
  ])('keeping its order when %s', (_name, readBefore, unread) => {
    const { sender, app } = twoPrograms();
    const channels = Array.from({ length: 64 }, () => quietChannel(sender, app));
    for (const { unbound } of channels.slice(0, readBefore)) sender.notify(unbound);
    app.read();
    app.write(...channels.map(({ interdomain }) => interdomain));
    const later = channels.slice(64 - unread);
    for (const { unbound } of later) sender.notify(unbound);
    const { interdomain } = bindChannel(sender, app);
    const expected = [...later.map((channel) => channel.interdomain), interdomain];
    expect(app.read()).toEqual(expected);
  });

  it('never shrinking, and RESET keeps its size', () => {
    const { sender, app } = twoPrograms();
    const channels = Array.from({ length: 100 }, () => bindChannel(sender, app));
    for (const { interdomain } of channels.slice(1)) app.unbind(interdomain);
    app.reset();
    queue(sender, app, channels[0]!)(128);
    expect(app.poll() & POLLIN).toBe(POLLIN);
    queue(sender, app, channels[0]!)(1);
    expect(app.poll()).toBe(POLLERR);
  });
});

describe('surprise 15: RESET drops unread events but leaves ports disabled', () => {
  it('without a write nothing more comes', () => {
    const { sender, app } = twoPrograms();
    const { unbound } = bindChannel(sender, app);
    app.reset();
    sender.notify(unbound);
    expect(app.read()).toBe(-EAGAIN);
  });

  it('latched events are not dropped', () => {
    const { sender, app } = twoPrograms();
    const { unbound, interdomain } = bindChannel(sender, app);
    sender.notify(unbound);
    app.reset();
    app.write(interdomain);
    expect(app.read()).toEqual([interdomain]);
    app.write(interdomain);
    expect(app.read()).toBe(-EAGAIN);
  });
});
