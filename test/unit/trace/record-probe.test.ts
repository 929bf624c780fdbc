import { describe, expect, it } from 'vitest';
import { EVTCHNOP_SEND } from '../../../src/abi/event-channel.js';
import { IOCTL_EVTCHN_BIND_INTERDOMAIN, IOCTL_EVTCHN_RESET } from '../../../src/abi/ioctl.js';
import {
  ECS_INTERDOMAIN,
  ECS_IPI,
  ECS_PIRQ,
  ECS_UNBOUND,
  ECS_VIRQ,
} from '../../../src/hypervisor/channel-table.js';
import { TRACE_SCHEDOP_POLL } from '../../../src/trace/hypercall-names.js';
import { RecordProbe } from '../../../src/trace/record-probe.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';
import { callEach } from './every-call.js';

function recording() {
  const records: TraceRecord[] = [];
  const probe = new RecordProbe({ record: (record) => records.push(record) }, () => 1.5);
  return { probe, records };
}

describe('RecordProbe', () => {
  it('makes a record of every call, its arguments in their fields', () => {
    const { probe, records } = recording();
    callEach(probe);
    const time = 1.5;
    expect(records).toEqual([
      { time, type: 'domain-create', domid: 1 },
      { time, type: 'domain-destroy', domid: 2, closed: 3 },
      {
        time,
        type: 'channel-open',
        domid: 4,
        port: 5,
        state: 'interdomain',
        remote: 6,
        remotePort: 7,
      },
      { time, type: 'channel-close', domid: 8, port: 9, peer: { domid: 10, port: 11 } },
      {
        time,
        type: 'hypercall',
        domid: 12,
        op: 'EVTCHNOP_bind_interdomain',
        args: { remote_dom: 13, remote_port: 14 },
        result: 16,
      },
      { time, type: 'virq', domid: 17, virq: 18, vcpu: 19, port: 20 },
      {
        time,
        type: 'set-pending',
        domid: 21,
        port: 22,
        vcpu: 23,
        coalesced: true,
        masked: false,
      },
      { time, type: 'upcall', domid: 24, vcpu: 25 },
      { time, type: 'interrupt', domid: 26, file: 27, port: 28, queued: 29, woke: false },
      // Entry 36 of a ring of four is its first.
      { time, type: 'read', domid: 30, file: 31, ports: [32, 33], result: 8 },
      { time, type: 'write', domid: 37, file: 38, result: 39 },
      { time, type: 'eoi', domid: 40, file: 41, port: 42 },
      { time, type: 'deferred-eoi', domid: 43, port: 44, until: 45 },
      { time, type: 'deferred-eoi-end', domid: 46, port: 47 },
      {
        time,
        type: 'ioctl',
        domid: 48,
        file: 49,
        command: 'IOCTL_EVTCHN_BIND_INTERDOMAIN',
        args: { remote_domain: 50, remote_port: 51 },
        result: 52,
      },
      { time, type: 'bind', domid: 53, file: 54, port: 55 },
      { time, type: 'unbind', domid: 56, file: 57, port: 58 },
      { time, type: 'ring-reset', domid: 59, file: 60, dropped: 61, overflowed: true },
      { time, type: 'open', domid: 62, file: 63, name: 'qemu', pid: 64 },
      { time, type: 'release', domid: 65, file: 66 },
      {
        time,
        type: 'fault',
        domid: 67,
        number: 68,
        fault: 'permute',
        file: 69,
        port: 70,
        value: -71,
      },
    ]);
  });

  it('names every state that a port is opened in', () => {
    const { probe, records } = recording();
    for (const state of [ECS_UNBOUND, ECS_INTERDOMAIN, ECS_PIRQ, ECS_VIRQ, ECS_IPI]) {
      probe.channelOpen(0, 1, state, 0, 0);
    }
    expect(records.map((record) => record.type === 'channel-open' && record.state)).toEqual([
      'unbound',
      'interdomain',
      'pirq',
      'virq',
      'ipi',
    ]);
  });

  it('says of a closed port without a peer that it had none', () => {
    const { probe, records } = recording();
    probe.channelClose(1, 2, 0, 0);
    expect(records).toEqual([
      { time: 1.5, type: 'channel-close', domid: 1, port: 2, peer: undefined },
    ]);
  });

  it('tells an event that woke, one behind others and one that found no room apart', () => {
    const { probe, records } = recording();
    for (const queued of [1, 2, 0]) probe.interrupt(3, 4, 5, queued);
    const base = { time: 1.5, domid: 3, file: 4, port: 5 };
    expect(records).toEqual([
      { ...base, type: 'interrupt', queued: 1, woke: true },
      { ...base, type: 'interrupt', queued: 2, woke: false },
      { ...base, type: 'overflow' },
    ]);
  });

  it('takes the ports of a read from the ring round its end, and none of one that failed', () => {
    const { probe, records } = recording();
    const ring = Uint32Array.of(10, 11, 12, 13);
    probe.read(1, 2, ring, 3, 12);
    // The index went below 0, where it wraps as the driver's.
    probe.read(1, 2, ring, -1, 4);
    probe.read(1, 2, new Uint32Array(0), 0, -11);
    expect(records.map((record) => record.type === 'read' && record.ports)).toEqual([
      [13, 10, 11],
      [13],
      [],
    ]);
  });

  it('leaves out fields that an operation does not have or that were not read', () => {
    const { probe, records } = recording();
    probe.hypercall(1, EVTCHNOP_SEND, 0, 7, 8, 0);
    probe.hypercall(1, TRACE_SCHEDOP_POLL, 3, 0, 0, 1);
    probe.hypercall(1, 99, 1, 2, 3, -38);
    probe.ioctl(1, 2, IOCTL_EVTCHN_BIND_INTERDOMAIN, 4, -1, -14);
    probe.ioctl(1, 2, IOCTL_EVTCHN_RESET, -1, -1, 0);
    probe.ioctl(1, 2, 0x44599, 1, 2, -38);
    const said = records.map((record) => {
      if (record.type === 'hypercall') return [record.op, record.args];
      return record.type === 'ioctl' && [record.command, record.args];
    });
    expect(said).toEqual([
      ['EVTCHNOP_send', { port: 0 }],
      ['SCHEDOP_poll', { nr_ports: 3 }],
      ['hypercall 99', {}],
      ['IOCTL_EVTCHN_BIND_INTERDOMAIN', { remote_domain: 4 }],
      ['IOCTL_EVTCHN_RESET', {}],
      ['0x44599', {}],
    ]);
  });

  it('names a fault that it does not know by its number', () => {
    const { probe, records } = recording();
    probe.fault(1, 2, 77, 0, 0, 0);
    expect(records).toMatchObject([{ type: 'fault', fault: 'fault 77' }]);
  });
});
