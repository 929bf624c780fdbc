import { describe, expect, it } from 'vitest';
import { EAGAIN, EFBIG } from '../../../src/abi/errno.js';
import { VIRQ_DEBUG } from '../../../src/abi/virq.js';
import { ManualClock } from '../../../src/clock/manual-clock.js';
import { XenHost } from '../../../src/host/xen-host.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';

/** Every type a record can have; the compiler sees to it that none is missing or too many. */
const TYPES = {
  'domain-create': true,
  'domain-destroy': true,
  'channel-open': true,
  'channel-close': true,
  hypercall: true,
  virq: true,
  'set-pending': true,
  upcall: true,
  interrupt: true,
  overflow: true,
  read: true,
  write: true,
  eoi: true,
  'deferred-eoi': true,
  'deferred-eoi-end': true,
  ioctl: true,
  bind: true,
  unbind: true,
  'ring-reset': true,
  open: true,
  release: true,
  fault: true,
} satisfies Record<TraceRecord['type'], true>;

function tracedHost(clock = new ManualClock()) {
  const records: TraceRecord[] = [];
  const host = new XenHost({ clock, trace: { record: (record) => records.push(record) } });
  return { clock, host, records };
}

/** The life of one channel, from the making of its domain to its end. */
function oneOfEach() {
  const { clock, host, records } = tracedHost(new ManualClock(7));
  const domain = host.createDomain({ domid: 3, kernelChannels: false });
  const evtchn = domain.openEvtchn({ comm: 'xenstored' });
  const receiver = evtchn.bindUnboundPort(3);
  const sender = evtchn.bindInterdomain(3, receiver);
  clock.advance(1);
  const afterBind = records.length;
  evtchn.notify(sender);
  const afterNotify = records.length;
  return { clock, host, domain, evtchn, receiver, sender, records, afterBind, afterNotify };
}

