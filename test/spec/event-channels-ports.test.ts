import { describe, expect, it } from 'vitest';
import { allocUnboundXen } from '../../src/hypervisor/xen-channel.js';
import {
  DOMID_SELF,
  EVTCHNSTAT_CLOSED,
  EVTCHNSTAT_UNBOUND,
  type HostDomain,
  VIRQ_DEBUG,
  VIRQ_TBUF,
  XenHost,
} from '../../src/index.js';
import { refusal } from './refusal.js';
import { itHasEveryRow } from './table-rows.js';

function bare(vcpus = 1) {
  const host = new XenHost();
  const guest = { kernel: false, vcpus, nrPirqs: 16, pirqs: [1] } as const;
  return { host, domain: host.createDomain({ domid: 1, ...guest }) };
}

/** A connected pair of domains. */
function connected() {
  const { host, domain } = bare(2);
  const peer = host.createDomain({ domid: 2, kernel: false });
  const offered = peer.hypercalls.allocUnbound(DOMID_SELF, 1);
  const port = domain.hypercalls.bindInterdomain(2, offered);
  return { host, domain, peer, port, offered };
}

/** A port of the domain whose events Xen itself receives. */
function xensPort(domain: HostDomain, notify: (port: number) => void = () => {}) {
  return allocUnboundXen(domain.xen, 0, 0, notify);
}

const isPending = ({ xen }: HostDomain, port: number) => xen.ports.isPending(port);

itHasEveryRow('the operations on a port of spec/event-channels.md 1.2', [
  'close (3)',
  'send (4)',
  'status (5)',
  'bind_vcpu (8)',
  'unmask (9)',
  'set_priority (13)',
]);

describe('close (3)', () => {
  it('answers EINVAL for a port that is not valid, Xen’s, free, or port 0', () => {
    const { domain } = bare();
    for (const port of [64, 0xffffffff, xensPort(domain), 40, 0]) {
      expect(refusal(() => domain.hypercalls.close(port))).toBe('EINVAL');
    }
  });

  it('frees the port, with its pending event gone and its vCPU 0 again', () => {
    const { domain, port } = connected();
    domain.hypercalls.bindVcpu(port, 1);
    expect(isPending(domain, port)).toBe(true);
    domain.hypercalls.close(port);
    expect(domain.hypercalls.status(DOMID_SELF, port)).toEqual({
      status: EVTCHNSTAT_CLOSED,
      vcpu: 0,
    });
    expect(domain.hypercalls.bindIpi(0)).toBe(port);
    expect(isPending(domain, port)).toBe(false);
  });

  it('turns the peer into an unbound port for the closer’s domain', () => {
    const { domain, peer, port, offered } = connected();
    domain.hypercalls.close(port);
    expect(peer.hypercalls.status(DOMID_SELF, offered)).toEqual({
      status: EVTCHNSTAT_UNBOUND,
      vcpu: 0,
      dom: 1,
    });
    expect(domain.hypercalls.bindInterdomain(2, offered)).toBe(port);
  });

  it('does so to the end that was made by bind_interdomain too', () => {
    const { domain, peer, port, offered } = connected();
    peer.hypercalls.close(offered);
    expect(domain.hypercalls.status(DOMID_SELF, port)).toMatchObject({
      status: EVTCHNSTAT_UNBOUND,
      dom: 2,
    });
  });

  it('does not notify the peer, which keeps an event that it has', () => {
    const { domain, peer, port, offered } = connected();
    domain.hypercalls.close(port);
    expect(isPending(peer, offered)).toBe(false);
    const again = domain.hypercalls.bindInterdomain(2, offered);
    domain.hypercalls.send(again);
    domain.hypercalls.close(again);
    expect(isPending(peer, offered)).toBe(true);
  });

  it('makes a virq and a pirq free to be bound again', () => {
    const { domain } = bare();
    const { hypercalls } = domain;
    for (const bind of [() => hypercalls.bindVirq(VIRQ_TBUF, 0), () => hypercalls.bindPirq(1)]) {
      const port = bind();
      expect(refusal(bind)).toBe('EEXIST');
      hypercalls.close(port);
      expect(bind()).toBe(port);
    }
  });
});

