import { describe, expect, it } from 'vitest';
import {
  DescriptorTable,
  EACCES,
  EAGAIN,
  EFAULT,
  EFBIG,
  ENOENT,
  ENOTCONN,
  ERESTARTSYS,
  ESPIPE,
  EVTCHN_PATH,
  EVTCHNSTAT_CLOSED,
  EVTCHNSTAT_UNBOUND,
  O_ASYNC,
  O_RDWR,
  POLLERR,
  POLLIN,
  POLLOUT,
  POLLRDNORM,
  POLLWRNORM,
  readBlocking,
  SIGIO,
  type SignalInfo,
  XenHost,
} from '../../src/index.js';
import { BAD_POINTER, bindChannel, DeviceProgram, quietChannel } from './device-program.js';
import { itHasEveryRow } from './table-rows.js';

function dom0() {
  return new XenHost().createDomain({ domid: 0 });
}

/** Two programs with `count` channels; all ports of the receiver are enabled and quiet. */
function sendersAndReceiver(count: number) {
  const domain = dom0();
  const sender = new DeviceProgram(domain);
  const receiver = new DeviceProgram(domain);
  const channels = Array.from({ length: count }, () => quietChannel(sender, receiver));
  return { domain, sender, receiver, channels };
}

/** Fills the ring of a program past its end with one of its channels. */
function overflow(app: DeviceProgram) {
  const channel = bindChannel(app, app);
  for (let i = 0; i < 64; i++) {
    app.write(channel.interdomain);
    app.notify(channel.unbound);
  }
  return channel;
}

itHasEveryRow('the file operations of spec/device.md 1.4', [
  'open',
  'read',
  'write',
  'poll',
  'fasync',
  'release',
]);

describe('open', () => {
  it('finds no device where there is none: ENOENT of the path', () => {
    const host = new XenHost();
    const empty = host.createDomain({ domid: 7, kernel: false });
    expect(() => empty.open()).toThrow(expect.objectContaining({ code: 'ENOENT', errno: -ENOENT }));
    expect(EVTCHN_PATH).toBe('/dev/xen/evtchn');
  });

  it('is root’s alone', () => {
    expect(() => dom0().open({ uid: 1000 })).toThrow(
      expect.objectContaining({ code: 'EACCES', errno: -EACCES }),
    );
  });

  it('makes a state of its own for every open file', () => {
    const domain = dom0();
    const app = new DeviceProgram(domain);
    const other = new DeviceProgram(domain);
    bindChannel(app, app);
    expect(app.poll() & POLLIN).toBe(POLLIN);
    expect(other.poll() & POLLIN).toBe(0);
    expect(domain.driver?.openFiles.size).toBe(2);
  });

  it('makes a stream: lseek, pread and pwrite are ESPIPE', () => {
    const { file } = new DeviceProgram(dom0());
    expect(file.lseek(0, 0)).toBe(-ESPIPE);
    expect(file.pread()).toBe(-ESPIPE);
    expect(file.pwrite()).toBe(-ESPIPE);
  });

  it('is of a misc device, major 10, mode 0600, named xen/evtchn', () => {
    const domain = dom0();
    expect(domain.node).toMatchObject({ major: 10, minor: 122, mode: 0o600, uid: 0 });
    expect(domain.driver?.name).toBe('xen/evtchn');
  });

  it('names its interrupts after the process that opened it', () => {
    const domain = dom0();
    domain.open({ comm: 'xenstored' });
    expect([...(domain.driver?.openFiles.values() ?? [])].map((file) => file.name)).toEqual([
      'evtchn:xenstored',
    ]);
  });
});

