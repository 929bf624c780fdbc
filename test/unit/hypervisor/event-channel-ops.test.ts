import { describe, expect, it } from 'vitest';
import { DOMID_SELF } from '../../../src/abi/domid.js';
import {
  EACCES,
  EBUSY,
  EEXIST,
  EINVAL,
  ENOENT,
  ENOSPC,
  ENOSYS,
  EOPNOTSUPP,
  EPERM,
  ESRCH,
} from '../../../src/abi/errno.js';
import { VIRQ_ARGO, VIRQ_DEBUG, VIRQ_TBUF, VIRQ_TIMER } from '../../../src/abi/virq.js';
import { allocUnboundXen } from '../../../src/hypervisor/xen-channel.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';
import { bareDomain, bareXen } from './bare-xen.js';
import { FifoGuest } from './fifo-guest.js';
import { pendingBit, selectorBit, writeMaskBit } from './shared-pages.js';

/** Numbers that name no ordinary domain and are not the caller. */
const NO_DOMAIN = [1, 0x7ff1, 0x7ff2, 0x7ff3, 0x7ff4, 0x7fff, 0xffff];
const NO_PORT = [64, 1000, 131071, 131072, 0xffffffff];

function dom0(config: Parameters<typeof bareDomain>[1] = {}) {
  const xen = bareXen();
  const domain = bareDomain(xen, { privileged: true, ...config });
  return { xen, ops: xen.eventChannels, domain };
}

describe('EVTCHNOP_alloc_unbound', () => {
  it.each([
    [0, 0],
    [DOMID_SELF, 0],
    [1234, 1234],
    [0x7ff4, 0x7ff4],
    [0xffff, 0xffff],
  ])('takes remote domain %i as %i, whether it exists or not', (remote, stored) => {
    const { ops, domain } = dom0();
    const port = ops.allocUnbound(domain, DOMID_SELF, remote);
    expect(ops.status(domain, 0, port)).toEqual({ status: 1, vcpu: 0, dom: stored });
  });

  it.each(NO_DOMAIN)('answers ESRCH for a port of domain %i', (dom) => {
    const { ops, domain } = dom0();
    expect(ops.allocUnbound(domain, dom, 0)).toBe(-ESRCH);
  });

  it('makes the port in the named domain, with the caller as SELF', () => {
    const { xen, ops, domain } = dom0();
    const other = bareDomain(xen, { domid: 5 });
    expect(ops.allocUnbound(domain, 5, DOMID_SELF)).toBe(1);
    expect(other.channels.remote(1)).toBe(0);
    expect(domain.channels.active).toBe(0);
  });

  it('refuses another domain with EPERM, but after the allocation, so ENOSPC wins', () => {
    const { xen, ops } = dom0();
    const guest = bareDomain(xen, { domid: 5 });
    const full = bareDomain(xen, { domid: 6, maxEvtchnPort: 0 });
    const stranger = bareDomain(xen, { domid: 7 });
    expect(ops.allocUnbound(guest, 7, 0)).toBe(-EPERM);
    expect(ops.allocUnbound(guest, 6, 0)).toBe(-ENOSPC);
    expect(stranger.channels.active).toBe(0);
    expect(full.channels.active).toBe(0);
  });

  it('lets a device model make ports for its target and nobody else', () => {
    const { xen, ops } = dom0();
    const model = bareDomain(xen, { domid: 5, target: 6 });
    bareDomain(xen, { domid: 6 });
    bareDomain(xen, { domid: 7 });
    expect(ops.allocUnbound(model, 6, 5)).toBe(1);
    expect(ops.allocUnbound(model, 7, 5)).toBe(-EPERM);
  });
});

