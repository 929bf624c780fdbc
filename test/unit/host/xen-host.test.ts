import { describe, expect, it } from 'vitest';
import {
  VIRQ_ARGO,
  VIRQ_CON_RING,
  VIRQ_DOM_EXC,
  VIRQ_TBUF,
  VIRQ_TIMER,
} from '../../../src/abi/virq.js';
import { dispose } from '../../../src/client/dispose.js';
import { ManualClock } from '../../../src/clock/manual-clock.js';
import { EvtchnError } from '../../../src/errors/evtchn-error.js';
import { type DomainOptions, XenHost } from '../../../src/host/xen-host.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';
import { CallNotes } from '../trace/call-notes.js';

describe('a host', () => {
  it('has a clock that stands still, immediate delivery, no trace and no domains unless told', () => {
    const host = new XenHost();
    expect(host.clock).toBeInstanceOf(ManualClock);
    expect(host.clock.now()).toBe(0);
    expect(host.hypervisor.delivery).toBe('immediate');
    expect(host.trace).toBeUndefined();
    expect([...host.domains()]).toEqual([]);
    expect(host.domain(0)).toBeUndefined();
  });

  it('takes the clock and the trace it is given, with the clock’s time in each record', () => {
    const records: TraceRecord[] = [];
    const clock = new ManualClock(1234);
    const sink = { record: (record: TraceRecord) => records.push(record) };
    const host = new XenHost({ clock, trace: sink });
    expect(host.clock).toBe(clock);
    expect(host.trace).toBe(sink);
    host.createDomain({ domid: 7, kernel: false });
    expect(records).toEqual([{ time: 1234, type: 'domain-create', domid: 7 }]);
    host.trace = undefined;
    host.createDomain({ domid: 8, kernel: false });
    expect(records).toHaveLength(1);
    host.trace = sink;
    host.destroy();
    expect(records.map(({ type, domid }) => `${type} ${domid}`)).toEqual([
      'domain-create 7',
      'domain-destroy 8',
      'domain-destroy 7',
    ]);
  });

  it('goes from one trace to another without missing a step, and traces beside probes', () => {
    const first: string[] = [];
    const second: string[] = [];
    const calls: string[] = [];
    const notes = new CallNotes((call) => calls.push(call));
    const host = new XenHost();
    const changes: string[] = [];
    const { block } = host.hypervisor;
    host.hypervisor.block = (change) => {
      changes.push(change > 0 ? 'traced' : 'not traced');
      block.call(host.hypervisor, change);
    };
    const bare = (domid: number) => host.createDomain({ domid, kernel: false });
    host.trace = { record: ({ domid }) => first.push(`${domid}`) };
    bare(1);
    host.trace = { record: ({ domid }) => second.push(`${domid}`) };
    bare(2);
    host.attach(notes);
    bare(3);
    host.trace = undefined;
    bare(4);
    expect(changes).toEqual(['traced']);
    host.detach(notes);
    bare(5);
    expect([first, second]).toEqual([['1'], ['2', '3']]);
    expect(calls).toEqual(['domainCreate 3', 'domainCreate 4']);
    expect(changes).toEqual(['traced', 'not traced']);
  });

  it('lists its domains in the order they were made', () => {
    const host = new XenHost();
    const made = [7, 0, 3].map((domid) => host.createDomain({ domid }));
    expect([...host.domains()]).toEqual(made);
    expect(host.domain(3)).toBe(made[2]);
    made[1]?.destroy();
    expect([...host.domains()]).toEqual([made[0], made[2]]);
    expect(host.domain(0)).toBeUndefined();
  });

  it('with deferred delivery hands events over in run', () => {
    const host = new XenHost({ delivery: 'deferred' });
    const handle = host.createDomain({ domid: 0 }).openEvtchn();
    const remote = handle.bindUnboundPort(0);
    const local = handle.bindInterdomain(0, remote);
    host.run();
    handle.read();
    handle.unmask([remote, local]);
    handle.notify(local);
    expect(handle.tryPending()).toBeUndefined();
    host.run();
    expect(handle.tryPending()).toBe(remote);
    host.run();
    expect(handle.tryPending()).toBeUndefined();
  });

  it('is destroyed with all its domains, by using as well', () => {
    const host = new XenHost();
    const domains = [0, 5].map((domid) => host.createDomain({ domid }));
    const handle = domains[1]!.openEvtchn();
    host[dispose]();
    expect(domains.map((domain) => domain.destroyed)).toEqual([true, true]);
    expect([...host.domains()]).toEqual([]);
    expect(handle.closed).toBe(true);
    expect(() => host.destroy()).not.toThrow();
  });
});

