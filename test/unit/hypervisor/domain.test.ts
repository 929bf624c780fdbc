import { describe, expect, it } from 'vitest';
import type { TraceRecord } from '../../../src/trace/trace-record.js';
import { bareDomain, bareXen } from './bare-xen.js';
import { FifoGuest } from './fifo-guest.js';
import { writePendingBit } from './shared-pages.js';

describe('Domain', () => {
  it('starts two-level with a page of zeros, its vCPUs, and nothing bound', () => {
    const domain = bareDomain(bareXen(), { domid: 7, vcpus: 3, target: 2, privileged: true });
    expect(domain.id).toBe(7);
    expect(domain.ports.abi).toBe('two-level');
    expect(domain.fifo).toBeUndefined();
    expect(domain.sharedInfo).toEqual(new Uint8Array(4096));
    expect(domain.vcpus.map((vcpu) => vcpu.id)).toEqual([0, 1, 2]);
    expect(domain.channels.active).toBe(0);
    expect([domain.target, domain.privileged, domain.dying]).toEqual([2, true, false]);
  });

  it('counts as paused once when it is made paused', () => {
    const xen = bareXen();
    expect(bareDomain(xen, { domid: 1, paused: true }).controllerPauseCount).toBe(1);
    expect(bareDomain(xen, { domid: 2 }).controllerPauseCount).toBe(0);
  });

  it('may bind the physical interrupts it was given, none of them bound', () => {
    const domain = bareDomain(bareXen(), { nrPirqs: 32, pirqs: [1, 9] });
    expect([...domain.pirqToPort]).toEqual([
      [1, 0],
      [9, 0],
    ]);
  });

  it.each([
    [63, true],
    [64, false],
    [0xffffffff, false],
  ])('takes port %i for valid: %s', (port, valid) => {
    expect(bareDomain(bareXen()).validPort(port)).toBe(valid);
  });

  it('goes to FIFO with events remembered and priorities reset, and back without any of it', () => {
    const domain = bareDomain(bareXen('deferred'));
    const ops = domain.hypervisor.eventChannels;
    for (let i = 0; i < 3; i++) ops.allocUnbound(domain, 0, 0);
    writePendingBit(domain, 2, true);
    domain.channels.setPriority(3, 1);
    const fifo = domain.switchToFifo();
    expect(domain.fifo).toBe(fifo);
    expect([1, 2, 3].map((port) => domain.channels.remembered(port))).toEqual([false, true, false]);
    expect(domain.channels.priority(3)).toBe(7);
    domain.switchToTwoLevel();
    expect(domain.fifo).toBeUndefined();
    expect(domain.ports.isPending(2)).toBe(true);
  });

  it('goes back to two-level with ports beyond 4096 that stay out of reach there', () => {
    const domain = bareDomain(bareXen('deferred'));
    new FifoGuest(domain, 5);
    domain.channels.validate(5000);
    domain.switchToTwoLevel();
    expect(domain.ports.isPending(5000)).toBe(false);
    const fifo = domain.switchToFifo();
    expect(fifo.isPending(5000)).toBe(false);
    expect(domain.channels.remembered(5000)).toBe(false);
  });

  it('ends the polls of all vCPUs that wait for a port, and no others', () => {
    const domain = bareDomain(bareXen(), { vcpus: 4 });
    const woken: number[] = [];
    for (const [vcpu, port] of [5, 6, 0].entries()) {
      domain.vcpus[vcpu]!.startPolling(port, () => woken.push(vcpu));
    }
    domain.checkPollers(5);
    expect(woken).toEqual([0, 2]);
    expect(domain.pollers).toBe(1);
  });

  it('traces an event with the vCPU its port notifies', () => {
    const records: TraceRecord[] = [];
    const domain = bareDomain(bareXen('deferred', records), { domid: 3, vcpus: 2 });
    const port = domain.hypervisor.eventChannels.bindIpi(domain, 1);
    records.length = 0;
    domain.tracePending(port, true, false);
    expect(records).toEqual([
      { time: 0, type: 'set-pending', domid: 3, port, vcpu: 1, coalesced: true, masked: false },
    ]);
  });
});