describe('read', () => {
  it('rounds the count down to whole ports', () => {
    const { sender, receiver, channels } = sendersAndReceiver(3);
    for (const { unbound } of channels) sender.notify(unbound);
    expect(receiver.read(7)).toEqual([channels[0]?.interdomain]);
    expect(receiver.read(8)).toEqual([channels[1]?.interdomain, channels[2]?.interdomain]);
  });

  it('answers 0 at once for a count below 4, before all else', () => {
    const app = new DeviceProgram(dom0());
    expect(app.read(0)).toEqual([]);
    expect(app.read(3)).toEqual([]);
    expect(app.readAt(BAD_POINTER, 3)).toBe(0);
    overflow(app);
    expect(app.read(3)).toEqual([]);
  });

  it('is capped at 4096 bytes', () => {
    const { sender, receiver, channels } = sendersAndReceiver(1030);
    for (const { unbound } of channels) sender.notify(unbound);
    expect(receiver.readAt(receiver.memory.start, 8192)).toBe(4096);
    expect(receiver.readAt(receiver.memory.start, 8192)).toBe(24);
  });

  it('answers EFBIG after an overflow, also while entries remain and with a bad pointer', () => {
    const app = new DeviceProgram(dom0());
    overflow(app);
    expect(app.read()).toBe(-EFBIG);
    expect(app.read()).toBe(-EFBIG);
    expect(app.readAt(BAD_POINTER, 4)).toBe(-EFBIG);
  });

  it('then EAGAIN on an empty ring with O_NONBLOCK, before a bad pointer is noticed', () => {
    const app = new DeviceProgram(dom0());
    expect(app.read()).toBe(-EAGAIN);
    expect(app.readAt(BAD_POINTER, 4)).toBe(-EAGAIN);
  });

  it('waits on an empty ring without O_NONBLOCK; interrupted it is ERESTARTSYS', async () => {
    const app = new DeviceProgram(dom0(), O_RDWR);
    const interrupt = new AbortController();
    const interrupted = readBlocking(app.file, app.memory, BAD_POINTER, 4, interrupt.signal);
    interrupt.abort();
    expect(await interrupted).toBe(-ERESTARTSYS);
    const waiting = readBlocking(app.file, app.memory, app.memory.start, 4096);
    const { interdomain } = bindChannel(app, app);
    expect(await waiting).toBe(4);
    expect(app.memory.words(app.memory.start, 1)).toEqual([interdomain]);
  });

  it('then EFAULT, with nothing consumed', () => {
    const { sender, receiver, channels } = sendersAndReceiver(2);
    for (const { unbound } of channels) sender.notify(unbound);
    expect(receiver.readAt(BAD_POINTER, 4)).toBe(-EFAULT);
    expect(receiver.readAt(receiver.memory.end - 4, 8)).toBe(-EFAULT);
    expect(receiver.read()).toEqual(channels.map(({ interdomain }) => interdomain));
  });

  it('hands out the oldest first, as many as fit', () => {
    const { sender, receiver, channels } = sendersAndReceiver(4);
    const order = [2, 0, 3, 1].map((i) => channels[i]!);
    for (const { unbound } of order) sender.notify(unbound);
    expect(receiver.read(12)).toEqual(order.slice(0, 3).map(({ interdomain }) => interdomain));
    expect(receiver.read(12)).toEqual(order.slice(3).map(({ interdomain }) => interdomain));
  });
});

describe('write', () => {
  it('rounds the count down to whole ports, 0 for less than one, and answers what it took', () => {
    const app = new DeviceProgram(dom0());
    for (const [bytes, taken] of [
      [0, 0],
      [3, 0],
      [4, 4],
      [7, 4],
      [11, 8],
    ] as const) {
      expect(app.writeAt(app.memory.start, bytes)).toBe(taken);
    }
    expect(app.writeAt(BAD_POINTER, 3)).toBe(0);
  });

  it('is capped at 4096 bytes: ports beyond are ignored', () => {
    const { sender, receiver, channels } = sendersAndReceiver(1);
    const [{ unbound, interdomain }] = channels as [{ unbound: number; interdomain: number }];
    sender.notify(unbound);
    receiver.read();
    sender.notify(unbound);
    expect(receiver.write(...new Array(1024).fill(0), interdomain)).toBe(4096);
    expect(receiver.read()).toBe(-EAGAIN);
    expect(receiver.write(...new Array(1023).fill(0), interdomain)).toBe(4096);
    expect(receiver.read()).toEqual([interdomain]);
  });

  it('answers EFAULT with nothing enabled, not even the readable part', () => {
    const { sender, receiver, channels } = sendersAndReceiver(1);
    const [{ unbound, interdomain }] = channels as [{ unbound: number; interdomain: number }];
    sender.notify(unbound);
    receiver.read();
    sender.notify(unbound);
    const last = receiver.memory.end - 4;
    receiver.memory.setWords(last, [interdomain]);
    expect(receiver.writeAt(last, 8)).toBe(-EFAULT);
    expect(receiver.read()).toBe(-EAGAIN);
    expect(receiver.writeAt(last, 4)).toBe(4);
    expect(receiver.read()).toEqual([interdomain]);
  });

  it('enables each disabled port and gives its late EOI: a latched event comes at once', () => {
    const { sender, receiver, channels } = sendersAndReceiver(2);
    for (const { unbound } of channels) sender.notify(unbound);
    receiver.read();
    for (const { unbound } of channels) sender.notify(unbound);
    const ports = channels.map(({ interdomain }) => interdomain);
    expect(receiver.write(...ports)).toBe(8);
    expect(receiver.read()).toEqual(ports);
  });

  it('passes over unknown and already enabled ports, and answers the whole count', () => {
    const { receiver, channels, sender } = sendersAndReceiver(1);
    const [{ unbound, interdomain }] = channels as [{ unbound: number; interdomain: number }];
    expect(receiver.write(0, 1, unbound, interdomain, 4000, 0xffffffff)).toBe(24);
    expect(receiver.read()).toBe(-EAGAIN);
    sender.notify(unbound);
    expect(receiver.read()).toEqual([interdomain]);
  });

  it('works the list through in order: a port named twice is delivered and then enabled again', () => {
    const { sender, receiver, channels } = sendersAndReceiver(1);
    const [{ unbound, interdomain }] = channels as [{ unbound: number; interdomain: number }];
    sender.notify(unbound);
    receiver.read();
    sender.notify(unbound);
    expect(receiver.write(interdomain, interdomain)).toBe(8);
    sender.notify(unbound);
    expect(receiver.read()).toEqual([interdomain, interdomain]);
  });
});

