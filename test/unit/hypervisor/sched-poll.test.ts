import { describe, expect, it } from 'vitest';
import { EINVAL } from '../../../src/abi/errno.js';
import { POLL_BLOCKED, startSchedPoll } from '../../../src/hypervisor/sched-poll.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';
import { bareDomain, bareXen } from './bare-xen.js';
import {
  writeMaskBit,
  writePendingBit,
  writeUpcallByte,
  writeUpcallMaskByte,
} from './shared-pages.js';

function domainWithPorts(count: number) {
  const domain = bareDomain(bareXen('deferred'), { vcpus: 2 });
  for (let i = 0; i < count; i++) domain.hypervisor.eventChannels.bindIpi(domain, 0);
  const woken: number[] = [];
  return {
    domain,
    woken,
    poll: (...ports: number[]) => startSchedPoll(domain, 0, ports, () => woken.push(1)),
  };
}

describe('startSchedPoll', () => {
  it('answers EINVAL for more than 128 ports, before all else', () => {
    const { domain, poll } = domainWithPorts(1);
    writeUpcallByte(domain, 0, 1);
    expect(poll(...new Array<number>(129).fill(1))).toBe(-EINVAL);
    expect(poll(...new Array<number>(128).fill(1))).toBe(0);
  });

  it('answers 0 when an upcall is deliverable, whatever the ports are', () => {
    const { domain, poll } = domainWithPorts(1);
    writeUpcallByte(domain, 0, 1);
    expect(poll(99)).toBe(0);
    expect(domain.pollers).toBe(0);
  });

  it('blocks over an upcall that the guest masks', () => {
    const { domain, poll } = domainWithPorts(1);
    writeUpcallByte(domain, 0, 1);
    writeUpcallMaskByte(domain, 0, 1);
    expect(poll(1)).toBe(POLL_BLOCKED);
  });

  it.each([0, 5, 64, 0xffffffff])('answers EINVAL for port %i, which is not in use', (port) => {
    const { domain, poll } = domainWithPorts(2);
    expect(poll(1, port)).toBe(-EINVAL);
    expect(domain.pollers).toBe(0);
  });

  it('answers 0 for a port that is pending, masked or not, before later ports are looked at', () => {
    const { domain, poll } = domainWithPorts(2);
    writePendingBit(domain, 2, true);
    writeMaskBit(domain, 2, true);
    expect(poll(1, 2, 99)).toBe(0);
    expect(poll(99, 2)).toBe(-EINVAL);
  });

  it('blocks the vCPU until its only port becomes pending', () => {
    const { domain, poll, woken } = domainWithPorts(2);
    expect(poll(2)).toBe(POLL_BLOCKED);
    expect(domain.vcpus.map((vcpu) => vcpu.polling)).toEqual([true, false]);
    domain.ports.setPending(1);
    expect(woken).toHaveLength(0);
    domain.ports.setPending(2);
    expect(woken).toHaveLength(1);
    expect(domain.vcpus[0]!.polling).toBe(false);
  });

  it('is woken by any port of the domain when it names several', () => {
    const { domain, poll, woken } = domainWithPorts(3);
    expect(poll(1, 2)).toBe(POLL_BLOCKED);
    domain.ports.setPending(3);
    expect(woken).toHaveLength(1);
  });

  it('is woken by any port of the domain when it names none', () => {
    const { domain, poll, woken } = domainWithPorts(3);
    expect(poll()).toBe(POLL_BLOCKED);
    domain.ports.setPending(3);
    expect(woken).toHaveLength(1);
  });

  it('can be ended without an event', () => {
    const { domain, poll, woken } = domainWithPorts(1);
    poll(1);
    domain.vcpus[0]!.stopPolling();
    domain.ports.setPending(1);
    expect(woken).toHaveLength(0);
  });

  it('is traced with the number of ports and its result', () => {
    const records: TraceRecord[] = [];
    const xen = bareXen('deferred', records);
    const domain = bareDomain(xen, { domid: 4 });
    const port = xen.eventChannels.bindIpi(domain, 0);
    records.length = 0;
    startSchedPoll(domain, 0, [port], () => {});
    startSchedPoll(domain, 0, [port, 9], () => {});
    const base = { time: 0, type: 'hypercall', domid: 4, op: 'SCHEDOP_poll' };
    expect(records).toEqual([
      { ...base, args: { nr_ports: 1 }, result: 1 },
      { ...base, args: { nr_ports: 2 }, result: -EINVAL },
    ]);
  });
});