describe('EVTCHNOP_bind_interdomain', () => {
  it('connects both ends and makes the local one pending, the remote one not', () => {
    const { xen, ops, domain } = dom0();
    const other = bareDomain(xen, { domid: 5 });
    ops.bindIpi(domain, 0);
    const remotePort = ops.allocUnbound(other, DOMID_SELF, 0);
    const port = ops.bindInterdomain(domain, 5, remotePort);
    expect(ops.status(domain, DOMID_SELF, port)).toEqual({
      status: 2,
      vcpu: 0,
      dom: 5,
      port: remotePort,
    });
    expect(ops.status(other, DOMID_SELF, remotePort)).toEqual({
      status: 2,
      vcpu: 0,
      dom: 0,
      port,
    });
    expect(pendingBit(domain, port)).toBe(true);
    expect(pendingBit(other, remotePort)).toBe(false);
  });

  it.each(NO_DOMAIN)('answers ESRCH for domain %i, before it looks at the port', (dom) => {
    const { ops, domain } = dom0({ maxEvtchnPort: 0 });
    expect(ops.bindInterdomain(domain, dom, 0)).toBe(-ESRCH);
  });

  it('answers ENOSPC before it looks at the remote port', () => {
    const { ops, domain } = dom0({ maxEvtchnPort: 0 });
    expect(ops.bindInterdomain(domain, 0, 0xffffffff)).toBe(-ENOSPC);
  });

  it.each([0, 1, ...NO_PORT])('answers EINVAL for port %i, reserved, free or not valid', (port) => {
    const { ops, domain } = dom0();
    expect(ops.bindInterdomain(domain, 0, port)).toBe(-EINVAL);
    expect(domain.channels.active).toBe(0);
  });

  it('answers EINVAL for ports that are connected, an IPI, a VIRQ, or meant for another', () => {
    const { ops, domain } = dom0();
    const a = ops.allocUnbound(domain, 0, 0);
    const b = ops.bindInterdomain(domain, 0, a);
    const ipi = ops.bindIpi(domain, 0);
    const virq = ops.bindVirq(domain, VIRQ_TBUF, 0);
    const foreign = ops.allocUnbound(domain, 0, 9);
    for (const port of [a, b, ipi, virq, foreign]) {
      expect(ops.bindInterdomain(domain, 0, port)).toBe(-EINVAL);
    }
  });
});

describe('EVTCHNOP_bind_virq', () => {
  it.each([
    [24, 0, -EINVAL],
    [0xffffffff, 0, -EINVAL],
    [24, 99, -EINVAL],
    [VIRQ_TBUF, 1, -EINVAL],
    [3, 99, -EINVAL],
    [VIRQ_DEBUG, 99, -ENOENT],
    [VIRQ_DEBUG, 0xffffffff, -ENOENT],
  ])('VIRQ %i on vCPU %i is %i', (virq, vcpu, rc) => {
    const { ops, domain } = dom0({ vcpus: 2, maxEvtchnPort: 0 });
    expect(ops.bindVirq(domain, virq, vcpu)).toBe(rc);
  });

  it('answers EEXIST for one that is bound, before ENOSPC', () => {
    const { ops, domain } = dom0({ maxEvtchnPort: 1 });
    expect(ops.bindVirq(domain, VIRQ_TBUF, 0)).toBe(1);
    expect(ops.bindVirq(domain, VIRQ_TBUF, 0)).toBe(-EEXIST);
    expect(ops.bindVirq(domain, VIRQ_DEBUG, 0)).toBe(-ENOSPC);
  });

  it('binds one per vCPU once on each, notifying that vCPU', () => {
    const { ops, domain } = dom0({ vcpus: 2 });
    const first = ops.bindVirq(domain, VIRQ_TIMER, 0);
    const second = ops.bindVirq(domain, VIRQ_TIMER, 1);
    expect(ops.status(domain, 0, first)).toEqual({ status: 4, vcpu: 0, nr: VIRQ_TIMER });
    expect(ops.status(domain, 0, second)).toEqual({ status: 4, vcpu: 1, nr: VIRQ_TIMER });
  });

  it('binds each of the 24 numbers, named or not', () => {
    const { ops, domain } = dom0();
    for (let virq = 0; virq < 24; virq++) expect(ops.bindVirq(domain, virq, 0)).toBe(virq + 1);
  });
});

