import { describe, expect, it } from 'vitest';
import { POLLERR, POLLIN, POLLOUT } from '../../../src/abi/poll.js';
import { VIRQ_CON_RING, VIRQ_DOM_EXC, VIRQ_TBUF } from '../../../src/abi/virq.js';
import { asyncDispose, dispose } from '../../../src/client/dispose.js';
import type { Evtchn } from '../../../src/client/evtchn.js';
import { EvtchnError } from '../../../src/errors/evtchn-error.js';
import type { HostDomain } from '../../../src/host/host-domain.js';
import { type DomainOptions, XenHost } from '../../../src/host/xen-host.js';

/** Two domains with a connected pair of ports: `front` sends on `local`, `back` gets it on `remote`. */
function pair(options: Partial<DomainOptions> = {}) {
  const host = new XenHost();
  const dom0 = host.createDomain({ domid: 0, ...options });
  const dom5 = host.createDomain({ domid: 5 });
  const back = dom0.openEvtchn();
  const front = dom5.openEvtchn();
  const remote = back.bindUnboundPort(5);
  const local = front.bindInterdomain(0, remote);
  expect(front.tryPending()).toBe(local);
  front.unmask(local);
  return { host, dom0, dom5, back, front, remote, local, waiting: waitersOf(dom0) };
}

/** How many wait on the first open file of a domain. */
function waitersOf(domain: HostDomain): () => number {
  const [file] = domain.driver!.openFiles.values();
  return () => file!.waitQueue.size;
}

/** The error a call fails with. */
function failure(call: () => unknown): EvtchnError {
  try {
    call();
  } catch (error) {
    if (error instanceof EvtchnError) return error;
    throw error;
  }
  throw new Error('the call did not fail');
}

/** Lets every promise that is settled have its say. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

/** Fills the ring of `back` and one more. */
function overflow({ back, front, local, remote }: ReturnType<typeof pair>): void {
  for (let i = 0; i < 65; i++) {
    front.notify(local);
    back.unmask(remote);
  }
}

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
    ['an unknown VIRQ', (h) => h.bindVirq(24), 'EINVAL', 'ioctl', /Invalid argument, ioctl$/],
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

