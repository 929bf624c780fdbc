import { describe, expect, it } from 'vitest';
import { DOMID_SELF } from '../../../src/abi/domid.js';
import { VIRQ_ARGO, VIRQ_TIMER } from '../../../src/abi/virq.js';
import { closePort } from '../../../src/hypervisor/close.js';
import { allocUnboundXen } from '../../../src/hypervisor/xen-channel.js';
import { bareDomain, bareXen } from './bare-xen.js';
import { FifoGuest, LINKED, PENDING } from './fifo-guest.js';
import { pendingBit, upcallByte } from './shared-pages.js';

describe('closePort', () => {
  it('frees the number for whoever comes next', () => {
    const domain = bareDomain(bareXen());
    const ops = domain.hypervisor.eventChannels;
    const port = ops.allocUnbound(domain, DOMID_SELF, 0);
    closePort(domain, port);
    expect(domain.channels.usable(port)).toBe(false);
    expect(ops.bindIpi(domain, 0)).toBe(port);
  });

  it('leaves the peer unbound for the closer, not told, with its pending bit', () => {
    const xen = bareXen();
    const ops = xen.eventChannels;
    const local = bareDomain(xen, { domid: 1 });
    const remote = bareDomain(xen, { domid: 2 });
    const remotePort = ops.allocUnbound(remote, DOMID_SELF, 1);
    const localPort = ops.bindInterdomain(local, 2, remotePort);
    ops.send(local, localPort);
    expect(pendingBit(remote, remotePort)).toBe(true);
    remote.sharedInfo[0] = 0;
    closePort(local, localPort);
    expect(ops.status(remote, DOMID_SELF, remotePort)).toEqual({ status: 1, vcpu: 0, dom: 1 });
    expect(pendingBit(remote, remotePort)).toBe(true);
    expect(upcallByte(remote, 0)).toBe(0);
  });

  it('leaves the end that allocated open to the binder when the binder closes, and the other way', () => {
    const xen = bareXen();
    const ops = xen.eventChannels;
    const domain = bareDomain(xen);
    const a = ops.allocUnbound(domain, DOMID_SELF, 0);
    const b = ops.bindInterdomain(domain, 0, a);
    closePort(domain, a);
    expect(ops.bindInterdomain(domain, 0, b)).toBe(a);
  });

  it('drops a pending event, so that the next owner of the number does not get it', () => {
    const domain = bareDomain(bareXen());
    const ops = domain.hypervisor.eventChannels;
    const port = ops.bindIpi(domain, 0);
    ops.send(domain, port);
    expect(pendingBit(domain, port)).toBe(true);
    closePort(domain, port);
    expect(pendingBit(domain, port)).toBe(false);
  });

  it('drops only PENDING of a FIFO word: the guest unlinks it, and the number waits for that', () => {
    const domain = bareDomain(bareXen());
    const guest = new FifoGuest(domain);
    const ops = domain.hypervisor.eventChannels;
    const port = ops.bindIpi(domain, 0);
    ops.send(domain, port);
    expect(guest.word(port)).toBe(PENDING + LINKED);
    closePort(domain, port);
    expect(guest.word(port)).toBe(LINKED);
    expect(ops.bindIpi(domain, 0)).toBe(port + 1);
    guest.consume(0, 7);
    expect(ops.bindIpi(domain, 0)).toBe(port);
  });

  it('makes a VIRQ free to be bound again, on its own vCPU only', () => {
    const domain = bareDomain(bareXen(), { vcpus: 2 });
    const ops = domain.hypervisor.eventChannels;
    const first = ops.bindVirq(domain, VIRQ_TIMER, 0);
    const second = ops.bindVirq(domain, VIRQ_TIMER, 1);
    closePort(domain, second);
    expect(domain.vcpus.map((vcpu) => vcpu.virqToPort[VIRQ_TIMER])).toEqual([first, 0]);
    expect(ops.bindVirq(domain, VIRQ_TIMER, 1)).toBe(second);
  });

  it('frees a VIRQ that was moved to another vCPU', () => {
    const domain = bareDomain(bareXen(), { vcpus: 2 });
    const ops = domain.hypervisor.eventChannels;
    const port = ops.bindVirq(domain, 4, 0);
    expect(ops.bindVcpu(domain, port, 1)).toBe(0);
    closePort(domain, port);
    expect(ops.bindVirq(domain, 4, 0)).toBe(port);
    expect(ops.bindVirq(domain, VIRQ_ARGO, 0)).toBe(port + 1);
  });

  it('makes a physical interrupt free to be bound again', () => {
    const domain = bareDomain(bareXen(), { nrPirqs: 16, pirqs: [9] });
    const ops = domain.hypervisor.eventChannels;
    const port = ops.bindPirq(domain, 9, 0);
    closePort(domain, port);
    expect(ops.bindPirq(domain, 9, 0)).toBe(port);
  });

  it("forgets who Xen's consumer of the port was", () => {
    const domain = bareDomain(bareXen());
    const port = allocUnboundXen(domain, 0, 0, () => {});
    closePort(domain, port);
    expect(domain.xenConsumers.has(port)).toBe(false);
    expect(domain.channels.consumerIsXen(port)).toBe(false);
  });
});