describe('EVTCHNOP_bind_pirq', () => {
  it.each([
    [0, -EPERM],
    [17, -EPERM],
    [32, -EINVAL],
    [9999, -EINVAL],
    [0xffffffff, -EINVAL],
  ])('pirq %i is %i, whatever the flags', (pirq, rc) => {
    const { ops, domain } = dom0({ nrPirqs: 32, pirqs: [9] });
    for (const flags of [0, 1, 2, 0xffffffff]) expect(ops.bindPirq(domain, pirq, flags)).toBe(rc);
  });

  it('binds one of its own once', () => {
    const { ops, domain } = dom0({ nrPirqs: 32, pirqs: [9] });
    const port = ops.bindPirq(domain, 9, 0);
    expect(ops.status(domain, 0, port)).toEqual({ status: 3, vcpu: 0, nr: 9 });
    expect(ops.bindPirq(domain, 9, 0)).toBe(-EEXIST);
  });

  it('answers ENOSPC last', () => {
    const { ops, domain } = dom0({ nrPirqs: 32, pirqs: [9], maxEvtchnPort: 0 });
    expect(ops.bindPirq(domain, 9, 0)).toBe(-ENOSPC);
    expect(ops.bindPirq(domain, 8, 0)).toBe(-EPERM);
  });
});

describe('EVTCHNOP_bind_ipi', () => {
  it('binds a port that notifies the vCPU', () => {
    const { ops, domain } = dom0({ vcpus: 2 });
    const port = ops.bindIpi(domain, 1);
    expect(ops.status(domain, 0, port)).toEqual({ status: 5, vcpu: 1 });
  });

  it('answers ENOENT for no such vCPU, before ENOSPC', () => {
    const { ops, domain } = dom0({ maxEvtchnPort: 0 });
    expect(ops.bindIpi(domain, 99)).toBe(-ENOENT);
    expect(ops.bindIpi(domain, 0xffffffff)).toBe(-ENOENT);
    expect(ops.bindIpi(domain, 0)).toBe(-ENOSPC);
  });
});

describe('EVTCHNOP_close', () => {
  it.each([0, 1, ...NO_PORT])('answers EINVAL for port %i, reserved, free or not valid', (port) => {
    const { ops, domain } = dom0();
    expect(ops.close(domain, port)).toBe(-EINVAL);
  });

  it("closes once, and never a port of Xen's", () => {
    const { ops, domain } = dom0();
    const port = ops.bindIpi(domain, 0);
    expect(ops.close(domain, port)).toBe(0);
    expect(ops.close(domain, port)).toBe(-EINVAL);
    const own = allocUnboundXen(domain, 0, 0, () => {});
    expect(ops.close(domain, own)).toBe(-EINVAL);
    expect(domain.channels.usable(own)).toBe(true);
  });
});

describe('EVTCHNOP_send', () => {
  it.each([0, 1, ...NO_PORT])('answers EINVAL for port %i, reserved, free or not valid', (port) => {
    const { ops, domain } = dom0();
    expect(ops.send(domain, port)).toBe(-EINVAL);
  });

  it("answers EINVAL for a VIRQ, a pirq, and a port of Xen's", () => {
    const { ops, domain } = dom0({ nrPirqs: 16, pirqs: [9] });
    const ports = [
      ops.bindVirq(domain, VIRQ_TBUF, 0),
      ops.bindPirq(domain, 9, 0),
      allocUnboundXen(domain, 0, 0, () => {}),
    ];
    for (const port of ports) {
      expect(ops.send(domain, port)).toBe(-EINVAL);
      expect(pendingBit(domain, port)).toBe(false);
    }
  });

  it('drops an event on an unbound port, with success', () => {
    const { ops, domain } = dom0();
    const port = ops.allocUnbound(domain, 0, 0);
    expect(ops.send(domain, port)).toBe(0);
    expect(pendingBit(domain, port)).toBe(false);
  });

  it('makes the peer pending and not the sender, each way', () => {
    const { xen, ops, domain } = dom0();
    const other = bareDomain(xen, { domid: 5 });
    const theirs = ops.allocUnbound(other, DOMID_SELF, 0);
    const ours = ops.bindInterdomain(domain, 5, theirs);
    domain.ports.clearPending(ours);
    expect(ops.send(domain, ours)).toBe(0);
    expect([pendingBit(domain, ours), pendingBit(other, theirs)]).toEqual([false, true]);
    other.ports.clearPending(theirs);
    expect(ops.send(other, theirs)).toBe(0);
    expect([pendingBit(domain, ours), pendingBit(other, theirs)]).toEqual([true, false]);
  });

  it("makes an IPI's own port pending, on its vCPU", () => {
    const { ops, domain } = dom0({ vcpus: 2 });
    const port = ops.bindIpi(domain, 1);
    expect(ops.send(domain, port)).toBe(0);
    expect(pendingBit(domain, port)).toBe(true);
    expect([selectorBit(domain, 0, 0), selectorBit(domain, 1, 0)]).toEqual([false, true]);
  });

  it("calls Xen's consumer at the other end instead of setting a bit", () => {
    const { xen, ops, domain } = dom0();
    const guest = bareDomain(xen, { domid: 5 });
    const notified: number[] = [];
    const xens = allocUnboundXen(guest, 0, 0, (port) => notified.push(port));
    const port = ops.bindInterdomain(domain, 5, xens);
    expect(ops.send(domain, port)).toBe(0);
    expect(notified).toEqual([xens]);
    expect(pendingBit(guest, xens)).toBe(false);
  });
});

