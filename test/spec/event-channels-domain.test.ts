import { describe, expect, it } from 'vitest';
import { allocUnboundXen } from '../../src/hypervisor/xen-channel.js';
import {
  DOMID_SELF,
  EBUSY,
  EFAULT,
  EINVAL,
  ENOSYS,
  EPERM,
  ESRCH,
  EVTCHN_FIFO_LINK_BITS,
  EVTCHNOP_BIND_IPI,
  EVTCHNOP_INIT_CONTROL,
  EVTCHNOP_RESET_CONT,
  EVTCHNOPS,
  EVTCHNSTAT_CLOSED,
  EVTCHNSTAT_INTERDOMAIN,
  EVTCHNSTAT_UNBOUND,
  evtchnBindIpi,
  evtchnInitControl,
  evtchnReset,
  type HostDomain,
  VIRQ_TBUF,
  XenHost,
} from '../../src/index.js';
import { refusal } from './refusal.js';
import { itHasEveryRow } from './table-rows.js';

function bare(vcpus = 1) {
  const host = new XenHost();
  return { host, domain: host.createDomain({ domid: 1, kernel: false, vcpus }) };
}

/** Gives a domain a control block for its vCPU 0, and so the FIFO ABI. */
function withFifo() {
  const { host, domain } = bare(2);
  domain.hypercalls.initControl(domain.xen.memory.allocatePage(), 0, 0);
  return { host, domain };
}

const reset = (caller: HostDomain, dom: number) => refusal(() => caller.hypercalls.reset(dom));

itHasEveryRow('the operations on a domain of spec/event-channels.md 1.2', [
  'Common',
  'reset (10)',
  'init_control (11)',
  'expand_array (12)',
  'reset_cont (14)',
  'Domain destruction',
]);

describe('Common', () => {
  it('answers ENOSYS for an unknown operation, before the argument is looked at', () => {
    const { hypercalls } = bare().domain;
    for (const cmd of [15, 99, 0xffffffff]) {
      expect(hypercalls.eventChannelOp(cmd, undefined)).toBe(-ENOSYS);
      expect(hypercalls.eventChannelOp(cmd, new Uint8Array(64))).toBe(-ENOSYS);
    }
  });

  it('answers EFAULT for every operation whose argument cannot be copied in', () => {
    const { hypercalls } = bare().domain;
    expect(EVTCHNOPS).toHaveLength(15);
    for (const { op, struct } of EVTCHNOPS) {
      expect(hypercalls.eventChannelOp(op, undefined)).toBe(-EFAULT);
      const tooShort = new Uint8Array(struct.size - 1);
      expect(hypercalls.eventChannelOp(op, tooShort)).toBe(-EFAULT);
    }
  });

  it('writes results back into the argument structure', () => {
    const { hypercalls } = bare().domain;
    const arg = evtchnBindIpi.encode({ vcpu: 0 });
    expect(hypercalls.eventChannelOp(EVTCHNOP_BIND_IPI, arg)).toBe(0);
    expect(evtchnBindIpi.decode(arg).port).toBe(1);
  });

  it('has a dying domain refused everything that allocates: EINVAL', () => {
    const { domain } = bare();
    domain.destroy();
    expect(refusal(() => domain.hypercalls.bindIpi(0))).toBe('EINVAL');
    expect(refusal(() => domain.hypercalls.bindVirq(VIRQ_TBUF, 0))).toBe('EINVAL');
  });

  it('has the allocation limited by the ABI or max_evtchn_port, whichever is lower: ENOSPC', () => {
    const capped = new XenHost().createDomain({ domid: 1, kernel: false, maxEvtchnPort: 70 });
    for (let port = 1; port <= 70; port++) expect(capped.hypercalls.bindIpi(0)).toBe(port);
    expect(refusal(() => capped.hypercalls.bindIpi(0))).toBe('ENOSPC');
  });
});