describe('waiting', () => {
  it('resolves at once with an event that is there', async () => {
    const { back, front, local, remote, waiting } = pair();
    front.notify(local);
    expect(await back.pending()).toBe(remote);
    expect(waiting()).toBe(0);
  });

  it('resolves when an event comes, and the port stays masked', async () => {
    const { back, front, local, remote, waiting } = pair();
    const pending = back.pending();
    expect(waiting()).toBe(1);
    front.notify(local);
    expect(await pending).toBe(remote);
    expect(waiting()).toBe(0);
    front.notify(local);
    expect(back.tryPending()).toBeUndefined();
    back.unmask(remote);
    expect(back.tryPending()).toBe(remote);
  });

  it('hands each event to one of several, and the rest go on waiting', async () => {
    const { back, front, local, remote, waiting } = pair();
    const got: number[] = [];
    const all = Promise.all([1, 2, 3].map(async () => got.push(await back.pending())));
    for (let round = 1; round <= 3; round++) {
      front.notify(local);
      await settle();
      expect(got).toEqual(new Array(round).fill(remote));
      expect(waiting()).toBe(round < 3 ? 1 : 0);
      back.unmask(remote);
    }
    await all;
    expect(back.tryPending()).toBeUndefined();
  });

  it('rejects everybody with EBADF when the handle is closed', async () => {
    const { back, waiting } = pair();
    const all = Promise.allSettled([back.pending(), back.pending()]);
    expect(waiting()).toBe(1);
    const count = waiting;
    back.close();
    for (const outcome of await all) {
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { code: 'EBADF', errno: -9, message: expect.stringContaining('handle is closed') },
      });
    }
    expect(count()).toBe(0);
  });

  it('rejects with ENODEV when the domain is destroyed', async () => {
    const { back, dom0, waiting } = pair();
    const pending = back.pending();
    const count = waiting;
    dom0.destroy();
    await expect(pending).rejects.toMatchObject({ code: 'ENODEV', errno: -19 });
    expect(count()).toBe(0);
    expect(back.closed).toBe(true);
    expect(failure(() => back.notify(1))).toMatchObject({ code: 'ENODEV' });
    expect(failure(() => back.notify(1)).message).toMatch(/domain was destroyed/);
  });

  it('with an aborted signal rejects with its reason and consumes nothing', async () => {
    const { back, front, local, remote, waiting } = pair();
    front.notify(local);
    const reason = new Error('enough');
    await expect(back.pending({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(waiting()).toBe(0);
    expect(back.tryPending()).toBe(remote);
  });

  it('aborted meanwhile rejects with its reason and leaves nobody on the queue', async () => {
    const { back, front, local, remote, waiting } = pair();
    const controller = new AbortController();
    const reason = new Error('enough');
    const pending = back.pending({ signal: controller.signal });
    expect(waiting()).toBe(1);
    controller.abort(reason);
    expect(waiting()).toBe(0);
    const other = back.pending();
    await expect(pending).rejects.toBe(reason);
    front.notify(local);
    expect(await other).toBe(remote);
  });

  it('aborted in the same turn as the event consumes nothing', async () => {
    const { back, front, local, remote } = pair();
    const controller = new AbortController();
    const pending = back.pending({ signal: controller.signal });
    front.notify(local);
    controller.abort(new Error('enough'));
    await expect(pending).rejects.toThrow('enough');
    expect(back.tryPending()).toBe(remote);
  });
});

describe('iterating', () => {
  it('gets each event and unmasks its port after the turn', async () => {
    const { back, front, local, remote } = pair();
    let turns = 0;
    front.notify(local);
    for await (const port of back) {
      expect(port).toBe(remote);
      // Masked now: this one is remembered until the turn is over.
      if (++turns < 3) front.notify(local);
      else break;
    }
    expect(turns).toBe(3);
  });

  it.each<[string, (back: Evtchn) => Promise<void>]>([
    [
      'break',
      async (back) => {
        for await (const _port of back) break;
      },
    ],
    [
      'return',
      async (back) => {
        for await (const _port of back) return;
      },
    ],
    [
      'an exception',
      async (back) => {
        const loop = async () => {
          for await (const _port of back) throw new Error('inside');
        };
        await expect(loop()).rejects.toThrow('inside');
      },
    ],
    [
      'the iterator’s return',
      async (back) => {
        const iterator = back[Symbol.asyncIterator]();
        await iterator.next();
        await iterator.return?.();
      },
    ],
  ])('left by %s unmasks the port, so that no event is lost', async (_how, run) => {
    const { back, front, local, remote } = pair();
    front.notify(local);
    await run(back);
    front.notify(local);
    expect(back.tryPending()).toBe(remote);
  });

  it('ends when the handle is closed while it waits', async () => {
    const { back } = pair();
    const got: number[] = [];
    const loop = (async () => {
      for await (const port of back) got.push(port);
      return 'ended';
    })();
    await settle();
    back.close();
    expect(await loop).toBe('ended');
    expect(got).toEqual([]);
  });

  it('ends when the handle is closed in a turn', async () => {
    const { back, front, local } = pair();
    front.notify(local);
    let turns = 0;
    for await (const _port of back) {
      turns++;
      back.close();
    }
    expect(turns).toBe(1);
  });

  it('of a closed handle ends at once', async () => {
    const { back } = pair();
    back.close();
    expect(await back[Symbol.asyncIterator]().next()).toEqual({ done: true, value: undefined });
  });

  it('rejects with ENODEV when the domain is destroyed while it waits', async () => {
    const { back, dom0 } = pair();
    const next = back[Symbol.asyncIterator]().next();
    dom0.destroy();
    await expect(next).rejects.toMatchObject({ code: 'ENODEV' });
  });

  it('rejects with ENODEV when the domain is destroyed in a turn', async () => {
    const { back, dom0, front, local } = pair();
    front.notify(local);
    const loop = async () => {
      for await (const _port of back) dom0.destroy();
    };
    await expect(loop()).rejects.toMatchObject({ code: 'ENODEV' });
  });

  it('rejects with EFBIG after an overflow', async () => {
    const made = pair();
    overflow(made);
    await expect(made.back[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'EFBIG',
    });
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