describe('EVTCHNOP_status', () => {
  it('reads port 0 and free ports as closed', () => {
    const { ops, domain } = dom0();
    expect(ops.status(domain, 0, 0)).toEqual({ status: 0, vcpu: 0 });
    expect(ops.status(domain, DOMID_SELF, 63)).toEqual({ status: 0, vcpu: 0 });
  });

  it('answers ESRCH, then EINVAL for the port, then EPERM', () => {
    const { xen, ops, domain } = dom0();
    const guest = bareDomain(xen, { domid: 5 });
    for (const dom of NO_DOMAIN) expect(ops.status(domain, dom, 0)).toBe(-ESRCH);
    for (const port of NO_PORT) expect(ops.status(guest, 0, port)).toBe(-EINVAL);
    expect(ops.status(guest, 0, 0)).toBe(-EPERM);
    expect(ops.status(domain, 5, 0)).toEqual({ status: 0, vcpu: 0 });
  });
});

describe('EVTCHNOP_bind_vcpu', () => {
  it('moves unbound and interdomain ports, pirqs and VIRQs that are not per vCPU', () => {
    const { ops, domain } = dom0({ vcpus: 2, nrPirqs: 16, pirqs: [9] });
    const unbound = ops.allocUnbound(domain, 0, 0);
    const other = ops.allocUnbound(domain, 0, 0);
    const connected = ops.bindInterdomain(domain, 0, other);
    const pirq = ops.bindPirq(domain, 9, 0);
    const virq = ops.bindVirq(domain, VIRQ_TBUF, 0);
    for (const port of [unbound, other, connected, pirq, virq]) {
      expect(ops.bindVcpu(domain, port, 1)).toBe(0);
      expect(ops.status(domain, 0, port)).toMatchObject({ vcpu: 1 });
    }
  });

  // xen/common/event_channel.c refuses a VIRQ only if it is per vCPU; ARGO is per domain.
  it('moves VIRQ_ARGO, which is per domain', () => {
    const { ops, domain } = dom0({ vcpus: 2 });
    const port = ops.bindVirq(domain, VIRQ_ARGO, 0);
    expect(ops.bindVcpu(domain, port, 1)).toBe(0);
    expect(ops.status(domain, 0, port)).toEqual({ status: 4, vcpu: 1, nr: VIRQ_ARGO });
  });

  it('answers ENOENT for no such vCPU, before the port', () => {
    const { ops, domain } = dom0();
    expect(ops.bindVcpu(domain, 0xffffffff, 1)).toBe(-ENOENT);
  });

  it("answers EINVAL for an IPI, a VIRQ per vCPU, Xen's ports, and ports not in use", () => {
    const { ops, domain } = dom0();
    const ports = [
      ops.bindIpi(domain, 0),
      ops.bindVirq(domain, VIRQ_TIMER, 0),
      allocUnboundXen(domain, 0, 0, () => {}),
      0,
      63,
      ...NO_PORT,
    ];
    for (const port of ports) expect(ops.bindVcpu(domain, port, 0)).toBe(-EINVAL);
  });

  it('does not raise again what is pending already: only later events go to the new vCPU', () => {
    const { ops, domain } = dom0({ vcpus: 2 });
    const a = ops.allocUnbound(domain, 0, 0);
    const b = ops.bindInterdomain(domain, 0, a);
    expect(selectorBit(domain, 0, 0)).toBe(true);
    expect(ops.bindVcpu(domain, b, 1)).toBe(0);
    expect(selectorBit(domain, 1, 0)).toBe(false);
    domain.ports.clearPending(b);
    ops.send(domain, a);
    expect(selectorBit(domain, 1, 0)).toBe(true);
  });
});