describe('a new domain', () => {
  it('is, unless told otherwise, what xl makes', () => {
    const { xen, kernel } = new XenHost().createDomain({ domid: 5 });
    expect(xen).toMatchObject({
      id: 5,
      maxEvtchnPort: 1023,
      privileged: false,
      target: undefined,
      nrPirqs: 0,
      controllerPauseCount: 0,
    });
    expect(xen.vcpus).toHaveLength(1);
    expect(xen.ports.abi).toBe('fifo');
    expect(kernel?.nrChannels).toBe(1024);
  });

  it('with number 0 is the hardware domain', () => {
    const { xen } = new XenHost().createDomain({ domid: 0 });
    expect(xen).toMatchObject({
      maxEvtchnPort: 0x7fffffff,
      privileged: true,
      nrPirqs: 1024,
      controllerPauseCount: 0,
    });
    expect([...xen.pirqToPort.keys()]).toEqual([1, 8, 9]);
  });

  it('takes each option', () => {
    const { xen } = new XenHost().createDomain({
      domid: 5,
      vcpus: 3,
      maxEvtchnPort: 63,
      privileged: true,
      target: 0x7fef,
      nrPirqs: 16,
      pirqs: [4],
      abi: 'two-level',
      paused: true,
      kernelChannels: false,
    });
    expect(xen).toMatchObject({
      maxEvtchnPort: 63,
      privileged: true,
      target: 0x7fef,
      nrPirqs: 16,
      controllerPauseCount: 1,
    });
    expect(xen.vcpus).toHaveLength(3);
    expect([...xen.pirqToPort.keys()]).toEqual([4]);
    expect(xen.ports.abi).toBe('two-level');
  });

  it('without a kernel is empty, paused, and has no device', () => {
    const domain = new XenHost().createDomain({ domid: 5, kernel: false });
    expect([domain.kernel, domain.driver, domain.node]).toEqual([undefined, undefined, undefined]);
    expect(domain.xen.controllerPauseCount).toBe(1);
    expect(domain.xen.ports.abi).toBe('two-level');
    expect(domain.hypercalls.allocUnbound(5, 0)).toBe(1);
    expect(() => domain.openEvtchn()).toThrow(/ENOENT.*\/dev\/xen\/evtchn in domain 5/);
    const running = new XenHost().createDomain({ domid: 5, kernel: false, paused: false });
    expect(running.xen.controllerPauseCount).toBe(0);
  });

  it.each([
    // Port 0 is Xen's; a timer and five IPIs per vCPU, the console, xenstore; FIFO leaves VIRQ_DEBUG out.
    ['dom0, two-level', { domid: 0, abi: 'two-level' }, 15],
    ['dom0, FIFO', { domid: 0, abi: 'fifo' }, 14],
    ['a guest', { domid: 5 }, 9],
    ['a guest of two vCPUs', { domid: 5, vcpus: 2 }, 15],
    ['a guest without channels of its kernel', { domid: 5, kernelChannels: false }, 1],
  ] as [string, DomainOptions, number][])(
    'has its kernel’s own channels first: %s',
    (_n, o, first) => {
      expect(new XenHost().createDomain(o).openEvtchn().bindUnboundPort(0)).toBe(first);
    },
  );

  it('is refused when its number is taken, and the other one is left alone', () => {
    const host = new XenHost();
    const first = host.createDomain({ domid: 5 });
    let error: unknown;
    try {
      host.createDomain({ domid: 5 });
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(EvtchnError);
    expect(error).toMatchObject({ code: 'EEXIST', errno: -17 });
    expect((error as EvtchnError).message).toMatch(/domain 5 is there already/);
    expect(host.domain(5)).toBe(first);
    first.destroy();
    expect(host.createDomain({ domid: 5 })).not.toBe(first);
  });

  it.each<[string, object, unknown]>([
    ['a reserved number', { domid: 0x7ff0 }, 'ERR_OUT_OF_RANGE'],
    ['a negative number', { domid: -1 }, 'ERR_OUT_OF_RANGE'],
    ['no number', {}, 'ERR_INVALID_ARG_TYPE'],
    ['no vCPU', { domid: 5, vcpus: 0 }, 'ERR_OUT_OF_RANGE'],
    ['too many vCPUs', { domid: 5, vcpus: 8193 }, 'ERR_OUT_OF_RANGE'],
    ['too few ports', { domid: 5, maxEvtchnPort: 62 }, 'ERR_OUT_OF_RANGE'],
    ['too many ports', { domid: 5, maxEvtchnPort: 2 ** 31 }, 'ERR_OUT_OF_RANGE'],
    ['too many interrupts', { domid: 5, nrPirqs: 65536 }, 'ERR_OUT_OF_RANGE'],
    ['an interrupt it has not', { domid: 5, nrPirqs: 4, pirqs: [3, 4] }, 'ERR_OUT_OF_RANGE'],
    ['interrupts that are no list', { domid: 5, pirqs: 4 }, 'ERR_INVALID_ARG_TYPE'],
    ['a reserved target', { domid: 5, target: 0x7ff0 }, 'ERR_OUT_OF_RANGE'],
    [
      'an ABI that does not exist',
      { domid: 5, abi: 'three-level' },
      expect.stringMatching(/^ERR_/),
    ],
  ])('is refused with %s, and nothing is made', (_what, options, code) => {
    const host = new XenHost();
    const records: TraceRecord[] = [];
    host.trace = { record: (record) => records.push(record) };
    let error: unknown;
    try {
      host.createDomain(options as DomainOptions);
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({ code });
    expect([...host.domains()]).toEqual([]);
    expect([...host.hypervisor.domains()]).toEqual([]);
    expect(records).toEqual([]);
  });

  it('whose kernel cannot boot is not left behind', () => {
    const host = new XenHost();
    expect(() => host.createDomain({ domid: 5, vcpus: 40, maxEvtchnPort: 63 })).toThrow(
      /give the domain more ports or no kernel channels/,
    );
    expect([...host.domains()]).toEqual([]);
    expect([...host.hypervisor.domains()]).toEqual([]);
    expect(host.createDomain({ domid: 5 }).domid).toBe(5);
  });
});

describe('global VIRQs', () => {
  /** A host with two domains that listen to a VIRQ. */
  function listeners(virq: number) {
    const host = new XenHost();
    const [dom0, dom5] = [0, 5].map((domid) => host.createDomain({ domid }));
    const [zero, five] = [dom0!, dom5!].map((domain) => domain.openEvtchn());
    const ports = [zero!.bindVirq(virq), five!.bindVirq(virq)];
    return { host, dom0: dom0!, dom5: dom5!, zero: zero!, five: five!, ports };
  }

  it('go to domain 0', () => {
    const { host, zero, five, ports } = listeners(VIRQ_DOM_EXC);
    host.raiseVirq(VIRQ_DOM_EXC);
    expect(zero.read()).toEqual([ports[0]]);
    expect(five.read()).toEqual([]);
  });

  it('go where a handler was set, and back to domain 0 when that one is gone', () => {
    const { host, dom5, zero, five, ports } = listeners(VIRQ_DOM_EXC);
    host.setVirqHandler(VIRQ_DOM_EXC, dom5);
    host.raiseVirq(VIRQ_DOM_EXC);
    host.raiseVirq(VIRQ_TBUF);
    expect(five.read()).toEqual([ports[1]]);
    expect(zero.read()).toEqual([]);
    dom5.destroy();
    host.raiseVirq(VIRQ_DOM_EXC);
    expect(zero.read()).toEqual([ports[0]]);
  });

  it('are not given to a domain that was destroyed', () => {
    const { host, dom5, zero, ports } = listeners(VIRQ_DOM_EXC);
    dom5.destroy();
    expect(() => host.setVirqHandler(VIRQ_DOM_EXC, dom5)).toThrow();
    host.raiseVirq(VIRQ_DOM_EXC);
    expect(zero.read()).toEqual([ports[0]]);
  });

  it('that nobody bound, and without domain 0, are lost', () => {
    const host = new XenHost();
    expect(() => host.raiseVirq(VIRQ_CON_RING)).not.toThrow();
    const handle = host.createDomain({ domid: 0 }).openEvtchn();
    host.raiseVirq(VIRQ_CON_RING);
    handle.bindVirq(VIRQ_CON_RING);
    expect(handle.tryPending()).toBeUndefined();
  });

  it.each([VIRQ_TIMER, VIRQ_ARGO])('are global: %i is not', (virq) => {
    const host = new XenHost();
    const domain = host.createDomain({ domid: 0 });
    expect(() => host.raiseVirq(virq)).toThrow(/not global/);
    expect(() => host.setVirqHandler(virq, domain)).toThrow(RangeError);
  });
});
