import { describe, expect, it } from 'vitest';
import type { Domain } from '../../../src/hypervisor/domain.js';
import type { EventAbi } from '../../../src/hypervisor/port-ops.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';
import { bareDomain, bareXen } from './bare-xen.js';
import { FifoGuest, MASKED } from './fifo-guest.js';
import { upcallByte, writeMaskBit } from './shared-pages.js';

interface Guest {
  readonly domain: Domain;
  mask(port: number): void;
}

function guestOf(abi: EventAbi, records: TraceRecord[] = []): Guest {
  const domain = bareDomain(bareXen('deferred', records));
  const fifo = abi === 'fifo' ? new FifoGuest(domain) : undefined;
  for (let i = 0; i < 8; i++) domain.hypervisor.eventChannels.allocUnbound(domain, 0, 0);
  records.length = 0;
  return {
    domain,
    mask(port) {
      if (fifo === undefined) writeMaskBit(domain, port, true);
      else fifo.write(port, MASKED);
    },
  };
}

describe.each<EventAbi>(['two-level', 'fifo'])('PortOps of %s', (abi) => {
  it('knows which ABI it is', () => {
    expect(guestOf(abi).domain.ports.abi).toBe(abi);
  });

  it('has an event pending from when it is set to when it is cleared', () => {
    const { ports } = guestOf(abi).domain;
    expect(ports.isPending(5)).toBe(false);
    ports.setPending(5);
    expect([4, 5, 6].map((port) => ports.isPending(port))).toEqual([false, true, false]);
    ports.clearPending(5);
    expect(ports.isPending(5)).toBe(false);
  });

  it('posts nothing, and changes nothing, for a port that is pending or masked, or a guest that takes none', () => {
    const pending = guestOf(abi);
    pending.domain.ports.setPending(5);
    const masked = guestOf(abi);
    masked.mask(5);
    const bare = guestOf(abi);
    bare.domain.hypervisor.block(1);
    for (const { domain } of [pending, masked, bare]) {
      const { ports } = domain;
      const before = [ports.isPending(5), ports.isMasked(5), upcallByte(domain, 0)];
      expect(ports.post(5)).toBe(false);
      expect([ports.isPending(5), ports.isMasked(5), upcallByte(domain, 0)]).toEqual(before);
    }
  });

  it('tells the vCPU of an open port at once, and of a masked one when it is unmasked', () => {
    const open = guestOf(abi);
    open.domain.ports.setPending(5);
    expect(upcallByte(open.domain, 0)).toBe(1);
    const masked = guestOf(abi);
    masked.mask(5);
    expect(masked.domain.ports.isMasked(5)).toBe(true);
    masked.domain.ports.setPending(5);
    expect(upcallByte(masked.domain, 0)).toBe(0);
    masked.domain.ports.unmask(5);
    expect(masked.domain.ports.isMasked(5)).toBe(false);
    expect(upcallByte(masked.domain, 0)).toBe(1);
  });

  it('traces each event with whether it merged into another one and whether it must wait', () => {
    const records: TraceRecord[] = [];
    const guest = guestOf(abi, records);
    guest.domain.ports.setPending(5);
    guest.domain.ports.setPending(5);
    guest.mask(6);
    guest.domain.ports.setPending(6);
    const base = { time: 0, type: 'set-pending', domid: 0, vcpu: 0 };
    expect(records).toEqual([
      { ...base, port: 5, coalesced: false, masked: false },
      { ...base, port: 5, coalesced: true, masked: false },
      { ...base, port: 6, coalesced: false, masked: true },
    ]);
    // It was told of when it came.
    guest.domain.ports.unmask(6);
    expect(upcallByte(guest.domain, 0)).toBe(1);
    expect(records).toHaveLength(3);
  });
});

describe('PortOps of fifo without the page of a port', () => {
  it('traces the event as masked, and as merged from the second on', () => {
    const records: TraceRecord[] = [];
    const { domain } = guestOf('fifo', records);
    domain.channels.validate(2000);
    domain.ports.setPending(2000);
    domain.ports.setPending(2000);
    expect(records.map((record) => record.type === 'set-pending' && record)).toMatchObject([
      { port: 2000, coalesced: false, masked: true },
      { port: 2000, coalesced: true, masked: true },
    ]);
  });

  it('does not trace it again when the page comes', () => {
    const records: TraceRecord[] = [];
    const domain = bareDomain(bareXen('deferred', records));
    const fifo = new FifoGuest(domain);
    domain.channels.validate(1029);
    domain.ports.setPending(1029);
    fifo.expand();
    expect(domain.ports.isPending(1029)).toBe(true);
    expect(records.filter(({ type }) => type === 'set-pending')).toHaveLength(1);
  });
});