describe('EVTCHNOP_unmask', () => {
  it('succeeds on port 0 and free ports without touching their bits', () => {
    const { ops, domain } = dom0();
    writeMaskBit(domain, 5, true);
    const before = domain.sharedInfo.slice();
    expect(ops.unmask(domain, 0)).toBe(0);
    expect(ops.unmask(domain, 5)).toBe(0);
    expect(domain.sharedInfo).toEqual(before);
  });

  it.each(NO_PORT)('answers EINVAL for port %i, which is not valid', (port) => {
    const { ops, domain } = dom0();
    expect(ops.unmask(domain, port)).toBe(-EINVAL);
  });
});

describe('EVTCHNOP_reset', () => {
  it("closes all ports but Xen's, and leaves peers unbound", () => {
    const { xen, ops, domain } = dom0();
    const guest = bareDomain(xen, { domid: 5, vcpus: 2 });
    const theirs = ops.allocUnbound(domain, 0, 5);
    const ours = ops.bindInterdomain(guest, 0, theirs);
    ops.bindVirq(guest, VIRQ_TIMER, 1);
    for (let i = 0; i < 100; i++) ops.bindIpi(guest, 0);
    const xens = allocUnboundXen(guest, 0, 0, () => {});
    expect(ops.reset(guest, DOMID_SELF)).toBe(0);
    expect(guest.channels.active).toBe(1);
    expect(guest.channels.consumerIsXen(xens)).toBe(true);
    expect(ops.status(domain, 0, theirs)).toEqual({ status: 1, vcpu: 0, dom: 5 });
    expect(ops.allocUnbound(guest, DOMID_SELF, 0)).toBe(ours);
  });

  it('takes a FIFO domain back to two-level, where FIFO can be set up anew', () => {
    const { ops, domain } = dom0();
    new FifoGuest(domain);
    ops.bindIpi(domain, 0);
    expect(ops.reset(domain, 0)).toBe(0);
    expect(domain.ports.abi).toBe('two-level');
    const again = new FifoGuest(domain);
    const port = ops.bindIpi(domain, 0);
    ops.send(domain, port);
    expect(again.walk(0, 7)).toEqual([port]);
  });

  it('answers ESRCH, EPERM, and EINVAL for another domain that is not paused', () => {
    const { xen, ops, domain } = dom0();
    const running = bareDomain(xen, { domid: 5 });
    const paused = bareDomain(xen, { domid: 6, paused: true });
    ops.bindIpi(paused, 0);
    for (const dom of NO_DOMAIN) expect(ops.reset(domain, dom)).toBe(-ESRCH);
    expect(ops.reset(running, 6)).toBe(-EPERM);
    expect(ops.reset(running, 0)).toBe(-EPERM);
    expect(ops.reset(domain, 5)).toBe(-EINVAL);
    expect(paused.channels.active).toBe(1);
    expect(ops.reset(domain, 6)).toBe(0);
    expect(paused.channels.active).toBe(0);
  });

  it('as the continuation is EBUSY where reset succeeds, and closes nothing', () => {
    const { ops, domain } = dom0();
    ops.bindIpi(domain, 0);
    expect(ops.resetCont(domain, DOMID_SELF)).toBe(-EBUSY);
    expect(ops.resetCont(domain, 9)).toBe(-ESRCH);
    expect(domain.channels.active).toBe(1);
  });
});

