import { describe, expect, it } from 'vitest';
import { EEXIST, EINVAL } from '../../../src/abi/errno.js';
import { VIRQ_ARGO, VIRQ_CONSOLE, VIRQ_TBUF, VIRQ_TIMER } from '../../../src/abi/virq.js';
import { ManualClock } from '../../../src/clock/manual-clock.js';
import { GuestKernel } from '../../../src/guest/kernel.js';
import type { Domain } from '../../../src/hypervisor/domain.js';
import type { Delivery, Hypervisor } from '../../../src/hypervisor/hypervisor.js';
import type { EventAbi } from '../../../src/hypervisor/port-ops.js';
import { allocUnboundXen } from '../../../src/hypervisor/xen-channel.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';
import { bareDomain, bareXen } from './bare-xen.js';
import { pendingBit } from './shared-pages.js';

/** Notes which vCPUs ran, in order. */
function logUpcalls(domains: readonly Domain[], then: (vcpu: number) => void = () => {}) {
  const log: string[] = [];
  for (const domain of domains) {
    domain.upcallHandler = {
      upcall(vcpu) {
        log.push(`${domain.id}:${vcpu}`);
        domain.vcpus[vcpu]!.upcallPending = false;
        domain.vcpus[vcpu]!.pendingSel.fill(0);
        then(vcpu);
      },
      post: () => false,
    };
  }
  return log;
}

/** Makes a channel of a domain to itself, whose receiving end has a handler; gives the sending end. */
function channel(kernel: GuestKernel, vcpu: number, interrupt: () => void): number {
  const { domain } = kernel;
  const ops = domain.hypervisor.eventChannels;
  const receiver = ops.allocUnbound(domain, domain.id, domain.id);
  const sender = ops.bindInterdomain(domain, domain.id, receiver);
  const handle = (port: number) => {
    kernel.lateEoi(port, false);
    interrupt();
  };
  const irq = kernel.bindEvtchnToIrqHandlerLateEoi(receiver, {
    name: 'test',
    interrupt: handle,
    post: (port) => domain.hypervisor.insideUpcall(domain, port, () => handle(port)),
  });
  kernel.setAffinity(irq, [vcpu]);
  return sender;
}

function kernelOn(xen: Hypervisor, abi: EventAbi, vcpus = 1) {
  return new GuestKernel(bareDomain(xen, { vcpus }), new ManualClock(), { abi });
}

describe('Hypervisor domains', () => {
  it('are found by number, in the order of their numbers', () => {
    const xen = bareXen();
    const nine = bareDomain(xen, { domid: 9 });
    const zero = bareDomain(xen, { domid: 0 });
    expect(xen.domain(9)).toBe(nine);
    expect(xen.domain(5)).toBeUndefined();
    expect(xen.domain(0x7ff0)).toBeUndefined();
    expect([...xen.domains()]).toEqual([zero, nine]);
  });

  it('are refused with EEXIST for a number in use and EINVAL for a reserved one', () => {
    const xen = bareXen();
    bareDomain(xen, { domid: 1 });
    const config = {
      vcpus: 1,
      maxEvtchnPort: 63,
      privileged: false,
      nrPirqs: 0,
      pirqs: [],
      paused: false,
    };
    expect(xen.createDomain({ ...config, domid: 1 })).toBe(-EEXIST);
    expect(xen.createDomain({ ...config, domid: 0x7ff0 })).toBe(-EINVAL);
    expect(xen.createDomain({ ...config, domid: 0x7fef })).toBeTypeOf('object');
  });

  it('find themselves as DOMID_SELF', () => {
    const xen = bareXen();
    const domain = bareDomain(xen, { domid: 3 });
    expect(xen.domainByAnyId(domain, 0x7ff0)).toBe(domain);
    expect(xen.domainByAnyId(domain, 3)).toBe(domain);
    expect(xen.domainByAnyId(domain, 4)).toBeUndefined();
  });

  it('may be controlled by themselves, by a control domain, and by their device model', () => {
    const xen = bareXen();
    const control = bareDomain(xen, { domid: 0, privileged: true });
    const guest = bareDomain(xen, { domid: 1 });
    const model = bareDomain(xen, { domid: 2, target: 1 });
    expect(xen.mayControl(guest, guest)).toBe(true);
    expect(xen.mayControl(control, guest)).toBe(true);
    expect(xen.mayControl(model, guest)).toBe(true);
    expect(xen.mayControl(guest, model)).toBe(false);
    expect(xen.mayControl(model, control)).toBe(false);
  });

  it('leave their peers unbound when they are destroyed, and their number free', () => {
    const records: TraceRecord[] = [];
    const xen = bareXen('immediate', records);
    const ops = xen.eventChannels;
    const zero = bareDomain(xen);
    const guest = bareDomain(xen, { domid: 1 });
    const theirs = ops.allocUnbound(zero, 0, 1);
    ops.bindInterdomain(guest, 0, theirs);
    allocUnboundXen(guest, 0, 0, () => {});
    let woken = 0;
    guest.vcpus[0]!.startPolling(0, () => woken++);
    records.length = 0;
    xen.destroyDomain(guest);
    xen.destroyDomain(guest);
    expect(ops.status(zero, 0, theirs)).toEqual({ status: 1, vcpu: 0, dom: 1 });
    expect(xen.domain(1)).toBeUndefined();
    expect([guest.dying, guest.channels.active, guest.pollers, woken]).toEqual([true, 0, 0, 1]);
    expect(records.filter((record) => record.type === 'domain-destroy')).toEqual([
      { time: 0, type: 'domain-destroy', domid: 1, closed: 2 },
    ]);
    expect(ops.allocUnbound(guest, 0x7ff0, 0)).toBe(-EINVAL);
    expect(bareDomain(xen, { domid: 1 })).not.toBe(guest);
  });

  it('take no upcall any more once they are destroyed, even if one was due', () => {
    const xen = bareXen('deferred');
    const guest = bareDomain(xen, { domid: 1 });
    const log = logUpcalls([guest]);
    xen.eventChannels.send(guest, xen.eventChannels.bindIpi(guest, 0));
    xen.destroyDomain(guest);
    xen.deliver();
    expect(log).toEqual([]);
    expect([...xen.kickedVcpus()]).toEqual([]);
  });
});

