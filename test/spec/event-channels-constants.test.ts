import { describe, expect, it } from 'vitest';
import {
  BITS_PER_EVTCHN_WORD,
  DEFAULT_LATE_EOI,
  DOMID_ANY,
  DOMID_COW,
  DOMID_FIRST_RESERVED,
  DOMID_IDLE,
  DOMID_INVALID,
  DOMID_IO,
  DOMID_SELF,
  DOMID_XEN,
  ENOSPC,
  EVTCHN_2L_NR_CHANNELS,
  EVTCHN_FIFO_BUSY,
  EVTCHN_FIFO_CONTROL_BLOCK_ALIGN,
  EVTCHN_FIFO_CONTROL_BLOCK_HEAD_OFFSET,
  EVTCHN_FIFO_CONTROL_BLOCK_READY_OFFSET,
  EVTCHN_FIFO_CONTROL_BLOCK_SIZE,
  EVTCHN_FIFO_EVENT_WORDS_PER_PAGE,
  EVTCHN_FIFO_LINK_BITS,
  EVTCHN_FIFO_LINKED,
  EVTCHN_FIFO_MASKED,
  EVTCHN_FIFO_MAX_EVENT_ARRAY_PAGES,
  EVTCHN_FIFO_MAX_QUEUES,
  EVTCHN_FIFO_NR_CHANNELS,
  EVTCHN_FIFO_PENDING,
  EVTCHN_FIFO_PRIORITY_DEFAULT,
  EVTCHN_FIFO_PRIORITY_MAX,
  EVTCHN_FIFO_PRIORITY_MIN,
  EVTCHNSTAT_CLOSED,
  type EvtchnError,
  NR_VIRQS,
  SCHEDOP_POLL_MAX_PORTS,
  VIRQS,
  virqKind,
  XenHost,
} from '../../src/index.js';
import { DeviceProgram } from './device-program.js';
import { itHasEveryRow } from './table-rows.js';

/** Allocates until Xen refuses. @returns how many there were, and why it ended */
function exhaust(options: { abi: 'fifo' | 'two-level'; maxEvtchnPort?: number }) {
  const domain = new XenHost().createDomain({ domid: 5, kernelChannels: false, ...options });
  let count = 0;
  for (;;) {
    try {
      domain.hypercalls.allocUnbound(DOMID_SELF, 0);
      count++;
    } catch (error) {
      return { count, errno: (error as EvtchnError).errno };
    }
  }
}

itHasEveryRow('spec/event-channels.md 1.1', [
  '2-level ports',
  'FIFO ports',
  'FIFO priorities',
  'FIFO word',
  'FIFO control block',
  "guest's cap",
  'VIRQs',
  'domids',
  'SCHEDOP_poll',
  'device ring',
  'late-EOI params',
  'Port states',
]);

describe('2-level ports', () => {
  it('are 4096 with 64-bit words, port 0 among them', () => {
    expect(EVTCHN_2L_NR_CHANNELS).toBe(4096);
    expect(BITS_PER_EVTCHN_WORD).toBe(64);
    expect(exhaust({ abi: 'two-level', maxEvtchnPort: 0x7fffffff })).toEqual({
      count: 4095,
      errno: -ENOSPC,
    });
  });
});

describe('FIFO ports', () => {
  it('are 131072 in 128 pages of 1024 words', () => {
    expect(EVTCHN_FIFO_NR_CHANNELS).toBe(131072);
    expect(EVTCHN_FIFO_EVENT_WORDS_PER_PAGE).toBe(1024);
    expect(EVTCHN_FIFO_MAX_EVENT_ARRAY_PAGES).toBe(128);
    expect(EVTCHN_FIFO_LINK_BITS).toBe(17);
    expect(exhaust({ abi: 'fifo', maxEvtchnPort: 0x7fffffff })).toEqual({
      count: 131071,
      errno: -ENOSPC,
    });
  });
});