describe('EVTCHNOP_init_control', () => {
  it.each([
    [99, 0, -ENOENT],
    [0xffffffff, 4096, -ENOENT],
    [0, 4096, -EINVAL],
    [0, 4032, -EINVAL],
    [0, 4, -EINVAL],
    [0, 0xffffffff, -EINVAL],
  ])('on vCPU %i at offset %i is %i', (vcpu, offset, rc) => {
    const { ops, domain } = dom0();
    const gfn = domain.memory.allocatePage();
    expect(ops.initControl(domain, gfn, offset, vcpu)).toBe(rc);
    expect(domain.ports.abi).toBe('two-level');
  });

  it('answers EINVAL for a frame without memory and stays two-level', () => {
    const { ops, domain } = dom0();
    expect(ops.initControl(domain, 0, 0, 0)).toBe(-EINVAL);
    expect(ops.initControl(domain, 2 ** 64, 0, 0)).toBe(-EINVAL);
    expect(domain.ports.abi).toBe('two-level');
  });

  it('takes the last place in a page, each vCPU once', () => {
    const { ops, domain } = dom0({ vcpus: 2 });
    const gfn = domain.memory.allocatePage();
    expect(ops.initControl(domain, gfn, 4024, 1)).toBe(0);
    expect(domain.ports.abi).toBe('fifo');
    expect(ops.initControl(domain, gfn, 0, 1)).toBe(-EINVAL);
    expect(ops.initControl(domain, gfn, 0, 0)).toBe(0);
    expect(ops.expandArray(domain, domain.memory.allocatePage())).toBe(0);
    const port = ops.bindIpi(domain, 1);
    ops.send(domain, port);
    const bytes = new DataView(domain.memory.page(gfn)!.buffer);
    expect(bytes.getUint32(4024, true)).toBe(1 << 7);
    expect(bytes.getUint32(4024 + 8 + 7 * 4, true)).toBe(port);
  });
});

describe('EVTCHNOP_expand_array', () => {
  it('is EOPNOTSUPP under two-level, before the frame is looked at', () => {
    const { ops, domain } = dom0();
    expect(ops.expandArray(domain, 0)).toBe(-EOPNOTSUPP);
  });

  it('answers EINVAL for a frame without memory', () => {
    const { ops, domain } = dom0();
    new FifoGuest(domain);
    expect(ops.expandArray(domain, 0x7fffffffff)).toBe(-EINVAL);
  });
});

describe('EVTCHNOP_set_priority', () => {
  it('is ENOSYS under two-level for valid ports, EINVAL for others', () => {
    const { ops, domain } = dom0();
    expect(ops.setPriority(domain, 0, 16)).toBe(-ENOSYS);
    for (const port of NO_PORT) expect(ops.setPriority(domain, port, 7)).toBe(-EINVAL);
  });

  it('answers in the recorded order under FIFO', () => {
    const { ops, domain } = dom0();
    new FifoGuest(domain);
    const port = ops.allocUnbound(domain, 0, 0);
    for (const priority of [0, 7, 15]) expect(ops.setPriority(domain, port, priority)).toBe(0);
    for (const priority of [16, 0xffffffff]) {
      expect(ops.setPriority(domain, port, priority)).toBe(-EINVAL);
    }
    expect(ops.setPriority(domain, 0, 7)).toBe(-EACCES);
    expect(ops.setPriority(domain, 131072, 16)).toBe(-EINVAL);
    ops.close(domain, port);
    expect(ops.setPriority(domain, port, 7)).toBe(-EACCES);
  });
});

