import { describe, expect, it } from 'vitest';
import { EOPNOTSUPP } from '../../../src/abi/errno.js';
import { GuestFifo } from '../../../src/guest/fifo.js';
import { bareDomain, bareXen } from '../hypervisor/bare-xen.js';

function fifo(ports: number, then: (port: number) => void = () => {}, vcpus = 1) {
  const domain = bareDomain(bareXen('deferred'), { vcpus });
  const handled: number[] = [];
  const abi = new GuestFifo(domain, {
    handlePort(port) {
      abi.clearPending(port);
      handled.push(port);
      then(port);
    },
  });
  const ops = domain.hypervisor.eventChannels;
  for (let port = 1; port <= ports; port++) {
    ops.allocUnbound(domain, 0, 0);
    abi.setup(port);
    abi.unmask(port);
  }
  return { domain, abi, handled, ops };
}

describe('GuestFifo', () => {
  it('gives Xen a control block for each vCPU, which switches the domain', () => {
    const { domain } = fifo(0, () => {}, 3);
    expect(domain.ports.abi).toBe('fifo');
    expect([0, 1, 2].map((vcpu) => domain.fifo!.hasControlBlock(vcpu))).toEqual([true, true, true]);
  });

  it('says which hypercall failed when a vCPU has a control block already', () => {
    const { domain } = fifo(0);
    expect(() => new GuestFifo(domain, { handlePort() {} })).toThrow(
      'EVTCHNOP_init_control of vCPU 0 failed with -22',
    );
  });

  it('gives array pages as far as a port needs them, every word masked', () => {
    const { domain, abi } = fifo(0);
    expect(abi.nrChannels).toBe(0);
    expect(abi.setup(0)).toBe(0);
    expect(abi.nrChannels).toBe(1024);
    expect(abi.setup(1023)).toBe(0);
    expect(abi.nrChannels).toBe(1024);
    expect(abi.setup(2048)).toBe(0);
    expect(abi.nrChannels).toBe(3072);
    const pages = [2, 3, 4].map((gfn) => domain.memory.page(gfn)!);
    for (const page of pages) expect(page.every((word) => word === 0x40000000)).toBe(true);
    expect(domain.memory.page(5)).toBeUndefined();
  });

  it('passes the errno of expand_array on and takes its page back', () => {
    const { domain, abi, ops } = fifo(1);
    ops.reset(domain, 0);
    expect(abi.setup(1024)).toBe(-EOPNOTSUPP);
    expect(abi.nrChannels).toBe(1024);
    expect(domain.memory.page(3)).toBeUndefined();
  });

  it('takes the queues by priority and each queue in the order of its events', () => {
    const { domain, abi, handled, ops } = fifo(8);
    for (const [port, priority] of [
      [1, 15],
      [2, 0],
      [3, 7],
      [4, 7],
      [5, 0],
      [6, 3],
    ] as const) {
      ops.setPriority(domain, port, priority);
    }
    for (const port of [1, 4, 6, 3, 5, 2]) domain.ports.setPending(port);
    abi.handleEvents(0);
    expect(handled).toEqual([5, 2, 6, 4, 3, 1]);
  });

  it('looks for a higher priority after each single event', () => {
    const { domain, abi, handled, ops } = fifo(4, (port) => {
      if (port === 1) domain.ports.setPending(3);
    });
    ops.setPriority(domain, 3, 0);
    domain.ports.setPending(1);
    domain.ports.setPending(2);
    abi.handleEvents(0);
    expect(handled).toEqual([1, 3, 2]);
  });

  it('lets no busy port starve others of its priority: it goes to the end of the queue', () => {
    let rounds = 0;
    const { domain, abi, handled } = fifo(4, (port) => {
      if (port === 1 && ++rounds < 4) domain.ports.setPending(1);
    });
    for (const port of [1, 2, 3]) domain.ports.setPending(port);
    abi.handleEvents(0);
    expect(handled).toEqual([1, 2, 3, 1, 1, 1]);
  });

  it('unlinks each word it takes and keeps its mask', () => {
    const { domain, abi } = fifo(3);
    for (const port of [1, 2, 3]) domain.ports.setPending(port);
    abi.mask(2);
    abi.handleEvents(0);
    expect([1, 2, 3].map((port) => domain.fifo!.word(port) >>> 0)).toEqual([0, 0xc0000000, 0]);
  });

  it('finds what is left when a handler threw', () => {
    let fail = true;
    const { domain, abi, handled } = fifo(3, () => {
      if (fail) throw new Error('handler');
    });
    for (const port of [1, 2, 3]) domain.ports.setPending(port);
    expect(() => abi.handleEvents(0)).toThrow('handler');
    fail = false;
    abi.handleEvents(0);
    expect(handled).toEqual([1, 2, 3]);
  });

  it('unmasks over the 1024th port as below it', () => {
    const { domain, abi, handled } = fifo(1030);
    abi.mask(1029);
    domain.ports.setPending(1029);
    abi.handleEvents(0);
    expect(handled).toEqual([]);
    abi.unmask(1029);
    abi.handleEvents(0);
    expect(handled).toEqual([1029]);
  });
});
