import { describe, expect, it } from 'vitest';
import type { Domain } from '../../../src/hypervisor/domain.js';
import { bareDomain, bareXen } from './bare-xen.js';
import { upcallByte, writeUpcallByte, writeUpcallMaskByte } from './shared-pages.js';

function countUpcalls(domain: Domain): number[] {
  const upcalls: number[] = [];
  domain.upcallHandler = {
    upcall(vcpu) {
      upcalls.push(vcpu);
      domain.vcpus[vcpu]!.upcallPending = false;
    },
    post: () => false,
  };
  return upcalls;
}

describe('Vcpu', () => {
  it('keeps its flags at bytes 0 and 1 of its 64-byte vcpu_info', () => {
    const domain = bareDomain(bareXen('deferred'), { vcpus: 32 });
    const vcpu = domain.vcpus[31]!;
    vcpu.upcallPending = true;
    expect(domain.sharedInfo[31 * 64]).toBe(1);
    vcpu.upcallMask = true;
    expect(domain.sharedInfo[31 * 64 + 1]).toBe(1);
    vcpu.upcallPending = false;
    vcpu.upcallMask = false;
    expect(domain.sharedInfo.every((byte) => byte === 0)).toBe(true);
  });

  it('reads any value but 0 that the guest wrote as set', () => {
    const domain = bareDomain(bareXen());
    const vcpu = domain.vcpus[0]!;
    expect(vcpu.idle).toBe(true);
    writeUpcallByte(domain, 0, 0x80);
    expect(vcpu.upcallPending).toBe(true);
    expect(vcpu.eventsNeedDelivery).toBe(true);
    writeUpcallMaskByte(domain, 0, 0xff);
    expect(vcpu.upcallMask).toBe(true);
    expect(vcpu.eventsNeedDelivery).toBe(false);
    writeUpcallByte(domain, 0, 0);
    expect(vcpu.idle).toBe(false);
  });

  it('has its vcpu_info outside shared_info from vCPU 32 on', () => {
    const domain = bareDomain(bareXen('deferred'), { vcpus: 34 });
    const ops = domain.hypervisor.eventChannels;
    const port = ops.bindIpi(domain, 33);
    ops.send(domain, port);
    expect(domain.vcpus[33]!.upcallPending).toBe(true);
    expect([...domain.vcpus[33]!.pendingSel]).toEqual([1, 0]);
    expect(domain.vcpus[32]!.upcallPending).toBe(false);
    const expected = new Uint8Array(4096);
    expected[2048] = 1 << port;
    expect(domain.sharedInfo).toEqual(expected);
  });

  it('is kicked by the first event only, until the guest clears its flag', () => {
    const xen = bareXen('deferred');
    const domain = bareDomain(xen);
    domain.vcpus[0]!.markEventsPending();
    domain.vcpus[0]!.markEventsPending();
    expect([...xen.kickedVcpus()]).toEqual([domain.vcpus[0]]);
    expect(upcallByte(domain, 0)).toBe(1);
  });

  it('runs its upcall when one is pending, upcalls are taken and a kernel is there', () => {
    const domain = bareDomain(bareXen('deferred'));
    const vcpu = domain.vcpus[0]!;
    vcpu.upcallPending = true;
    vcpu.runUpcall();
    expect(vcpu.upcallPending).toBe(true);
    const upcalls = countUpcalls(domain);
    vcpu.upcallMask = true;
    vcpu.runUpcall();
    expect(upcalls).toEqual([]);
    vcpu.upcallMask = false;
    vcpu.runUpcall();
    expect(upcalls).toEqual([0]);
    vcpu.runUpcall();
    expect(upcalls).toEqual([0]);
  });

  it('is woken from a poll of one port by that port alone, once', () => {
    const domain = bareDomain(bareXen());
    const vcpu = domain.vcpus[0]!;
    let woken = 0;
    vcpu.startPolling(5, () => woken++);
    expect([vcpu.polling, domain.pollers]).toEqual([true, 1]);
    vcpu.checkPoller(4);
    expect(woken).toBe(0);
    vcpu.checkPoller(5);
    expect([woken, vcpu.polling, domain.pollers]).toEqual([1, false, 0]);
    vcpu.checkPoller(5);
    expect(woken).toBe(1);
  });

  it('is woken from a poll of no port by any', () => {
    const domain = bareDomain(bareXen());
    let woken = 0;
    domain.vcpus[0]!.startPolling(0, () => woken++);
    domain.vcpus[0]!.checkPoller(17);
    expect(woken).toBe(1);
  });

  it('waits in one place: a second wait ends the first, and stopping wakes nobody', () => {
    const domain = bareDomain(bareXen());
    const vcpu = domain.vcpus[0]!;
    const woken: string[] = [];
    vcpu.startPolling(1, () => woken.push('first'));
    vcpu.startPolling(1, () => woken.push('second'));
    expect(woken).toEqual(['first']);
    expect(domain.pollers).toBe(1);
    vcpu.checkPoller(1);
    expect(woken).toEqual(['first', 'second']);
    vcpu.startPolling(1, () => woken.push('third'));
    vcpu.stopPolling();
    vcpu.stopPolling();
    vcpu.checkPoller(1);
    expect(woken).toEqual(['first', 'second']);
    expect(domain.pollers).toBe(0);
  });
});