describe('reset (10)', () => {
  it('answers ESRCH, then EPERM, then EINVAL for another domain that is not paused', () => {
    const { host, domain } = bare();
    const control = host.createDomain({ domid: 0, kernel: false });
    host.createDomain({ domid: 2, kernel: false, paused: false });
    expect(reset(domain, 9)).toBe('ESRCH');
    expect(reset(domain, 0x7ff1)).toBe('ESRCH');
    expect(reset(domain, 2)).toBe('EPERM');
    expect(reset(control, 2)).toBe('EINVAL');
    host.domain(2)!.pause();
    expect(reset(control, 2)).toBe('ok');
  });

  it('never is EBUSY or EAGAIN here, where no two calls overlap: one after the other succeeds', () => {
    const { domain } = bare();
    domain.hypercalls.bindIpi(0);
    expect(reset(domain, DOMID_SELF)).toBe('ok');
    expect(reset(domain, DOMID_SELF)).toBe('ok');
    expect(domain.hypercalls.bindIpi(0)).toBe(1);
  });

  it('closes all ports but Xen’s; peers become unbound', () => {
    const { host, domain } = bare();
    const peer = host.createDomain({ domid: 2, kernel: false });
    const offered = peer.hypercalls.allocUnbound(DOMID_SELF, 1);
    const port = domain.hypercalls.bindInterdomain(2, offered);
    const xens = allocUnboundXen(domain.xen, 0, 2, () => {});
    domain.hypercalls.bindVirq(VIRQ_TBUF, 0);
    domain.hypercalls.reset(DOMID_SELF);
    const state = (each: number) => domain.hypercalls.status(DOMID_SELF, each).status;
    expect(state(port)).toBe(EVTCHNSTAT_CLOSED);
    expect(state(xens)).toBe(EVTCHNSTAT_UNBOUND);
    expect(peer.hypercalls.status(DOMID_SELF, offered)).toMatchObject({
      status: EVTCHNSTAT_UNBOUND,
      dom: 1,
    });
    expect(domain.hypercalls.bindVirq(VIRQ_TBUF, 0)).toBe(port);
  });

  it('takes a FIFO domain back to two-level', () => {
    const { domain } = withFifo();
    expect(domain.xen.ports.abi).toBe('fifo');
    domain.hypercalls.reset(DOMID_SELF);
    expect(domain.xen.ports.abi).toBe('two-level');
    const page = domain.xen.memory.allocatePage();
    expect(refusal(() => domain.hypercalls.expandArray(page))).toBe('EOPNOTSUPP');
    expect(refusal(() => domain.hypercalls.initControl(page, 0, 0))).toBe('ok');
  });
});

describe('init_control (11)', () => {
  it('answers ENOENT for no such vCPU, then EINVAL for the offset, then for the frame', () => {
    const { domain } = bare();
    const control = (offset: number, vcpu = 0, gfn = 12345) =>
      refusal(() => domain.hypercalls.initControl(gfn, offset, vcpu));
    expect(control(4, 1)).toBe('ENOENT');
    expect(control(4096, 0xffffffff)).toBe('ENOENT');
    expect(control(0)).toBe('EINVAL');
    const gfn = domain.xen.memory.allocatePage();
    for (const offset of [4, 4096, 4092, 4096 - 64]) {
      expect(control(offset, 0, gfn)).toBe('EINVAL');
    }
    expect(domain.xen.ports.abi).toBe('two-level');
    expect(control(4096 - 72, 0, gfn)).toBe('ok');
  });

  it('answers EINVAL for a vCPU that has a control block', () => {
    const { domain } = withFifo();
    const gfn = domain.xen.memory.allocatePage();
    expect(refusal(() => domain.hypercalls.initControl(gfn, 0, 0))).toBe('EINVAL');
    expect(refusal(() => domain.hypercalls.initControl(gfn, 0, 1))).toBe('ok');
  });

  it('switches the domain to FIFO with the first call, and tells that links have 17 bits', () => {
    const { domain } = bare();
    const gfn = domain.xen.memory.allocatePage();
    const arg = evtchnInitControl.encode({ controlGfn: BigInt(gfn), offset: 8, vcpu: 0 });
    expect(domain.hypercalls.eventChannelOp(EVTCHNOP_INIT_CONTROL, arg)).toBe(0);
    expect(evtchnInitControl.decode(arg).linkBits).toBe(EVTCHN_FIFO_LINK_BITS);
    expect(domain.xen.ports.abi).toBe('fifo');
  });

  it('loses no event over the switch: one pending in two-level is raised when its word arrives', () => {
    const { domain } = bare();
    const port = domain.hypercalls.bindIpi(0);
    domain.hypercalls.send(port);
    const { memory } = domain.xen;
    domain.hypercalls.initControl(memory.allocatePage(), 0, 0);
    expect(domain.xen.ports.isPending(port)).toBe(false);
    domain.hypercalls.expandArray(memory.allocatePage());
    expect(domain.xen.ports.isPending(port)).toBe(true);
  });
});

