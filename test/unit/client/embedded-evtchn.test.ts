import { describe, expect, it } from 'vitest';
import { POLLERR, POLLIN, POLLOUT } from '../../../src/abi/poll.js';
import { VIRQ_CON_RING, VIRQ_DOM_EXC, VIRQ_TBUF } from '../../../src/abi/virq.js';
import { asyncDispose, dispose } from '../../../src/client/dispose.js';
import type { Evtchn } from '../../../src/client/evtchn.js';
import { XenHost } from '../../../src/host/xen-host.js';
import { failure } from '../../contract/programs.js';
import { overflow, pair } from './embedded-pair.js';

describe('a handle', () => {
  it('is embedded, has no descriptor, and is open', () => {
    const { back } = pair();
    expect(back).toMatchObject({ kind: 'embedded', fd: -1, closed: false });
  });

  it('carries an event from one domain to another', () => {
    const { back, front, local, remote } = pair();
    front.notify(local);
    expect(back.tryPending()).toBe(remote);
    expect(back.tryPending()).toBeUndefined();
    back.unmask(remote);
    back.notify(remote);
    expect(front.tryPending()).toBe(local);
  });

  it('binds VIRQs', () => {
    const { dom0, host, back } = pair();
    const port = back.bindVirq(VIRQ_DOM_EXC);
    expect(back.tryPending()).toBeUndefined();
    host.raiseVirq(VIRQ_DOM_EXC);
    expect(back.tryPending()).toBe(port);
    back.unbind(port);
    expect(dom0.hypercalls.status(0, port).status).toBe(0);
  });

  it('takes static ports in where the kernel has that', () => {
    const { dom0, back } = pair({ bindStatic: true });
    const port = dom0.hypercalls.allocUnbound(0, 0);
    expect(back.bindStatic(port)).toBeUndefined();
    expect(failure(() => back.bindStatic(port)).code).toBe('EISCONN');
    back.close();
    expect(dom0.hypercalls.status(0, port).status).toBe(1);
  });

  it('polls', () => {
    const made = pair();
    const { back, front, local } = made;
    expect(back.poll() & (POLLIN | POLLOUT | POLLERR)).toBe(POLLOUT);
    front.notify(local);
    expect(back.poll() & (POLLIN | POLLOUT | POLLERR)).toBe(POLLIN | POLLOUT);
    overflow(made);
    expect(back.poll()).toBe(POLLERR);
  });
});

describe('errors', () => {
  it.each<[string, (handle: Evtchn) => unknown, string, string, RegExp]>([
    [
      'a bind without the domain',
      (h) => h.bindInterdomain(9, 1),
      'ESRCH',
      'ioctl',
      /no such domain/,
    ],
    [
      'a bind to no port',
      (h) => h.bindInterdomain(5, 999),
      'EINVAL',
      'ioctl',
      /must exist, be unbound/,
    ],
    ['an unknown VIRQ', (h) => h.bindVirq(24), 'EINVAL', 'ioctl', /no such virtual interrupt/],
    ['a static port', (h) => h.bindStatic(1), 'ENOSYS', 'ioctl', /not implemented/],
    ['a notify of another’s port', (h) => h.notify(1), 'ENOTCONN', 'ioctl', /not connected/],
    ['an unbind of another’s port', (h) => h.unbind(1), 'ENOTCONN', 'ioctl', /not connected/],
    ['an unbind far out', (h) => h.unbind(1 << 20), 'EINVAL', 'ioctl', /Invalid argument/],
    ['a restriction to domain 0', (h) => h.restrict(0), 'EINVAL', 'ioctl', /Invalid argument/],
  ])('of %s say what happened', (_what, call, code, syscall, message) => {
    const { back } = pair();
    const error = failure(() => call(back));
    expect(error).toMatchObject({ code, syscall });
    expect(error.errno).toBeLessThan(0);
    expect(error.message).toMatch(message);
    expect(error.message.startsWith(`${code}: `)).toBe(true);
  });

  it('say what to do about a restriction', () => {
    const { back } = pair();
    back.restrict(5);
    for (const call of [
      () => back.bindUnboundPort(5),
      () => back.bindVirq(VIRQ_CON_RING),
      () => back.bindInterdomain(0, 1),
      () => back.restrict(5),
    ]) {
      expect(failure(call)).toMatchObject({ code: 'EACCES', errno: -13 });
      expect(failure(call).message).toMatch(/bind before restrict/);
    }
  });

  it('say what to do when the domain is out of ports', () => {
    const { back } = pair({ maxEvtchnPort: 63 });
    const bind = () => {
      for (;;) back.bindUnboundPort(5);
    };
    expect(failure(bind)).toMatchObject({ code: 'ENOSPC', errno: -28 });
    expect(failure(bind).message).toMatch(/maxEvtchnPort/);
  });

  it('say what to do after an overflow, in every form of reading', async () => {
    const made = pair();
    overflow(made);
    const { back, front, local, remote } = made;
    for (const call of [
      () => back.tryPending(),
      () => back.read(),
      () => back.readInto(new Uint32Array(4)),
    ]) {
      expect(failure(call)).toMatchObject({ code: 'EFBIG', syscall: 'read', errno: -27 });
      expect(failure(call).message).toMatch(/reset\(\)/);
    }
    await expect(back.pending()).rejects.toMatchObject({ code: 'EFBIG' });
    back.reset();
    expect(back.tryPending()).toBeUndefined();
    back.unmask(remote);
    front.notify(local);
    expect(back.tryPending()).toBe(remote);
  });

  it('of a VIRQ bound already are EEXIST', () => {
    const { back } = pair();
    back.bindVirq(VIRQ_TBUF);
    expect(failure(() => back.bindVirq(VIRQ_TBUF)).code).toBe('EEXIST');
  });
});