describe('send (4)', () => {
  it('answers EINVAL for a port that is not valid or Xen’s', () => {
    const { domain } = bare();
    for (const port of [64, 131072, 0xffffffff, xensPort(domain)]) {
      expect(refusal(() => domain.hypercalls.send(port))).toBe('EINVAL');
    }
  });

  it('answers EINVAL for a free port, port 0, a virq and a pirq', () => {
    const { domain } = bare();
    const { hypercalls } = domain;
    const virq = hypercalls.bindVirq(VIRQ_TBUF, 0);
    const pirq = hypercalls.bindPirq(1);
    for (const port of [40, 0, virq, pirq]) {
      expect(refusal(() => hypercalls.send(port))).toBe('EINVAL');
    }
  });

  it('makes the peer of an interdomain channel pending, on the peer’s vCPU', () => {
    const host = new XenHost();
    const domain = host.createDomain({ domid: 1, kernel: false });
    const peer = host.createDomain({ domid: 2, kernel: false, vcpus: 2 });
    const offered = peer.hypercalls.allocUnbound(DOMID_SELF, 1);
    const port = domain.hypercalls.bindInterdomain(2, offered);
    peer.hypercalls.bindVcpu(offered, 1);
    domain.hypercalls.send(port);
    expect(isPending(peer, offered)).toBe(true);
    expect(peer.xen.vcpus.map((vcpu) => vcpu.upcallPending)).toEqual([false, true]);
  });

  it('makes an IPI pending itself', () => {
    const { domain } = bare();
    const port = domain.hypercalls.bindIpi(0);
    domain.hypercalls.send(port);
    expect(isPending(domain, port)).toBe(true);
  });

  it('is dropped on an unbound port, with success', () => {
    const { domain } = bare();
    const port = domain.hypercalls.allocUnbound(DOMID_SELF, 1);
    expect(refusal(() => domain.hypercalls.send(port))).toBe('ok');
    expect(isPending(domain, port)).toBe(false);
  });

  it('calls Xen where the peer is Xen’s', () => {
    const { domain } = bare();
    const notified: number[] = [];
    const offered = allocUnboundXen(domain.xen, 0, 1, (port) => notified.push(port));
    const port = domain.hypercalls.bindInterdomain(DOMID_SELF, offered);
    domain.hypercalls.send(port);
    expect(notified).toEqual([offered]);
    expect(isPending(domain, offered)).toBe(false);
  });
});

describe('status (5)', () => {
  it('answers ESRCH, then EINVAL for a port that is not valid, then EPERM', () => {
    const { host, domain } = bare();
    host.createDomain({ domid: 2, kernel: false });
    const control = host.createDomain({ domid: 0, kernel: false });
    expect(refusal(() => domain.hypercalls.status(9, 64))).toBe('ESRCH');
    expect(refusal(() => domain.hypercalls.status(0x7ff1, 0))).toBe('ESRCH');
    expect(refusal(() => domain.hypercalls.status(2, 64))).toBe('EINVAL');
    expect(refusal(() => domain.hypercalls.status(2, 1))).toBe('EPERM');
    expect(refusal(() => control.hypercalls.status(2, 1))).toBe('ok');
  });

  it('tells port 0 and free ports as closed', () => {
    const { hypercalls } = bare().domain;
    for (const port of [0, 1, 63]) {
      expect(hypercalls.status(DOMID_SELF, port)).toEqual({ status: EVTCHNSTAT_CLOSED, vcpu: 0 });
    }
  });
});