describe('Hypervisor interrupts', () => {
  it('raise a VIRQ where it is bound, on the vCPU it is bound on', () => {
    const xen = bareXen('deferred');
    const domain = bareDomain(xen, { vcpus: 2 });
    xen.raiseVirq(domain, VIRQ_TIMER, 1);
    const port = xen.eventChannels.bindVirq(domain, VIRQ_TIMER, 1);
    expect(pendingBit(domain, port)).toBe(false);
    xen.raiseVirq(domain, VIRQ_TIMER, 0);
    expect(pendingBit(domain, port)).toBe(false);
    xen.raiseVirq(domain, VIRQ_TIMER, 1);
    expect(pendingBit(domain, port)).toBe(true);
    expect([...xen.kickedVcpus()]).toEqual([domain.vcpus[1]]);
  });

  it('raise a global VIRQ in domain 0 until another handles it, and there again after its end', () => {
    const xen = bareXen('deferred');
    xen.raiseGlobalVirq(VIRQ_CONSOLE);
    const zero = bareDomain(xen);
    const other = bareDomain(xen, { domid: 7 });
    const ports = [zero, other].map((domain) =>
      xen.eventChannels.bindVirq(domain, VIRQ_CONSOLE, 0),
    );
    const raised = () => {
      const was = [zero, other].map((domain, i) => pendingBit(domain, ports[i]!));
      zero.ports.clearPending(ports[0]!);
      other.ports.clearPending(ports[1]!);
      return was;
    };
    xen.raiseGlobalVirq(VIRQ_CONSOLE);
    expect(raised()).toEqual([true, false]);
    expect(xen.setGlobalVirqHandler(other, VIRQ_CONSOLE)).toBe(0);
    xen.raiseGlobalVirq(VIRQ_CONSOLE);
    expect(raised()).toEqual([false, true]);
    xen.destroyDomain(other);
    xen.raiseGlobalVirq(VIRQ_CONSOLE);
    expect(raised()).toEqual([true, false]);
  });

  it.each([VIRQ_TIMER, VIRQ_ARGO, 24, 0xffffffff])(
    'answer EINVAL to a handler for VIRQ %i, which is not global',
    (virq) => {
      const xen = bareXen();
      const domain = bareDomain(xen);
      expect(xen.setGlobalVirqHandler(domain, virq)).toBe(-EINVAL);
      expect(xen.setGlobalVirqHandler(domain, VIRQ_TBUF)).toBe(0);
    },
  );

  it('raise a physical interrupt where it is bound, and lose it where not', () => {
    const xen = bareXen('deferred');
    const domain = bareDomain(xen, { nrPirqs: 16, pirqs: [9] });
    xen.raisePirq(domain, 9);
    xen.raisePirq(domain, 3);
    const port = xen.eventChannels.bindPirq(domain, 9, 0);
    expect(pendingBit(domain, port)).toBe(false);
    xen.raisePirq(domain, 9);
    expect(pendingBit(domain, port)).toBe(true);
  });
});