describe('FIFO priorities', () => {
  it('go from 0, the highest, to 15, with 7 the default, in 16 queues', () => {
    expect(EVTCHN_FIFO_PRIORITY_MAX).toBe(0);
    expect(EVTCHN_FIFO_PRIORITY_MIN).toBe(15);
    expect(EVTCHN_FIFO_PRIORITY_DEFAULT).toBe(7);
    expect(EVTCHN_FIFO_MAX_QUEUES).toBe(16);
  });
});

describe('FIFO word', () => {
  it('has PENDING 31, MASKED 30, LINKED 29, BUSY 28', () => {
    expect([EVTCHN_FIFO_PENDING, EVTCHN_FIFO_MASKED, EVTCHN_FIFO_LINKED, EVTCHN_FIFO_BUSY]).toEqual(
      [31, 30, 29, 28],
    );
  });
});

describe('FIFO control block', () => {
  it('is ready, a reserved word and 16 heads: 72 bytes, aligned to 8', () => {
    expect(EVTCHN_FIFO_CONTROL_BLOCK_READY_OFFSET).toBe(0);
    expect(EVTCHN_FIFO_CONTROL_BLOCK_HEAD_OFFSET).toBe(8);
    expect(EVTCHN_FIFO_CONTROL_BLOCK_SIZE).toBe(72);
    expect(EVTCHN_FIFO_CONTROL_BLOCK_ALIGN).toBe(8);
  });
});

describe("guest's cap", () => {
  it('is 1023 in a guest unless given', () => {
    const domain = new XenHost().createDomain({ domid: 5 });
    expect(domain.xen.maxEvtchnPort).toBe(1023);
    expect(exhaust({ abi: 'fifo' })).toEqual({ count: 1023, errno: -ENOSPC });
  });

  it('is the highest port when given', () => {
    expect(exhaust({ abi: 'fifo', maxEvtchnPort: 100 })).toEqual({ count: 100, errno: -ENOSPC });
  });

  it('is none in dom0', () => {
    const app = new DeviceProgram(new XenHost().createDomain({ domid: 0 }));
    for (let i = 0; i < 2000; i++) expect(app.bindUnboundPort(0)).toBeGreaterThan(0);
  });
});

describe('VIRQs', () => {
  it('are 24: four per vCPU, ARGO per domain, the others global', () => {
    expect(NR_VIRQS).toBe(24);
    const ofKind = (kind: string) => VIRQS.filter((virq) => virq.kind === kind);
    expect(ofKind('vcpu').map(({ number, name }) => [number, name])).toEqual([
      [0, 'VIRQ_TIMER'],
      [1, 'VIRQ_DEBUG'],
      [7, 'VIRQ_XENOPROF'],
      [13, 'VIRQ_XENPMU'],
    ]);
    expect(ofKind('domain').map(({ number, name }) => [number, name])).toEqual([[11, 'VIRQ_ARGO']]);
    expect(ofKind('global')).toHaveLength(19);
  });

  it('have these names and numbers', () => {
    expect(VIRQS.slice(2, 13).map(({ name }) => name)).toEqual([
      'VIRQ_CONSOLE',
      'VIRQ_DOM_EXC',
      'VIRQ_TBUF',
      'VIRQ_5',
      'VIRQ_DEBUGGER',
      'VIRQ_XENOPROF',
      'VIRQ_CON_RING',
      'VIRQ_PCPU_STATE',
      'VIRQ_MEM_EVENT',
      'VIRQ_ARGO',
      'VIRQ_ENOMEM',
    ]);
    for (let virq = 16; virq < 24; virq++) expect(virqKind(virq)).toBe('global');
  });
});