describe('expand_array (12)', () => {
  it('answers EOPNOTSUPP in two-level, before the frame is looked at', () => {
    const { hypercalls } = bare().domain;
    expect(refusal(() => hypercalls.expandArray(0x7fffffffff))).toBe('EOPNOTSUPP');
  });

  it('answers ENOSPC after 128 pages, before the frame is looked at', () => {
    const { domain } = withFifo();
    const { memory } = domain.xen;
    for (let page = 0; page < 128; page++) domain.hypercalls.expandArray(memory.allocatePage());
    expect(refusal(() => domain.hypercalls.expandArray(memory.allocatePage()))).toBe('ENOSPC');
    expect(refusal(() => domain.hypercalls.expandArray(0x7fffffffff))).toBe('ENOSPC');
  });

  it('answers EINVAL for a bad frame', () => {
    const { hypercalls } = withFifo().domain;
    expect(refusal(() => hypercalls.expandArray(0x7fffffffff))).toBe('EINVAL');
  });

  it('gives 1024 words more, and raises events remembered while the page was missing', () => {
    const { domain } = withFifo();
    const port = domain.hypercalls.bindIpi(0);
    domain.hypercalls.send(port);
    const gfn = domain.xen.memory.allocatePage();
    const words = domain.xen.memory.page(gfn)!;
    expect(words[port]).toBe(0);
    domain.hypercalls.expandArray(gfn);
    expect(words[port]! >>> 31).toBe(1);
    expect(domain.xen.vcpus[0]!.upcallPending).toBe(true);
  });
});

describe('reset_cont (14)', () => {
  it('is Xen’s own: a guest gets EBUSY, and nothing is closed', () => {
    const { domain } = bare();
    const port = domain.hypercalls.bindIpi(0);
    const arg = evtchnReset.encode({ dom: DOMID_SELF });
    expect(domain.hypercalls.eventChannelOp(EVTCHNOP_RESET_CONT, arg)).toBe(-EBUSY);
    expect(domain.hypercalls.close(port)).toBeUndefined();
  });

  it('makes the checks of reset before', () => {
    const { host, domain } = bare();
    const control = host.createDomain({ domid: 0, kernel: false });
    host.createDomain({ domid: 2, kernel: false, paused: false });
    const cont = (caller: HostDomain, dom: number) =>
      caller.hypercalls.eventChannelOp(EVTCHNOP_RESET_CONT, evtchnReset.encode({ dom }));
    expect(cont(domain, 9)).toBe(-ESRCH);
    expect(cont(domain, 2)).toBe(-EPERM);
    expect(cont(control, 2)).toBe(-EINVAL);
  });
});

describe('Domain destruction', () => {
  it('closes every port, Xen’s too; peers become unbound silently', () => {
    const { host, domain } = bare();
    const peer = host.createDomain({ domid: 2, kernel: false });
    const offered = peer.hypercalls.allocUnbound(DOMID_SELF, 1);
    domain.hypercalls.bindInterdomain(2, offered);
    const xens = allocUnboundXen(domain.xen, 0, 2, () => {});
    const toXen = peer.hypercalls.bindInterdomain(1, xens);
    expect(peer.hypercalls.status(DOMID_SELF, toXen).status).toBe(EVTCHNSTAT_INTERDOMAIN);
    domain.destroy();
    for (const port of [offered, toXen]) {
      expect(peer.hypercalls.status(DOMID_SELF, port)).toMatchObject({
        status: EVTCHNSTAT_UNBOUND,
        dom: 1,
      });
      expect(refusal(() => peer.hypercalls.send(port))).toBe('ok');
    }
    expect(peer.xen.ports.isPending(offered)).toBe(false);
    expect(refusal(() => peer.hypercalls.bindInterdomain(1, 1))).toBe('ESRCH');
  });
});
