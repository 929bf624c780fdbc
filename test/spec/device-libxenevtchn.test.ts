import { describe, expect, it } from 'vitest';
import {
  DescriptorTable,
  EVTCHNSTAT_CLOSED,
  EVTCHNSTAT_UNBOUND,
  IOCTL_EVTCHN_BIND_UNBOUND_PORT,
  O_CLOEXEC,
  O_RDWR,
  POLLIN,
  VIRQ_TBUF,
  XenHost,
} from '../../src/index.js';
import { DeviceProgram, quietChannel } from './device-program.js';
import { FaultingMemory } from './faulting-memory.js';
import { itHasEveryRow } from './table-rows.js';

function dom0() {
  return new XenHost().createDomain({ domid: 0 });
}

itHasEveryRow('spec/device.md 1.5', [
  'open',
  'after fork',
  'ports',
  'pending and unmask',
  'poll before pending',
  'results of Linux',
  'what other systems do',
  'libxenvchan',
]);

describe('open', () => {
  it('opens the fixed path, for reading and writing and close-on-exec unless told otherwise', () => {
    const domain = dom0();
    expect(domain.open().flags & O_RDWR).toBe(O_RDWR);
    expect(domain.open().flags & O_CLOEXEC).toBe(0);
    expect(domain.openEvtchn().kind).toBe('embedded');
    expect([...(domain.driver?.openFiles.keys() ?? [])]).toHaveLength(3);
  });
});

describe('after fork', () => {
  it('closing in the child leaves the parent what it has', () => {
    const parent = new DescriptorTable();
    const app = new DeviceProgram(dom0());
    const fd = parent.install(app.file);
    const { unbound, interdomain } = quietChannel(app, app);
    const child = parent.fork();
    expect(child.close(fd)).toBe(0);
    expect(app.notify(unbound)).toBe(0);
    expect(app.read()).toEqual([interdomain]);
  });

  it('closing is the last use: twice does nothing, and every other call says EBADF', () => {
    const handle = dom0().openEvtchn();
    handle.close();
    handle.close();
    expect(handle.closed).toBe(true);
    for (const call of [
      () => handle.bindUnboundPort(0),
      () => handle.bindInterdomain(0, 1),
      () => handle.bindVirq(VIRQ_TBUF),
      () => handle.unbind(1),
      () => handle.notify(1),
      () => handle.unmask(1),
      () => handle.tryPending(),
      () => handle.poll(),
      () => handle.restrict(1),
      () => handle.reset(),
    ]) {
      expect(call).toThrow(expect.objectContaining({ code: 'EBADF' }));
    }
  });
});

describe('ports', () => {
  it('fit in 31 bits, and the highest is 131071', () => {
    const handle = dom0().openEvtchn();
    expect(handle.bindUnboundPort(0)).toBeGreaterThan(0);
    expect(handle.bindVirq(VIRQ_TBUF)).toBeLessThan(2 ** 17);
  });

  it('are what a bind returns; a bind that fails throws the errno', () => {
    const domain = dom0();
    const handle = domain.openEvtchn();
    const port = handle.bindUnboundPort(9);
    expect(domain.hypercalls.status(0, port)).toMatchObject({ status: EVTCHNSTAT_UNBOUND, dom: 9 });
    expect(() => handle.bindInterdomain(9, port)).toThrow(
      expect.objectContaining({ code: 'ESRCH', syscall: 'ioctl' }),
    );
  });

  it('are given up by unbind, and ENOTCONN from then on', () => {
    const domain = dom0();
    const handle = domain.openEvtchn();
    const port = handle.bindUnboundPort(0);
    handle.unbind(port);
    expect(domain.hypercalls.status(0, port).status).toBe(EVTCHNSTAT_CLOSED);
    expect(() => handle.unbind(port)).toThrow(expect.objectContaining({ code: 'ENOTCONN' }));
    expect(() => handle.notify(port)).toThrow(expect.objectContaining({ code: 'ENOTCONN' }));
  });
});