describe('domids', () => {
  it('from 0x7FF0 on are reserved', () => {
    expect(DOMID_FIRST_RESERVED).toBe(0x7ff0);
    expect([
      DOMID_SELF,
      DOMID_IO,
      DOMID_XEN,
      DOMID_COW,
      DOMID_INVALID,
      DOMID_ANY,
      DOMID_IDLE,
    ]).toEqual([0x7ff0, 0x7ff1, 0x7ff2, 0x7ff3, 0x7ff4, 0x7ff5, 0x7fff]);
  });

  it('are not those of ordinary domains, which end at 0x7FEF', () => {
    const host = new XenHost();
    expect(host.createDomain({ domid: 0x7fef }).domid).toBe(0x7fef);
    expect(() => host.createDomain({ domid: 0x7ff0 })).toThrow(RangeError);
  });
});

describe('SCHEDOP_poll', () => {
  it('takes 128 ports at most', async () => {
    const { hypercalls } = new XenHost().createDomain({ domid: 5, kernel: false });
    expect(SCHEDOP_POLL_MAX_PORTS).toBe(128);
    const port = hypercalls.bindIpi(0);
    hypercalls.send(port);
    await expect(hypercalls.poll(new Array(128).fill(port))).resolves.toBe('event');
    await expect(hypercalls.poll(new Array(129).fill(port))).rejects.toMatchObject({
      code: 'EINVAL',
    });
  });
});

describe('device ring', () => {
  it('starts at 0, is 64 with the first bind and doubles beyond', () => {
    const domain = new XenHost().createDomain({ domid: 0 });
    const app = new DeviceProgram(domain);
    const [device] = [...(domain.driver?.openFiles.values() ?? [])];
    const sizes = [device?.ring.size];
    for (let ports = 1; ports <= 257; ports++) {
      app.bindUnboundPort(0);
      if (device?.ring.size !== sizes.at(-1)) sizes.push(device?.ring.size);
    }
    expect(sizes).toEqual([0, 64, 128, 256, 512]);
  });

  it('moves at most 4096 bytes a call', () => {
    const app = new DeviceProgram(new XenHost().createDomain({ domid: 0 }));
    expect(app.writeAt(app.memory.start, 8192)).toBe(4096);
  });
});

describe('late-EOI params', () => {
  it('are 2 and 10 jiffies unless set', () => {
    expect(DEFAULT_LATE_EOI).toMatchObject({ eventLoopTimeout: 2, eventEoiDelay: 10 });
  });
});

describe('Port states', () => {
  it('has port 0 reserved for good, which reads as closed', () => {
    const { hypercalls } = new XenHost().createDomain({ domid: 5, kernel: false });
    expect(hypercalls.status(DOMID_SELF, 0).status).toBe(EVTCHNSTAT_CLOSED);
    expect(hypercalls.allocUnbound(DOMID_SELF, 0)).toBe(1);
  });

  it('allocates the lowest free port, which two-level reuses at once, also if it was pending', () => {
    const { hypercalls } = new XenHost().createDomain({ domid: 5, kernel: false });
    const ports = [hypercalls.bindIpi(0), hypercalls.bindIpi(0), hypercalls.bindIpi(0)];
    hypercalls.send(ports[1]!);
    hypercalls.close(ports[1]!);
    hypercalls.close(ports[0]!);
    expect(hypercalls.bindIpi(0)).toBe(ports[0]);
    expect(hypercalls.bindIpi(0)).toBe(ports[1]);
    expect(hypercalls.bindIpi(0)).toBe(4);
  });

  it('skips a FIFO port whose word is still linked, until the guest has unlinked it', () => {
    const host = new XenHost({ delivery: 'deferred' });
    const { hypercalls, kernel } = host.createDomain({ domid: 5, kernelChannels: false });
    const port = hypercalls.bindIpi(0);
    const irq = kernel!.bindEvtchnToIrqHandler(port, { name: 'ipi', interrupt() {} });
    hypercalls.send(port);
    kernel!.unbindFromIrqHandler(irq);
    const other = hypercalls.bindIpi(0);
    expect(other).toBe(port + 1);
    host.run();
    expect(hypercalls.bindIpi(0)).toBe(port);
  });
});