describe('EventChannelOps with a trace', () => {
  it('records each operation with the names and fields of the public header, and its result', () => {
    const records: TraceRecord[] = [];
    const xen = bareXen('deferred', records);
    const domain = bareDomain(xen, { domid: 3, nrPirqs: 4, pirqs: [2] });
    const ops = xen.eventChannels;
    records.length = 0;
    ops.allocUnbound(domain, DOMID_SELF, 9);
    ops.bindInterdomain(domain, 4, 1);
    ops.bindVirq(domain, 24, 0);
    ops.bindPirq(domain, 2, 1);
    ops.bindIpi(domain, 0);
    ops.close(domain, 3);
    ops.send(domain, 0);
    ops.status(domain, 3, 1);
    ops.bindVcpu(domain, 1, 0);
    ops.unmask(domain, 1);
    ops.setPriority(domain, 1, 3);
    ops.expandArray(domain, 5);
    ops.initControl(domain, 5, 8, 0);
    ops.resetCont(domain, 3);
    ops.reset(domain, 3);
    const calls = records
      .filter((record) => record.type === 'hypercall')
      .map(({ op, args, result }) => [op, args, result]);
    expect(calls).toEqual([
      ['EVTCHNOP_alloc_unbound', { dom: DOMID_SELF, remote_dom: 9 }, 1],
      ['EVTCHNOP_bind_interdomain', { remote_dom: 4, remote_port: 1 }, -ESRCH],
      ['EVTCHNOP_bind_virq', { virq: 24, vcpu: 0 }, -EINVAL],
      ['EVTCHNOP_bind_pirq', { pirq: 2, flags: 1 }, 2],
      ['EVTCHNOP_bind_ipi', { vcpu: 0 }, 3],
      ['EVTCHNOP_close', { port: 3 }, 0],
      ['EVTCHNOP_send', { port: 0 }, -EINVAL],
      ['EVTCHNOP_status', { dom: 3, port: 1 }, 0],
      ['EVTCHNOP_bind_vcpu', { port: 1, vcpu: 0 }, 0],
      ['EVTCHNOP_unmask', { port: 1 }, 0],
      ['EVTCHNOP_set_priority', { port: 1, priority: 3 }, -ENOSYS],
      ['EVTCHNOP_expand_array', { array_gfn: 5 }, -EOPNOTSUPP],
      ['EVTCHNOP_init_control', { control_gfn: 5, offset: 8, vcpu: 0 }, -EINVAL],
      ['EVTCHNOP_reset_cont', { dom: 3 }, -EBUSY],
      ['EVTCHNOP_reset', { dom: 3 }, 0],
    ]);
  });

  it('records the ports of a call as they open and close, before the call', () => {
    const records: TraceRecord[] = [];
    const xen = bareXen('deferred', records);
    const domain = bareDomain(xen, { domid: 3, nrPirqs: 4, pirqs: [2] });
    const peer = bareDomain(xen, { domid: 5 });
    const ops = xen.eventChannels;
    records.length = 0;
    const unbound = ops.allocUnbound(domain, DOMID_SELF, 5);
    const virq = ops.bindVirq(domain, 1, 0);
    const pirq = ops.bindPirq(domain, 2, 1);
    const ipi = ops.bindIpi(domain, 0);
    const local = ops.bindInterdomain(peer, 3, unbound);
    ops.close(peer, local);
    ops.close(domain, unbound);
    const base = { time: 0, domid: 3, type: 'channel-open', remotePort: 0 };
    expect(records.filter(({ type }) => type.startsWith('channel-'))).toEqual([
      { ...base, port: unbound, state: 'unbound', remote: 5 },
      { ...base, port: virq, state: 'virq', remote: 1 },
      { ...base, port: pirq, state: 'pirq', remote: 2 },
      { ...base, port: ipi, state: 'ipi', remote: 0 },
      { ...base, domid: 5, port: local, state: 'interdomain', remote: 3, remotePort: unbound },
      { time: 0, domid: 5, type: 'channel-close', port: local, peer: { domid: 3, port: unbound } },
      // The peer that went first is none any more.
      { time: 0, domid: 3, type: 'channel-close', port: unbound, peer: undefined },
    ]);
    const kinds = records.map(({ type }) => type);
    expect(kinds.slice(0, 2)).toEqual(['channel-open', 'hypercall']);
    expect(kinds.slice(8, 13)).toEqual([
      'channel-open',
      'set-pending',
      'hypercall',
      'channel-close',
      'hypercall',
    ]);
  });

  it('records the event of a call before the call, whose result comes last', () => {
    const records: TraceRecord[] = [];
    const xen = bareXen('deferred', records);
    const domain = bareDomain(xen);
    const port = xen.eventChannels.bindIpi(domain, 0);
    records.length = 0;
    xen.eventChannels.send(domain, port);
    expect(records.map((record) => record.type)).toEqual(['set-pending', 'hypercall']);
  });
});
