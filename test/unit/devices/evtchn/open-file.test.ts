import { describe, expect, it } from 'vitest';
import { EAGAIN, EBUSY, EFAULT, EFBIG, ENOMEM, ENOTCONN } from '../../../../src/abi/errno.js';
import { O_ASYNC, O_NONBLOCK, O_RDWR } from '../../../../src/abi/fcntl.js';
import {
  IOCTL_EVTCHN_BIND_INTERDOMAIN,
  IOCTL_EVTCHN_BIND_UNBOUND_PORT,
  IOCTL_EVTCHN_RESET,
  IOCTL_EVTCHN_UNBIND,
} from '../../../../src/abi/ioctl.js';
import { POLLERR, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from '../../../../src/abi/poll.js';
import type { File } from '../../../../src/vfs/file.js';
import { Guest } from './guest.js';

const UNMAPPED = 0x10;

/** A file with pairs of connected ports of its own: events of `local[i]` come on `remote[i]`. */
function loopback(pairs: number) {
  const guest = new Guest();
  const file = guest.open();
  const remote: number[] = [];
  const local: number[] = [];
  for (let i = 0; i < pairs; i++) {
    const port = guest.ioctl(file, IOCTL_EVTCHN_BIND_UNBOUND_PORT, 0);
    remote.push(port);
    local.push(guest.ioctl(file, IOCTL_EVTCHN_BIND_INTERDOMAIN, 0, port));
  }
  drain(guest, file);
  return { guest, file, device: guest.device(file), remote, local };
}

/** Reads and re-enables everything, initial events as well. */
function drain(guest: Guest, file: File): void {
  for (let ports = guest.read(file); typeof ports !== 'number'; ports = guest.read(file)) {
    guest.write(file, ...ports);
  }
}

/** Fills the ring of a file by re-enabling one port without reading, then overflows it. */
function overflow(guest: Guest, file: File, local: number, remote: number): void {
  const device = guest.device(file);
  for (let i = 0; i <= device.ring.size; i++) {
    device.notify(local);
    guest.write(file, remote);
  }
}

describe('an event', () => {
  it('is queued once, however often it is sent, until its port is written back', () => {
    const { guest, file, device, local, remote } = loopback(1);
    for (let i = 0; i < 5; i++) expect(device.notify(local[0]!)).toBe(0);
    expect(guest.read(file)).toEqual([remote[0]]);
    expect(guest.read(file)).toBe(-EAGAIN);
    // The four that came meanwhile are one.
    expect(guest.write(file, remote[0]!)).toBe(4);
    expect(guest.read(file)).toEqual([remote[0]]);
    guest.write(file, remote[0]!);
    expect(guest.read(file)).toBe(-EAGAIN);
  });

  it('wakes waiters and sends a signal only when the ring was empty', () => {
    const { device, file, local } = loopback(2);
    let wakes = 0;
    let signals = 0;
    device.waitQueue.add({ wake: () => wakes++ });
    file.owner = { deliver: () => signals++ };
    file.setFlags(3, O_ASYNC | O_NONBLOCK);
    device.notify(local[0]!);
    expect([wakes, signals]).toEqual([1, 1]);
    device.notify(local[1]!);
    expect([wakes, signals]).toEqual([1, 1]);
    file.setFlags(3, O_NONBLOCK);
    device.ring.reset();
    device.writePort(device.firstPort);
    expect(file.flags).toBe(O_RDWR | O_NONBLOCK);
  });
});

describe('read', () => {
  it('returns 0 for less than a port before all else', () => {
    const { guest, file, device, local, remote } = loopback(1);
    overflow(guest, file, local[0]!, remote[0]!);
    for (let count = 0; count < 4; count++) {
      expect(device.read(guest.memory, UNMAPPED, count)).toBe(0);
    }
    expect(device.read(guest.memory, UNMAPPED, 4)).toBe(-EFBIG);
  });

  it('rounds down, hands out the oldest first, and caps at a page', () => {
    const { guest, file, device, local, remote } = loopback(3);
    for (const port of local) device.notify(port);
    expect(device.read(guest.memory, guest.memory.base, 11)).toBe(8);
    expect(guest.memory.words(2)).toEqual(remote.slice(0, 2));
    expect(guest.read(file)).toEqual([remote[2]]);
    device.ring.reset();
    device.ring.entries = new Uint32Array(2048);
    for (let i = 0; i < 2000; i++) device.ring.push(i);
    expect(device.read(guest.memory, guest.memory.base, 0x3fff)).toBe(4096);
    expect(device.ring.count).toBe(2000 - 1024);
  });

  it('says EAGAIN before EFAULT when there is nothing', () => {
    const { guest, device } = loopback(1);
    expect(device.read(guest.memory, UNMAPPED, 4)).toBe(-EAGAIN);
  });

  it('that faults consumes nothing, in the first piece or behind the wrap', () => {
    const { guest, device } = loopback(1);
    const { base, bytes } = guest.memory;
    device.ring.cons = 60;
    device.ring.prod = 60;
    for (let port = 1; port <= 10; port++) device.ring.push(port);
    expect(device.read(guest.memory, UNMAPPED, 40)).toBe(-EFAULT);
    const end = base + bytes.length;
    expect(device.read(guest.memory, end - 16, 40)).toBe(-EFAULT);
    expect(device.ring.count).toBe(10);
    expect(device.read(guest.memory, base, 40)).toBe(40);
    expect(guest.memory.words(10)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(device.readable).toBe(false);
  });

  it('of one port without a buffer does the same', () => {
    const { guest, file, device, local, remote } = loopback(2);
    expect(device.readPort()).toBe(-EAGAIN);
    for (const port of local) device.notify(port);
    expect([device.readPort(), device.readPort()]).toEqual(remote);
    expect(device.readPort()).toBe(-EAGAIN);
    for (const port of remote) device.writePort(port);
    overflow(guest, file, local[0]!, remote[0]!);
    expect(device.readPort()).toBe(-EFBIG);
  });
});

describe('write', () => {
  it('rounds down and caps at a page; ports beyond it stay masked', () => {
    const { guest, file, device, local, remote } = loopback(1);
    const { memory } = guest;
    device.notify(local[0]!);
    guest.read(file);
    device.notify(local[0]!);
    memory.store(...new Array(1024).fill(0), remote[0]!);
    expect(device.write(memory, memory.base, 5000)).toBe(4096);
    expect(device.readable).toBe(false);
    memory.store(remote[0]!);
    expect(device.write(memory, memory.base, 3)).toBe(0);
    expect(device.write(memory, UNMAPPED, 3)).toBe(0);
    expect(device.readable).toBe(false);
    expect(device.write(memory, memory.base, 7)).toBe(4);
    expect(device.readable).toBe(true);
  });

  it('that faults enables nothing', () => {
    const { guest, file, device, local, remote } = loopback(1);
    device.notify(local[0]!);
    guest.read(file);
    device.notify(local[0]!);
    const last = guest.memory.base + guest.memory.bytes.length - 4;
    new DataView(guest.memory.bytes.buffer).setUint32(
      guest.memory.bytes.length - 4,
      remote[0]!,
      true,
    );
    expect(device.write(guest.memory, last, 8)).toBe(-EFAULT);
    expect(device.readable).toBe(false);
    expect(device.write(guest.memory, last, 4)).toBe(4);
    expect(device.readable).toBe(true);
  });

  it('delivers latched events in the order of its list, not of the notifies', () => {
    const { guest, file, device, local, remote } = loopback(3);
    for (const port of local) device.notify(port);
    guest.read(file);
    for (const port of local) device.notify(port);
    const [a, b, c] = remote;
    guest.write(file, c!, a!, b!);
    expect(guest.read(file)).toEqual([c, a, b]);
  });

  it('works a port named twice through twice', () => {
    const { guest, file, device, local, remote } = loopback(1);
    device.notify(local[0]!);
    device.notify(local[0]!);
    expect(guest.write(file, remote[0]!, remote[0]!)).toBe(8);
    device.notify(local[0]!);
    expect(guest.read(file)).toEqual([remote[0], remote[0], remote[0]]);
  });

  it('passes over ports that are enabled, not its own, or no ports', () => {
    const { guest, file, device, local, remote } = loopback(1);
    const other = guest.open();
    device.notify(local[0]!);
    guest.read(file);
    device.notify(local[0]!);
    expect(guest.write(other, remote[0]!)).toBe(4);
    expect(guest.write(file, 0, local[0]!, 4000, 0xffffffff)).toBe(16);
    expect(device.readable).toBe(false);
    guest.write(file, remote[0]!);
    expect(device.readable).toBe(true);
  });
});

describe('notify', () => {
  it('is ENOTCONN for a port of another file and for none', () => {
    const { guest, device, local } = loopback(1);
    const other = guest.device(guest.open());
    expect(other.notify(local[0]!)).toBe(-ENOTCONN);
    for (const port of [0, 999, 0xffffffff]) expect(device.notify(port)).toBe(-ENOTCONN);
  });
});

describe('poll', () => {
  it('is always writable, readable with events, and only an error after an overflow', () => {
    const { guest, file, device, local, remote } = loopback(1);
    expect(device.poll()).toBe(POLLOUT | POLLWRNORM);
    device.notify(local[0]!);
    expect(device.poll()).toBe(POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM);
    guest.read(file);
    guest.write(file, remote[0]!);
    overflow(guest, file, local[0]!, remote[0]!);
    expect(device.poll()).toBe(POLLERR);
    guest.ioctl(file, IOCTL_EVTCHN_RESET);
    expect(device.poll()).toBe(POLLOUT | POLLWRNORM);
  });
});

describe('an overflow', () => {
  it('wakes nobody, and loses the event of a port that is disabled all the same', () => {
    const { guest, file, device, local, remote } = loopback(2);
    const [a] = remote;
    for (let i = 0; i < 64; i++) {
      device.notify(local[0]!);
      guest.write(file, a!);
    }
    let wakes = 0;
    device.waitQueue.add({ wake: () => wakes++ });
    device.notify(local[1]!);
    expect(device.ring.overflow).toBe(true);
    expect(wakes).toBe(0);
    guest.ioctl(file, IOCTL_EVTCHN_RESET);
    device.notify(local[1]!);
    expect(guest.read(file)).toBe(-EAGAIN);
    guest.write(file, remote[1]!);
    expect(guest.read(file)).toEqual([remote[1]]);
  });
});

describe('binding', () => {
  it('grows the ring with the ports, keeping unread events', () => {
    const { guest, file, device, local, remote } = loopback(32);
    expect(device.ring.size).toBe(64);
    for (const port of local) device.notify(port);
    guest.ioctl(file, IOCTL_EVTCHN_BIND_UNBOUND_PORT, 0);
    expect([device.portCount, device.ring.size]).toEqual([65, 128]);
    expect(guest.read(file)).toEqual(remote);
  });

  it('lists its ports newest first, less those unbound', () => {
    const { guest, file, device, local, remote } = loopback(2);
    guest.ioctl(file, IOCTL_EVTCHN_UNBIND, remote[0]!);
    expect([...device.ports()]).toEqual([local[1], remote[1], local[0]]);
    expect(device.portCount).toBe(3);
  });

  it('leaves an unread event of an unbound port to be read', () => {
    const { guest, file, device, local, remote } = loopback(1);
    device.notify(local[0]!);
    guest.ioctl(file, IOCTL_EVTCHN_UNBIND, remote[0]!);
    expect(guest.read(file)).toEqual([remote[0]]);
  });

  it('a port beyond the ABI is ENOMEM, and nothing is kept of it', () => {
    const guest = new Guest({ abi: 'two-level' });
    const device = guest.device(guest.open());
    expect(device.bind(4096, true)).toBe(-ENOMEM);
    expect([device.portCount, device.firstPort]).toEqual([0, 0]);
    expect(guest.driver.ports.holds(device.number, 4096)).toBe(false);
  });

  it('a port that fails is closed, unless it is somebody else’s', () => {
    const guest = new Guest();
    const port = guest.domain.hypercalls.allocUnbound(0, 0);
    const kernel = guest.domain.kernel!;
    kernel.bindEvtchnToIrqHandler(port, { name: 'kernel', interrupt() {} });
    const device = guest.device(guest.open());
    expect(device.bind(port, true)).toBe(-EBUSY);
    expect(guest.domain.hypercalls.status(0, port).status).toBe(1);
    expect(device.bind(port, false)).toBe(-EBUSY);
    expect(guest.domain.hypercalls.status(0, port).status).toBe(0);
    expect(device.portCount).toBe(0);
  });
});

describe('releasing', () => {
  it('closes every port; peers find theirs unbound', () => {
    const guest = new Guest();
    const other = guest.host.createDomain({ domid: 5, kernelChannels: false });
    const file = guest.open();
    const port = guest.ioctl(file, IOCTL_EVTCHN_BIND_UNBOUND_PORT, 5);
    const peer = other.hypercalls.bindInterdomain(0, port);
    const device = guest.device(file);
    file.put();
    expect(other.hypercalls.status(5, peer)).toEqual({ status: 1, vcpu: 0, dom: 0 });
    expect(guest.domain.hypercalls.status(0, port).status).toBe(0);
    expect([...device.ports()]).toEqual([]);
    expect(guest.driver.ports.holds(device.number, port)).toBe(false);
  });
});

describe('a trace', () => {
  it('shows what happens in an open file, in order', () => {
    const { guest, file, device, local, remote } = loopback(1);
    const records = guest.trace(
      'interrupt',
      'overflow',
      'read',
      'write',
      'eoi',
      'bind',
      'unbind',
      'ring-reset',
    );
    const [port] = remote;
    const at = { time: 0, domid: 0, file: 1 };
    device.notify(local[0]!);
    guest.read(file);
    guest.read(file);
    guest.write(file, port!, local[0]!);
    device.writePort(port!);
    device.readPort();
    expect(records.splice(0)).toEqual([
      { ...at, type: 'interrupt', port, queued: 1, woke: true },
      { ...at, type: 'read', ports: [port], result: 4 },
      { ...at, type: 'read', ports: [], result: -EAGAIN },
      { ...at, type: 'eoi', port },
      { ...at, type: 'write', result: 8 },
      { ...at, type: 'write', result: 4 },
      { ...at, type: 'read', ports: [], result: -EAGAIN },
    ]);
    device.notify(local[0]!);
    expect(device.readPort()).toBe(port);
    expect(records.splice(0).at(-1)).toEqual({ ...at, type: 'read', ports: [port], result: 4 });
    device.writePort(port!);
    overflow(guest, file, local[0]!, port!);
    records.splice(0, records.length - 3);
    guest.ioctl(file, IOCTL_EVTCHN_RESET);
    expect(records.splice(0)).toEqual([
      { ...at, type: 'overflow', port },
      { ...at, type: 'eoi', port },
      { ...at, type: 'write', result: 4 },
      { ...at, type: 'ring-reset', dropped: 64, overflowed: true },
    ]);
    const next = guest.ioctl(file, IOCTL_EVTCHN_BIND_UNBOUND_PORT, 0);
    guest.ioctl(file, IOCTL_EVTCHN_UNBIND, next);
    expect(records).toEqual([
      { ...at, type: 'bind', port: next },
      { ...at, type: 'unbind', port: next },
    ]);
  });
});