describe('Hypervisor delivery', () => {
  it('immediate runs the vCPU before the call that raised the event returns', () => {
    const xen = bareXen('immediate');
    const domain = bareDomain(xen);
    const log = logUpcalls([domain]);
    xen.eventChannels.send(domain, xen.eventChannels.bindIpi(domain, 0));
    expect(log).toEqual(['0:0']);
  });

  it('deferred runs nothing until it is told to, then each kicked vCPU once, oldest kick first', () => {
    const xen = bareXen('deferred');
    const ops = xen.eventChannels;
    const zero = bareDomain(xen, { vcpus: 3 });
    const one = bareDomain(xen, { domid: 1 });
    const log = logUpcalls([zero, one]);
    const raise = (domain: Domain, vcpu: number) => ops.send(domain, ops.bindIpi(domain, vcpu));
    raise(zero, 2);
    raise(one, 0);
    raise(zero, 0);
    raise(zero, 2);
    expect(log).toEqual([]);
    expect([...xen.kickedVcpus()]).toEqual([zero.vcpus[2], one.vcpus[0], zero.vcpus[0]]);
    xen.deliver();
    expect(log).toEqual(['0:2', '1:0', '0:0']);
    xen.deliver();
    expect(log).toHaveLength(3);
  });

  it.each<Delivery>(['immediate', 'deferred'])(
    '%s runs what an upcall raises after it, not inside it',
    (delivery) => {
      const xen = bareXen(delivery);
      const ops = xen.eventChannels;
      const domain = bareDomain(xen, { vcpus: 2 });
      const second = ops.bindIpi(domain, 1);
      let inside = false;
      const log = logUpcalls([domain], (vcpu) => {
        expect(inside).toBe(false);
        inside = true;
        if (vcpu === 0) ops.send(domain, second);
        xen.deliver();
        inside = false;
      });
      ops.send(domain, ops.bindIpi(domain, 0));
      xen.deliver();
      expect(log).toEqual(['0:0', '0:1']);
    },
  );

  it('runs a vCPU again whose upcall raised an event for itself', () => {
    const xen = bareXen();
    const ops = xen.eventChannels;
    const domain = bareDomain(xen);
    const port = ops.bindIpi(domain, 0);
    let left = 3;
    const log = logUpcalls([domain], () => {
      domain.ports.clearPending(port);
      if (--left > 0) ops.send(domain, port);
    });
    ops.send(domain, port);
    expect(log).toEqual(['0:0', '0:0', '0:0']);
  });

  it('queues a vCPU once however often it is kicked', () => {
    const xen = bareXen('deferred');
    const domain = bareDomain(xen, { vcpus: 2 });
    for (const vcpu of [1, 0, 1, 0]) xen.kick(domain.vcpus[vcpu]!);
    expect([...xen.kickedVcpus()].map((vcpu) => vcpu.id)).toEqual([1, 0]);
  });

  it('leaves the upcall of a vCPU that masks upcalls due', () => {
    const xen = bareXen();
    const domain = bareDomain(xen);
    const log = logUpcalls([domain]);
    domain.vcpus[0]!.upcallMask = true;
    xen.eventChannels.send(domain, xen.eventChannels.bindIpi(domain, 0));
    expect(log).toEqual([]);
    expect(domain.vcpus[0]!.upcallPending).toBe(true);
  });
});

describe.each<[EventAbi, Delivery, boolean]>([
  ['two-level', 'immediate', false],
  ['two-level', 'deferred', false],
  ['fifo', 'immediate', false],
  ['fifo', 'immediate', true],
  ['fifo', 'deferred', false],
])('A handler that throws, with %s, %s delivery and trace %s', (abi, delivery, traced) => {
  function setUp(vcpus = 1) {
    const xen = bareXen(delivery, traced ? [] : undefined);
    const kernel = kernelOn(xen, abi, vcpus);
    const handled: number[] = [];
    const send = (port: number) => kernel.notifyRemoteViaEvtchn(port);
    return { xen, kernel, handled, send };
  }

  const fail = () => {
    throw new Error('handler');
  };

  it('has its error reach whoever raised the event', () => {
    const { xen, kernel, send } = setUp();
    const port = channel(kernel, 0, fail);
    expect(() => {
      send(port);
      xen.deliver();
    }).toThrow('handler');
  });

  it('does not lose the events behind its own', () => {
    const { xen, kernel, handled, send } = setUp();
    const bad = channel(kernel, 0, fail);
    const good = [1, 2, 3].map((name) => channel(kernel, 0, () => handled.push(name)));
    kernel.disableUpcalls(0);
    for (const port of [good[2]!, bad, good[0]!, good[1]!]) send(port);
    expect(() => {
      kernel.enableUpcalls(0);
      xen.deliver();
    }).toThrow('handler');
    xen.deliver();
    expect(handled.sort()).toEqual([1, 2, 3]);
  });

  it('does not lose the events it raised itself, on its own vCPU and on others', () => {
    const { xen, kernel, handled, send } = setUp(3);
    const others = [0, 1, 2].map((vcpu) => channel(kernel, vcpu, () => handled.push(vcpu)));
    const bad = channel(kernel, 0, () => {
      for (const port of others) send(port);
      fail();
    });
    expect(() => {
      send(bad);
      xen.deliver();
    }).toThrow('handler');
    xen.deliver();
    expect(handled.sort()).toEqual([0, 1, 2]);
  });

  it('does not stop later events from being delivered at once', () => {
    const { xen, kernel, handled, send } = setUp();
    let failing = true;
    const port = channel(kernel, 0, () => {
      if (failing) fail();
      handled.push(1);
    });
    expect(() => {
      send(port);
      xen.deliver();
    }).toThrow('handler');
    failing = false;
    send(port);
    if (delivery === 'deferred') xen.deliver();
    expect(handled).toEqual([1]);
  });
});