describe('bind_vcpu (8)', () => {
  it('answers ENOENT for no such vCPU first', () => {
    const { hypercalls } = bare().domain;
    expect(refusal(() => hypercalls.bindVcpu(0, 1))).toBe('ENOENT');
    expect(refusal(() => hypercalls.bindVcpu(0xffffffff, 1))).toBe('ENOENT');
  });

  it('then EINVAL for a port that is not valid or Xen’s', () => {
    const { domain } = bare(2);
    for (const port of [64, 0xffffffff, xensPort(domain)]) {
      expect(refusal(() => domain.hypercalls.bindVcpu(port, 1))).toBe('EINVAL');
    }
  });

  it('and EINVAL for port 0, a free port, an IPI and a VIRQ per vCPU', () => {
    const { hypercalls } = bare(2).domain;
    const ipi = hypercalls.bindIpi(0);
    const virq = hypercalls.bindVirq(VIRQ_DEBUG, 0);
    for (const port of [0, 40, ipi, virq]) {
      expect(refusal(() => hypercalls.bindVcpu(port, 1))).toBe('EINVAL');
    }
  });

  it('moves unbound, interdomain, pirq and global virq ports', () => {
    const { domain, port } = connected();
    const { hypercalls } = domain;
    const movable = [
      port,
      hypercalls.allocUnbound(DOMID_SELF, 2),
      hypercalls.bindPirq(1),
      hypercalls.bindVirq(VIRQ_TBUF, 0),
    ];
    for (const each of movable) {
      hypercalls.bindVcpu(each, 1);
      expect(hypercalls.status(DOMID_SELF, each).vcpu).toBe(1);
    }
  });

  it('does not raise a pending event again on the new vCPU', () => {
    const { domain, port } = connected();
    // No mask bit is set in a domain where nothing runs, so vCPU 0 was told of the first event.
    expect(domain.xen.vcpus.map((vcpu) => vcpu.upcallPending)).toEqual([true, false]);
    domain.hypercalls.bindVcpu(port, 1);
    expect(domain.xen.vcpus.map((vcpu) => vcpu.upcallPending)).toEqual([true, false]);
  });
});

describe('unmask (9)', () => {
  it('answers EINVAL only for a port that is not valid; a free one and port 0 are fine', () => {
    const { hypercalls } = bare().domain;
    expect(refusal(() => hypercalls.unmask(64))).toBe('EINVAL');
    expect(refusal(() => hypercalls.unmask(0xffffffff))).toBe('EINVAL');
    expect(refusal(() => hypercalls.unmask(0))).toBe('ok');
    expect(refusal(() => hypercalls.unmask(40))).toBe('ok');
  });
});

describe('set_priority (13)', () => {
  it('answers EINVAL for a port that is not valid, under both ABIs', () => {
    const host = new XenHost();
    for (const [domid, abi] of [
      [1, 'fifo'],
      [2, 'two-level'],
    ] as const) {
      const { hypercalls } = host.createDomain({ domid, abi, kernelChannels: false });
      expect(refusal(() => hypercalls.setPriority(1000, 16))).toBe('EINVAL');
    }
  });

  it('then ENOSYS in two-level', () => {
    const { hypercalls } = bare().domain;
    expect(refusal(() => hypercalls.setPriority(0, 16))).toBe('ENOSYS');
    expect(refusal(() => hypercalls.setPriority(hypercalls.bindIpi(0), 7))).toBe('ENOSYS');
  });

  it('then EACCES for a channel that is not usable, then EINVAL above 15', () => {
    const { hypercalls } = new XenHost().createDomain({ domid: 1, kernelChannels: false });
    expect(refusal(() => hypercalls.setPriority(0, 16))).toBe('EACCES');
    expect(refusal(() => hypercalls.setPriority(40, 7))).toBe('EACCES');
    const port = hypercalls.bindIpi(0);
    expect(refusal(() => hypercalls.setPriority(port, 16))).toBe('EINVAL');
    for (const priority of [0, 7, 15]) {
      expect(refusal(() => hypercalls.setPriority(port, priority))).toBe('ok');
    }
  });

  it('affects future events only', () => {
    const host = new XenHost({ delivery: 'deferred' });
    const { hypercalls, kernel } = host.createDomain({ domid: 1, kernelChannels: false });
    const order: number[] = [];
    const record = { name: 'recorder', interrupt: (port: number) => order.push(port) };
    const [a, b] = [hypercalls.bindIpi(0), hypercalls.bindIpi(0)] as const;
    for (const port of [a, b]) kernel!.bindEvtchnToIrqHandler(port, record);
    for (const port of [a, b]) hypercalls.send(port);
    hypercalls.setPriority(b, 0);
    host.run();
    expect(order).toEqual([a, b]);
    for (const port of [a, b]) hypercalls.send(port);
    host.run();
    expect(order).toEqual([a, b, b, a]);
  });
});