describe('pending and unmask', () => {
  it('take and give back one port each', () => {
    const handle = dom0().openEvtchn();
    const offered = [handle.bindUnboundPort(0), handle.bindUnboundPort(0)];
    const bound = offered.map((port) => handle.bindInterdomain(0, port));
    expect(handle.tryPending()).toBe(bound[0]);
    handle.notify(offered[0]!);
    handle.unmask(bound[0]!);
    expect(handle.read()).toEqual([bound[1], bound[0]]);
  });

  it('wait for an event that is not there yet', async () => {
    const handle = dom0().openEvtchn();
    const offered = handle.bindUnboundPort(0);
    const waiting = handle.pending();
    const port = handle.bindInterdomain(0, offered);
    expect(await waiting).toBe(port);
    expect(handle.tryPending()).toBeUndefined();
  });

  it('of an overflowed ring say EFBIG until reset', () => {
    const handle = dom0().openEvtchn();
    const offered = handle.bindUnboundPort(0);
    const port = handle.bindInterdomain(0, offered);
    for (let i = 0; i < 64; i++) {
      handle.unmask(port);
      handle.notify(offered);
    }
    expect(() => handle.tryPending()).toThrow(expect.objectContaining({ code: 'EFBIG' }));
    handle.reset();
    expect(handle.tryPending()).toBeUndefined();
  });
});

describe('poll before pending', () => {
  it('tells whether pending would wait, so careful callers never do', () => {
    const handle = dom0().openEvtchn();
    expect(handle.poll() & POLLIN).toBe(0);
    const port = handle.bindInterdomain(0, handle.bindUnboundPort(0));
    expect(handle.poll() & POLLIN).toBe(POLLIN);
    expect(handle.tryPending()).toBe(port);
    expect(handle.poll() & POLLIN).toBe(0);
  });

  it('is not needed by two readers: each event goes to exactly one of them', async () => {
    const handle = dom0().openEvtchn();
    const offered = [handle.bindUnboundPort(0), handle.bindUnboundPort(0)];
    const readers = Promise.all([handle.pending(), handle.pending()]);
    const bound = offered.map((port) => handle.bindInterdomain(0, port));
    expect((await readers).sort((a, b) => a - b)).toEqual(bound);
  });
});

describe('results of Linux', () => {
  it('are in the result of the ioctl; the argument structure is not written', () => {
    const file = dom0().open();
    const memory = new FaultingMemory(64);
    memory.setWords(memory.start, [7, 0xaaaa]);
    expect(file.ioctl(IOCTL_EVTCHN_BIND_UNBOUND_PORT, memory, memory.start)).toBeGreaterThan(0);
    expect(memory.words(memory.start, 2)).toEqual([7, 0xaaaa]);
  });
});

describe('what other systems do', () => {
  it('is not what this one does: restrict works, and unmask of a stranger’s port is ignored', () => {
    const domain = dom0();
    const handle = domain.openEvtchn();
    const stranger = domain.openEvtchn();
    const offered = handle.bindUnboundPort(0);
    const port = handle.bindInterdomain(0, offered);
    handle.tryPending();
    handle.notify(offered);
    stranger.unmask(port);
    expect(handle.tryPending()).toBeUndefined();
    handle.restrict(5);
    expect(() => handle.bindUnboundPort(5)).toThrow(expect.objectContaining({ code: 'EACCES' }));
  });

  it('is not what this one does: unbind of an unknown port is ENOTCONN, not EINVAL', () => {
    const handle = dom0().openEvtchn();
    expect(() => handle.unbind(900)).toThrow(expect.objectContaining({ code: 'ENOTCONN' }));
  });
});

describe('libxenvchan', () => {
  it('may unmask right after it bound: nothing happens, and no event is lost or made', () => {
    const host = new XenHost();
    const server = host.createDomain({ domid: 0 }).openEvtchn();
    const client = host.createDomain({ domid: 1 }).openEvtchn();
    const offered = server.bindUnboundPort(1);
    server.unmask(offered);
    const port = client.bindInterdomain(0, offered);
    client.unmask(port);
    expect(server.tryPending()).toBeUndefined();
    expect(client.tryPending()).toBe(port);
    // On connect it always notifies once.
    client.notify(port);
    expect(server.tryPending()).toBe(offered);
  });

  it('waits with pending and unmask, and is woken by the notify of a peer that closes', async () => {
    const host = new XenHost();
    const server = host.createDomain({ domid: 0 }).openEvtchn();
    const client = host.createDomain({ domid: 1 }).openEvtchn();
    const offered = server.bindUnboundPort(1);
    const port = client.bindInterdomain(0, offered);
    const wait = async () => {
      const pending = await server.pending();
      server.unmask(pending);
      return pending;
    };
    const woken = wait();
    client.notify(port);
    client.close();
    expect(await woken).toBe(offered);
    server.notify(offered);
    expect(server.tryPending()).toBeUndefined();
  });
});
