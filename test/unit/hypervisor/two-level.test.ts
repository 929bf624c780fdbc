import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENOSYS } from '../../../src/abi/errno.js';
import { bareDomain, bareXen } from './bare-xen.js';
import {
  maskBit,
  pendingBit,
  selectorBit,
  upcallByte,
  writeMaskBit,
  writePendingBit,
  writeUpcallByte,
} from './shared-pages.js';

function domainWithPorts(count: number, vcpus = 1) {
  const domain = bareDomain(bareXen('deferred'), { vcpus });
  const ops = domain.hypervisor.eventChannels;
  for (let i = 0; i < count; i++) ops.allocUnbound(domain, domain.id, 0);
  return domain;
}

describe('TwoLevelPorts', () => {
  it('names 4096 ports and calls itself two-level', () => {
    const { ports } = domainWithPorts(0);
    expect([ports.abi, ports.limit]).toEqual(['two-level', 4096]);
  });

  it.each([
    // port, byte of evtchn_pending, its bit, byte of evtchn_pending_sel in vcpu_info 0, its bit
    [1, 2048, 0x02, 8, 0x01],
    [63, 2055, 0x80, 8, 0x01],
    [64, 2056, 0x01, 8, 0x02],
    [2047, 2303, 0x80, 11, 0x80],
    [2048, 2304, 0x01, 12, 0x01],
    [4095, 2559, 0x80, 15, 0x80],
  ])('sets the bits of port %i at bytes %i and %4$i', (port, pendingAt, pending, selAt, sel) => {
    const domain = domainWithPorts(4095);
    domain.ports.setPending(port);
    const expected = new Uint8Array(4096);
    expected[pendingAt] = pending;
    expected[selAt] = sel;
    expected[0] = 1;
    expect(domain.sharedInfo).toEqual(expected);
  });

  it('selects in the vcpu_info of the vCPU the port notifies, 64 bytes a vCPU', () => {
    const domain = domainWithPorts(70, 3);
    domain.channels.setVcpu(66, 2);
    domain.ports.setPending(66);
    const expected = new Uint8Array(4096);
    expected[2 * 64] = 1;
    expected[2 * 64 + 8] = 0x02;
    expected[2048 + 8] = 0x04;
    expect(domain.sharedInfo).toEqual(expected);
  });

  it('remembers an event of a masked port without telling the vCPU', () => {
    const domain = domainWithPorts(3);
    writeMaskBit(domain, 3, true);
    domain.ports.setPending(3);
    expect(pendingBit(domain, 3)).toBe(true);
    expect(selectorBit(domain, 0, 0)).toBe(false);
    expect(upcallByte(domain, 0)).toBe(0);
  });

  it('does nothing for an event that is pending already, as Xen', () => {
    const domain = domainWithPorts(3);
    writePendingBit(domain, 3, true);
    let woken = 0;
    domain.vcpus[0]!.startPolling(0, () => woken++);
    domain.ports.setPending(3);
    expect(selectorBit(domain, 0, 0)).toBe(false);
    expect(upcallByte(domain, 0)).toBe(0);
    expect(woken).toBe(0);
  });

  it('does not raise the upcall again while the selector bit of the word stands', () => {
    const domain = domainWithPorts(3);
    domain.ports.setPending(1);
    writeUpcallByte(domain, 0, 0);
    domain.ports.setPending(2);
    expect(pendingBit(domain, 2)).toBe(true);
    expect(upcallByte(domain, 0)).toBe(0);
  });

  it('unmasks, and raises an event that came while the port was masked', () => {
    const domain = domainWithPorts(3);
    writeMaskBit(domain, 2, true);
    domain.ports.setPending(2);
    domain.ports.unmask(2);
    expect(maskBit(domain, 2)).toBe(false);
    expect(selectorBit(domain, 0, 0)).toBe(true);
    expect(upcallByte(domain, 0)).toBe(1);
  });

  it('raises nothing when it unmasks a port that is not masked, or has nothing pending', () => {
    const domain = domainWithPorts(3);
    writePendingBit(domain, 1, true);
    domain.ports.unmask(1);
    writeMaskBit(domain, 2, true);
    domain.ports.unmask(2);
    expect(maskBit(domain, 2)).toBe(false);
    expect(upcallByte(domain, 0)).toBe(0);
  });

  it('wakes a poller of a masked port', () => {
    const domain = domainWithPorts(3);
    writeMaskBit(domain, 3, true);
    let woken = 0;
    domain.vcpus[0]!.startPolling(3, () => woken++);
    domain.ports.setPending(3);
    expect(woken).toBe(1);
  });

  it('sees what the guest wrote into its page', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4095 }), fc.boolean(), fc.boolean(), (port, p, m) => {
        const domain = domainWithPorts(0);
        writePendingBit(domain, port, p);
        writeMaskBit(domain, port, m);
        expect(domain.ports.isPending(port)).toBe(p);
        expect(domain.ports.isMasked(port)).toBe(m);
        domain.ports.clearPending(port);
        expect(pendingBit(domain, port)).toBe(false);
        expect(maskBit(domain, port)).toBe(m);
      }),
    );
  });

  it('takes ports beyond 4096 for masked and not pending, as a domain back from FIFO may have', () => {
    const { ports } = domainWithPorts(0);
    expect(ports.isPending(4096)).toBe(false);
    expect(ports.isMasked(4096)).toBe(true);
  });

  it('has no priorities and no busy ports', () => {
    const domain = domainWithPorts(1);
    domain.ports.setPending(1);
    expect(domain.ports.setPriority(1, 0)).toBe(-ENOSYS);
    expect(domain.ports.isBusy(1)).toBe(false);
  });
});