describe('poll', () => {
  it('is OUT always, IN while the ring is not empty', () => {
    const app = new DeviceProgram(dom0());
    expect(app.poll()).toBe(POLLOUT | POLLWRNORM);
    bindChannel(app, app);
    expect(app.poll()).toBe(POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM);
    app.read();
    expect(app.poll()).toBe(POLLOUT | POLLWRNORM);
  });

  it('is ERR and nothing else after an overflow', () => {
    const app = new DeviceProgram(dom0());
    overflow(app);
    expect(app.poll()).toBe(POLLERR);
  });
});

describe('fasync', () => {
  it('sends SIGIO on the edge from empty to non-empty only', () => {
    const { sender, receiver, channels } = sendersAndReceiver(2);
    const signals: SignalInfo[] = [];
    receiver.file.owner = { deliver: (info) => signals.push(info) };
    receiver.file.setFlags(5, receiver.file.flags | O_ASYNC);
    sender.notify(channels[0]!.unbound);
    sender.notify(channels[1]!.unbound);
    expect(signals.map((info) => info.signal)).toEqual([SIGIO]);
    receiver.read(4);
    receiver.write(channels[0]!.interdomain);
    sender.notify(channels[0]!.unbound);
    expect(signals).toHaveLength(1);
    receiver.read();
    receiver.write(channels[0]!.interdomain);
    sender.notify(channels[0]!.unbound);
    expect(signals).toHaveLength(2);
  });

  it('says POLL_IN, the band and the descriptor where a signal was chosen', () => {
    const { sender, receiver, channels } = sendersAndReceiver(1);
    const signals: SignalInfo[] = [];
    receiver.file.owner = { deliver: (info) => signals.push(info) };
    receiver.file.signal = 34;
    receiver.file.setFlags(5, receiver.file.flags | O_ASYNC);
    sender.notify(channels[0]!.unbound);
    expect(signals).toEqual([{ signal: 34, code: 1, band: POLLIN | POLLRDNORM, fd: 5 }]);
  });
});

describe('release', () => {
  it('unbinds and closes every port; peers become unbound', () => {
    const { domain, sender, receiver, channels } = sendersAndReceiver(3);
    receiver.close();
    for (const { unbound, interdomain } of channels) {
      expect(domain.hypercalls.status(0, interdomain).status).toBe(EVTCHNSTAT_CLOSED);
      expect(domain.hypercalls.status(0, unbound)).toMatchObject({
        status: EVTCHNSTAT_UNBOUND,
        dom: 0,
      });
      expect(sender.notify(unbound)).toBe(0);
    }
    expect(domain.driver?.openFiles.size).toBe(1);
  });

  it('comes with the last descriptor, not with the first', () => {
    const { domain, sender, receiver, channels } = sendersAndReceiver(1);
    const [{ unbound, interdomain }] = channels as [{ unbound: number; interdomain: number }];
    const descriptors = new DescriptorTable();
    const fd = descriptors.install(receiver.file);
    const copy = descriptors.dup(fd);
    descriptors.close(fd);
    sender.notify(unbound);
    expect(receiver.read()).toEqual([interdomain]);
    descriptors.close(copy);
    expect(domain.hypercalls.status(0, interdomain).status).toBe(EVTCHNSTAT_CLOSED);
  });

  // The order is that in which the kernel takes the root off its tree; no program sees it, and it is not modelled.
  it('closes each port in Xen exactly once, and none that it had given up', () => {
    const closed: number[] = [];
    const host = new XenHost();
    const app = new DeviceProgram(host.createDomain({ domid: 0 }));
    const ports = Array.from({ length: 5 }, () => app.bindUnboundPort(0));
    app.unbind(ports[1]!);
    host.trace = {
      record(entry) {
        if (entry.type === 'hypercall') closed.push(entry.args.port!);
      },
    };
    app.close();
    expect(closed.sort((a, b) => a - b)).toEqual([ports[0], ports[2], ports[3], ports[4]]);
  });

  it('frees the port numbers: another handle gets them, enabled', () => {
    const { domain, receiver, channels } = sendersAndReceiver(1);
    const port = channels[0]!.interdomain;
    receiver.close();
    const next = new DeviceProgram(domain);
    expect(next.notify(port)).toBe(-ENOTCONN);
    expect(next.bindUnboundPort(0)).toBe(port);
  });
});
