import { describe, expect, it } from 'vitest';
import { EINVAL, ENOSPC } from '../../../src/abi/errno.js';
import { allocUnboundXen, freeXen, notifyViaXen } from '../../../src/hypervisor/xen-channel.js';
import { bareDomain, bareXen } from './bare-xen.js';
import { pendingBit } from './shared-pages.js';

/** A guest with a port of Xen's on vCPU 1, meant for domain 0. */
function ioreqPort() {
  const xen = bareXen();
  const model = bareDomain(xen, { privileged: true });
  const guest = bareDomain(xen, { domid: 5, vcpus: 2 });
  const notified: number[] = [];
  const port = allocUnboundXen(guest, 1, 0, (at) => notified.push(at));
  return { xen, ops: xen.eventChannels, model, guest, notified, port };
}

describe('allocUnboundXen', () => {
  it('makes an unbound port of the vCPU for the remote domain', () => {
    const { ops, model, port } = ioreqPort();
    expect(ops.status(model, 5, port)).toEqual({ status: 1, vcpu: 1, dom: 0 });
  });

  it('passes the errors of the allocation on', () => {
    const full = bareDomain(bareXen(), { maxEvtchnPort: 0 });
    expect(allocUnboundXen(full, 0, 0, () => {})).toBe(-ENOSPC);
    expect(full.xenConsumers.size).toBe(0);
  });

  it('tells Xen of each send of the peer', () => {
    const { ops, model, notified, port } = ioreqPort();
    const theirs = ops.bindInterdomain(model, 5, port);
    ops.send(model, theirs);
    ops.send(model, theirs);
    expect(notified).toEqual([port, port]);
  });
});

describe('notifyViaXen', () => {
  it('makes the peer pending', () => {
    const { ops, model, guest, port } = ioreqPort();
    const theirs = ops.bindInterdomain(model, 5, port);
    model.ports.clearPending(theirs);
    expect(notifyViaXen(guest, port)).toBe(0);
    expect(pendingBit(model, theirs)).toBe(true);
  });

  it('is lost while nobody is connected', () => {
    const { guest, notified, port } = ioreqPort();
    expect(notifyViaXen(guest, port)).toBe(0);
    expect(pendingBit(guest, port)).toBe(false);
    expect(notified).toEqual([]);
  });

  it("answers EINVAL for ports that are not Xen's or not valid", () => {
    const { ops, guest } = ioreqPort();
    const own = ops.bindIpi(guest, 0);
    expect(notifyViaXen(guest, own)).toBe(-EINVAL);
    expect(notifyViaXen(guest, 1000)).toBe(-EINVAL);
  });
});

describe('freeXen', () => {
  it('closes the port, leaving the peer unbound for the guest', () => {
    const { ops, model, guest, notified, port } = ioreqPort();
    const theirs = ops.bindInterdomain(model, 5, port);
    expect(freeXen(guest, port)).toBe(0);
    expect(ops.status(model, 0, theirs)).toEqual({ status: 1, vcpu: 0, dom: 5 });
    expect(ops.send(model, theirs)).toBe(0);
    expect(notified).toEqual([]);
  });

  it("answers EINVAL for ports that are not Xen's, and the second time", () => {
    const { ops, guest, port } = ioreqPort();
    const own = ops.bindIpi(guest, 0);
    expect(freeXen(guest, own)).toBe(-EINVAL);
    expect(freeXen(guest, 1000)).toBe(-EINVAL);
    expect(freeXen(guest, port)).toBe(0);
    expect(freeXen(guest, port)).toBe(-EINVAL);
    expect(guest.channels.usable(own)).toBe(true);
  });
});