describe('reading several', () => {
  /** A handle with `count` ports that all have an event. */
  function ready(count: number) {
    const host = new XenHost();
    const handle = host.createDomain({ domid: 0 }).openEvtchn();
    const ports: number[] = [];
    for (let i = 0; i < count; i++) {
      const remote = handle.bindUnboundPort(0);
      ports.push(handle.bindInterdomain(0, remote));
    }
    return { handle, ports };
  }

  it('hands out the oldest first, at most as many as asked for', () => {
    const { handle, ports } = ready(5);
    expect(handle.read(2)).toEqual(ports.slice(0, 2));
    expect(handle.read()).toEqual(ports.slice(2));
    expect(handle.read()).toEqual([]);
  });

  it('into an array fills its beginning and no more', () => {
    const { handle, ports } = ready(5);
    const into = new Uint32Array(4).fill(99);
    expect(handle.readInto(into.subarray(0, 3))).toBe(3);
    expect([...into]).toEqual([...ports.slice(0, 3), 99]);
    expect(handle.readInto(into)).toBe(2);
    expect([...into]).toEqual([ports[3], ports[4], ports[2], 99]);
    expect(handle.readInto(into)).toBe(0);
    expect(handle.readInto(new Uint32Array(0))).toBe(0);
  });

  it('moves 1024 at once', () => {
    const { handle, ports } = ready(1100);
    const into = new Uint32Array(2000);
    expect(handle.readInto(into)).toBe(1024);
    expect(handle.read(1024)).toEqual(ports.slice(1024));
  });
});

describe('unmasking', () => {
  it.each<[string, (handle: Evtchn, ports: number[]) => void]>([
    [
      'one by one',
      (handle, ports) => {
        for (const port of ports) handle.unmask(port);
      },
    ],
    ['an array', (handle, ports) => handle.unmask(ports)],
    ['a typed array', (handle, ports) => handle.unmask(Uint32Array.from(ports))],
  ])('%s lets them have events again', (_how, unmask) => {
    const host = new XenHost();
    const handle = host.createDomain({ domid: 0 }).openEvtchn();
    const pairs = [1, 2, 3].map(() => {
      const remote = handle.bindUnboundPort(0);
      return { remote, local: handle.bindInterdomain(0, remote) };
    });
    const ports = pairs.map(({ local }) => local);
    handle.read();
    for (const { remote } of pairs) handle.notify(remote);
    expect(handle.tryPending()).toBeUndefined();
    unmask(handle, ports);
    expect(handle.read()).toEqual(ports);
  });

  it('nothing, or ports that are not masked or not its own, does nothing', () => {
    const { back, front, local, remote } = pair();
    back.unmask([]);
    back.unmask([remote, 0, 4000, 0xffffffff]);
    back.unmask(4000);
    front.notify(local);
    expect(back.read()).toEqual([remote]);
  });

  it('more than a page of ports takes several calls and leaves none out', () => {
    const { back, front, local, remote } = pair();
    front.notify(local);
    back.read();
    front.notify(local);
    const ports: number[] = new Array(2500).fill(0);
    ports[2400] = remote;
    back.unmask(ports);
    expect(back.tryPending()).toBe(remote);
  });
});

describe('closing', () => {
  const calls: [string, (handle: Evtchn) => unknown, string][] = [
    ['bindUnboundPort', (h) => h.bindUnboundPort(5), 'ioctl'],
    ['bindInterdomain', (h) => h.bindInterdomain(5, 1), 'ioctl'],
    ['bindVirq', (h) => h.bindVirq(1), 'ioctl'],
    ['bindStatic', (h) => h.bindStatic(1), 'ioctl'],
    ['unbind', (h) => h.unbind(1), 'ioctl'],
    ['notify', (h) => h.notify(1), 'ioctl'],
    ['unmask', (h) => h.unmask(1), 'write'],
    ['unmask of several', (h) => h.unmask([1]), 'write'],
    ['tryPending', (h) => h.tryPending(), 'read'],
    ['read', (h) => h.read(), 'read'],
    ['readInto', (h) => h.readInto(new Uint32Array(1)), 'read'],
    ['poll', (h) => h.poll(), 'poll'],
    ['restrict', (h) => h.restrict(5), 'ioctl'],
    ['reset', (h) => h.reset(), 'ioctl'],
  ];

  it.each(calls)('makes %s fail with EBADF', (_name, call, syscall) => {
    const { back } = pair();
    back.close();
    expect(failure(() => call(back))).toMatchObject({ code: 'EBADF', errno: -9, syscall });
  });

  it('makes pending reject with EBADF', async () => {
    const { back } = pair();
    back.close();
    await expect(back.pending()).rejects.toMatchObject({ code: 'EBADF', syscall: 'read' });
  });

  it('closes every port; the peer finds its own unbound', () => {
    const { back, dom0, dom5, local, remote } = pair();
    back.close();
    expect(back.closed).toBe(true);
    expect(dom0.hypercalls.status(0, remote).status).toBe(0);
    expect(dom5.hypercalls.status(5, local)).toEqual({ status: 1, vcpu: 0, dom: 0 });
  });

  it('twice does nothing, and destroying the domain later leaves the reason alone', () => {
    const { back, dom0 } = pair();
    back.close();
    back.close();
    dom0.destroy();
    expect(failure(() => back.read()).code).toBe('EBADF');
  });

  it('is what using does', async () => {
    const { back, front, dom0, dom5 } = pair();
    back[dispose]();
    expect(back.closed).toBe(true);
    await front[asyncDispose]();
    expect(front.closed).toBe(true);
    expect(dom0.driver!.openFiles.size + dom5.driver!.openFiles.size).toBe(0);
  });
});