describe('the records of a trace', () => {
  it('tell of the domain, the opening and the binds in their order', () => {
    const { records, receiver, sender, afterBind } = oneOfEach();
    const base = { time: 7, domid: 3 };
    expect(records.slice(0, afterBind)).toEqual([
      { ...base, type: 'domain-create' },
      {
        ...base,
        type: 'hypercall',
        op: 'EVTCHNOP_init_control',
        args: { control_gfn: 1, offset: 0, vcpu: 0 },
        result: 0,
      },
      { ...base, type: 'open', file: 1, name: 'xenstored', pid: 0 },
      {
        ...base,
        type: 'channel-open',
        port: receiver,
        state: 'unbound',
        remote: 3,
        remotePort: 0,
      },
      {
        ...base,
        type: 'hypercall',
        op: 'EVTCHNOP_alloc_unbound',
        args: { dom: 0x7ff0, remote_dom: 3 },
        result: receiver,
      },
      { ...base, type: 'bind', file: 1, port: receiver },
      {
        ...base,
        type: 'hypercall',
        op: 'EVTCHNOP_expand_array',
        args: { array_gfn: 2 },
        result: 0,
      },
      {
        ...base,
        type: 'ioctl',
        file: 1,
        command: 'IOCTL_EVTCHN_BIND_UNBOUND_PORT',
        args: { remote_domain: 3 },
        result: receiver,
      },
      {
        ...base,
        type: 'channel-open',
        port: sender,
        state: 'interdomain',
        remote: 3,
        remotePort: receiver,
      },
      // The initial event of a bind, for which the new port is still masked.
      {
        ...base,
        type: 'set-pending',
        port: sender,
        vcpu: 0,
        coalesced: false,
        masked: true,
      },
      {
        ...base,
        type: 'hypercall',
        op: 'EVTCHNOP_bind_interdomain',
        args: { remote_dom: 3, remote_port: receiver },
        result: sender,
      },
      { ...base, type: 'bind', file: 1, port: sender },
      { ...base, type: 'hypercall', op: 'EVTCHNOP_unmask', args: { port: sender }, result: 0 },
      { ...base, type: 'upcall', vcpu: 0 },
      { ...base, type: 'interrupt', file: 1, port: sender, queued: 1, woke: true },
      {
        ...base,
        type: 'ioctl',
        file: 1,
        command: 'IOCTL_EVTCHN_BIND_INTERDOMAIN',
        args: { remote_domain: 3, remote_port: receiver },
        result: sender,
      },
    ]);
  });

  it('tell of an event from the send to the ring, and of the ioctl when it is over', () => {
    const { records, receiver, sender, afterBind, afterNotify } = oneOfEach();
    const base = { time: 8, domid: 3 };
    expect(records.slice(afterBind, afterNotify)).toEqual([
      { ...base, type: 'set-pending', port: receiver, vcpu: 0, coalesced: false, masked: false },
      { ...base, type: 'hypercall', op: 'EVTCHNOP_send', args: { port: sender }, result: 0 },
      { ...base, type: 'upcall', vcpu: 0 },
      { ...base, type: 'interrupt', file: 1, port: receiver, queued: 2, woke: false },
      {
        ...base,
        type: 'ioctl',
        file: 1,
        command: 'IOCTL_EVTCHN_NOTIFY',
        args: { port: sender },
        result: 0,
      },
    ]);
  });

  it('tell of reads, writes, EOIs, RESET, unbinding and the end', () => {
    const { records, host, domain, evtchn, receiver, sender, afterNotify } = oneOfEach();
    const base = { time: 8, domid: 3 };
    expect(evtchn.tryPending()).toBe(sender);
    evtchn.unmask(sender);
    evtchn.reset();
    evtchn.tryPending();
    evtchn.unbind(receiver);
    evtchn.close();
    domain.destroy();
    expect(host.domain(3)).toBeUndefined();
    expect(records.slice(afterNotify)).toEqual([
      { ...base, type: 'read', file: 1, ports: [sender], result: 4 },
      { ...base, type: 'eoi', file: 1, port: sender },
      { ...base, type: 'write', file: 1, result: 4 },
      { ...base, type: 'ring-reset', file: 1, dropped: 1, overflowed: false },
      { ...base, type: 'ioctl', file: 1, command: 'IOCTL_EVTCHN_RESET', args: {}, result: 0 },
      { ...base, type: 'read', file: 1, ports: [], result: -EAGAIN },
      {
        ...base,
        type: 'channel-close',
        port: receiver,
        peer: { domid: 3, port: sender },
      },
      { ...base, type: 'hypercall', op: 'EVTCHNOP_close', args: { port: receiver }, result: 0 },
      { ...base, type: 'unbind', file: 1, port: receiver },
      {
        ...base,
        type: 'ioctl',
        file: 1,
        command: 'IOCTL_EVTCHN_UNBIND',
        args: { port: receiver },
        result: 0,
      },
      { ...base, type: 'channel-close', port: sender, peer: undefined },
      { ...base, type: 'hypercall', op: 'EVTCHNOP_close', args: { port: sender }, result: 0 },
      { ...base, type: 'unbind', file: 1, port: sender },
      { ...base, type: 'release', file: 1 },
      { ...base, type: 'domain-destroy', closed: 0 },
    ]);
  });

  it('tell of the event a full ring has no room for, and of the overflow RESET cleared', () => {
    const { host, records } = tracedHost();
    const evtchn = host.createDomain({ domid: 1, kernelChannels: false }).openEvtchn();
    const receiver = evtchn.bindUnboundPort(1);
    const sender = evtchn.bindInterdomain(1, receiver);
    for (let i = 0; i < 64; i++) {
      evtchn.notify(sender);
      evtchn.unmask(receiver);
    }
    expect(records.filter((record) => record.type === 'overflow')).toEqual([
      { time: 0, domid: 1, type: 'overflow', file: 1, port: receiver },
    ]);
    expect(() => evtchn.tryPending()).toThrow();
    evtchn.reset();
    expect(records.slice(-3, -1)).toEqual([
      { time: 0, domid: 1, type: 'read', file: 1, ports: [], result: -EFBIG },
      { time: 0, domid: 1, type: 'ring-reset', file: 1, dropped: 64, overflowed: true },
    ]);
  });

  it('tell of an EOI put off in a storm, in jiffies', () => {
    const { clock, host, records } = tracedHost();
    const domain = host.createDomain({ domid: 1, kernelChannels: false });
    const evtchn = domain.openEvtchn();
    const receiver = evtchn.bindUnboundPort(1);
    const sender = evtchn.bindInterdomain(1, receiver);
    const kernel = domain.kernel!;
    const own = domain.hypercalls.allocUnbound(1, 1);
    const theirs = domain.hypercalls.bindInterdomain(1, own);
    let left = 600;
    kernel.bindEvtchnToIrqHandlerLateEoi(own, {
      name: 'storm',
      interrupt(port) {
        clock.advance(1);
        if (--left > 0) kernel.notifyRemoteViaEvtchn(theirs);
        kernel.lateEoi(port, false);
      },
    });
    kernel.notifyRemoteViaEvtchn(theirs);
    // The 512th event came at 511 ms, in jiffy 127 at 250 Hz, and its EOI has to wait for ten.
    expect(records.filter((record) => record.type === 'deferred-eoi')).toEqual([
      { time: 512, domid: 1, type: 'deferred-eoi', port: own, until: 137 },
    ]);
    expect(left).toBe(88);
    evtchn.notify(sender);
    expect(evtchn.tryPending()).not.toBeUndefined();
    // Jiffy 137 begins at 548 ms.
    clock.advance(35);
    expect(records.some((record) => record.type === 'deferred-eoi-end')).toBe(false);
    left = 1;
    clock.advance(1);
    expect(records.filter((record) => record.type === 'deferred-eoi-end')).toEqual([
      { time: 548, domid: 1, type: 'deferred-eoi-end', port: own },
    ]);
  });

  it('are of every type there is, in one life of a host', () => {
    const { clock, host, records } = tracedHost();
    const domain = host.createDomain({ domid: 1, kernelChannels: false });
    const evtchn = domain.openEvtchn();
    const receiver = evtchn.bindUnboundPort(1);
    const sender = evtchn.bindInterdomain(1, receiver);
    for (let i = 0; i < 64; i++) {
      evtchn.notify(sender);
      evtchn.unmask(receiver);
    }
    evtchn.reset();
    evtchn.tryPending();
    domain.kernel!.lateEoi(receiver, true);
    domain.kernel!.lateEoi(receiver, true);
    domain.raiseVirq(VIRQ_DEBUG);
    clock.advance(1000);
    evtchn.close();
    domain.destroy();
    const seen = new Set(records.map((record) => record.type));
    // Only a served host that was asked to shows faults.
    const types = Object.keys(TYPES).filter((type) => type !== 'fault');
    expect([...seen].sort()).toEqual(types.sort());
    for (const record of records) expect(record.domid).toBe(1);
  });

  it('are none without a sink, and start and stop with it', () => {
    const { host, records } = tracedHost();
    const sink = host.trace;
    host.trace = undefined;
    const evtchn = host.createDomain({ domid: 1 }).openEvtchn();
    const receiver = evtchn.bindUnboundPort(1);
    const sender = evtchn.bindInterdomain(1, receiver);
    evtchn.notify(sender);
    expect(records).toEqual([]);
    host.trace = sink;
    evtchn.reset();
    host.trace = undefined;
    evtchn.close();
    expect(records.map((record) => record.type)).toEqual(['ring-reset', 'ioctl']);
  });
});
