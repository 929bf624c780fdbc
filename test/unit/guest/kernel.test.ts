import { describe, expect, it } from 'vitest';
import {
  EBUSY,
  EEXIST,
  EINVAL,
  ENOENT,
  ENOMEM,
  EOPNOTSUPP,
  EPERM,
} from '../../../src/abi/errno.js';
import { VIRQ_TBUF, VIRQ_TIMER } from '../../../src/abi/virq.js';
import type { InterruptHandler } from '../../../src/guest/irq-table.js';
import type { GuestKernel } from '../../../src/guest/kernel.js';
import type { EventAbi } from '../../../src/hypervisor/port-ops.js';
import { bareKernel, loopback } from './bare-kernel.js';

/** Notes the ports of its events; each stays unended. */
function logging(): InterruptHandler & { readonly ports: number[] } {
  const ports: number[] = [];
  return { name: 'test', ports, interrupt: (port) => ports.push(port) };
}

const ABIS: EventAbi[] = ['two-level', 'fifo'];

describe('GuestKernel', () => {
  it('takes FIFO unless told otherwise', () => {
    const fifo = bareKernel();
    expect(fifo.domain.ports.abi).toBe('fifo');
    expect([fifo.kernel.maxChannels, fifo.kernel.nrChannels]).toEqual([131072, 0]);
    const twoLevel = bareKernel({ abi: 'two-level' });
    expect(twoLevel.domain.ports.abi).toBe('two-level');
    expect([twoLevel.kernel.maxChannels, twoLevel.kernel.nrChannels]).toEqual([4096, 4096]);
  });
});

describe.each(ABIS)('GuestKernel with %s', (abi) => {
  function bound(bind: 'late' | 'early' = 'late', vcpus = 1) {
    const all = bareKernel({ abi }, { vcpus });
    const channel = loopback(all.kernel);
    const handler = logging();
    const irq =
      bind === 'late'
        ? all.kernel.bindEvtchnToIrqHandlerLateEoi(channel.receiver, handler)
        : all.kernel.bindEvtchnToIrqHandler(channel.receiver, handler);
    const send = () => all.kernel.notifyRemoteViaEvtchn(channel.sender);
    return { ...all, ...channel, irq, send, ports: handler.ports };
  }

  it('has an irq for a bound port and none for others', () => {
    const { kernel, irq, receiver, sender } = bound();
    expect(irq).toBeGreaterThanOrEqual(0);
    expect(kernel.irqFromEvtchn(receiver)).toBe(irq);
    expect(kernel.irqFromEvtchn(sender)).toBe(-1);
  });

  it('handles an event that was pending before the bind, before bind returns', () => {
    const { kernel } = bareKernel({ abi });
    const { sender } = loopback(kernel);
    const handler = logging();
    kernel.bindEvtchnToIrqHandlerLateEoi(sender, handler);
    expect(handler.ports).toEqual([sender]);
  });

  it('handles one event, and one more for all that came before its late EOI', () => {
    const { kernel, receiver, send, ports } = bound();
    send();
    send();
    send();
    expect(ports).toEqual([receiver]);
    kernel.lateEoi(receiver, false);
    expect(ports).toEqual([receiver, receiver]);
    kernel.lateEoi(receiver, false);
    kernel.lateEoi(receiver, false);
    expect(ports).toHaveLength(2);
    send();
    expect(ports).toHaveLength(3);
  });

  it('handles every event of a port without late EOI', () => {
    const { receiver, send, ports } = bound('early');
    send();
    send();
    expect(ports).toEqual([receiver, receiver]);
  });

  it('handles an event that is raised in its own handler, after it', () => {
    const { kernel } = bareKernel({ abi });
    const { sender, receiver } = loopback(kernel);
    const log: string[] = [];
    kernel.bindEvtchnToIrqHandler(receiver, {
      name: 'test',
      interrupt() {
        log.push('in');
        if (log.length < 6) kernel.notifyRemoteViaEvtchn(sender);
        log.push('out');
      },
    });
    kernel.notifyRemoteViaEvtchn(sender);
    expect(log).toEqual(['in', 'out', 'in', 'out', 'in', 'out', 'in', 'out']);
  });

  it('ignores a late EOI of a port that is not bound', () => {
    const { kernel, receiver, ports } = bound();
    kernel.lateEoi(receiver + 20, false);
    kernel.lateEoi(100000, true);
    expect(ports).toEqual([]);
  });

  it('answers EBUSY for a port that has a handler', () => {
    const { kernel, receiver, send, ports } = bound();
    expect(kernel.bindEvtchnToIrqHandlerLateEoi(receiver, logging())).toBe(-EBUSY);
    send();
    expect(ports).toEqual([receiver]);
  });

  it('answers ENOMEM for a port beyond the ABI', () => {
    const { kernel } = bareKernel({ abi });
    expect(kernel.bindEvtchnToIrqHandler(kernel.maxChannels, logging())).toBe(-ENOMEM);
  });

  it('remembers one event of a disabled irq until it is enabled as often as disabled', () => {
    const { kernel, irq, receiver, send, ports } = bound();
    kernel.disableIrq(irq);
    kernel.disableIrq(irq);
    send();
    send();
    kernel.enableIrq(irq);
    expect(ports).toEqual([]);
    kernel.enableIrq(irq);
    expect(ports).toEqual([receiver]);
    kernel.enableIrq(irq);
    kernel.lateEoi(receiver, false);
    send();
    expect(ports).toEqual([receiver, receiver]);
  });

  it.each([
    ['enable', 'EOI'],
    ['EOI', 'enable'],
  ])('keeps a port masked until both came: %s, then %s', (first) => {
    const { kernel, irq, receiver, send, ports } = bound();
    send();
    kernel.disableIrq(irq);
    send();
    if (first === 'enable') kernel.enableIrq(irq);
    else kernel.lateEoi(receiver, false);
    expect(ports).toHaveLength(1);
    if (first === 'enable') kernel.lateEoi(receiver, false);
    else kernel.enableIrq(irq);
    expect(ports).toHaveLength(2);
  });

  it('closes the channel when it is unbound, and hands nothing over any more', () => {
    const { domain, xen, kernel, irq, receiver, send, ports } = bound();
    kernel.unbindFromIrqHandler(irq);
    expect(kernel.irqFromEvtchn(receiver)).toBe(-1);
    expect(xen.eventChannels.status(domain, 0, receiver)).toMatchObject({ status: 0 });
    expect(send()).toBe(0);
    expect(ports).toEqual([]);
    expect(kernel.bindEvtchnToIrqHandler(loopback(kernel).receiver, logging())).toBe(irq);
  });

  it('drops a latched event when it is unbound, for a port bound anew under the number', () => {
    const { domain, xen, kernel, irq, receiver, send, ports } = bound();
    send();
    send();
    kernel.unbindFromIrqHandler(irq);
    expect(xen.eventChannels.allocUnbound(domain, 0, 0)).toBe(receiver);
    const handler = logging();
    kernel.bindEvtchnToIrqHandlerLateEoi(receiver, handler);
    expect([ports, handler.ports]).toEqual([[receiver], []]);
    const sender = xen.eventChannels.bindInterdomain(domain, 0, receiver);
    kernel.notifyRemoteViaEvtchn(sender);
    expect(handler.ports).toEqual([receiver]);
  });

  it('keeps a channel open that another driver holds, until the last lets go', () => {
    const { domain, xen, kernel, irq, receiver } = bound();
    const closed = () =>
      (xen.eventChannels.status(domain, 0, receiver) as { status: number }).status === 0;
    expect(kernel.evtchnGet(receiver)).toBe(-EINVAL);
    expect(kernel.evtchnMakeRefcounted(receiver)).toBe(0);
    expect(kernel.evtchnGet(receiver)).toBe(0);
    expect(kernel.evtchnGet(receiver)).toBe(0);
    kernel.unbindFromIrqHandler(irq);
    expect(closed()).toBe(false);
    expect(kernel.evtchnPut(receiver)).toBe(0);
    expect(closed()).toBe(false);
    expect(kernel.evtchnPut(receiver)).toBe(0);
    expect(closed()).toBe(true);
    expect(kernel.evtchnPut(receiver)).toBe(-ENOENT);
  });

  it('binds a held channel again, to a new handler that gets what came meanwhile', () => {
    const { kernel, irq, receiver, send, ports } = bound();
    kernel.evtchnMakeRefcounted(receiver);
    kernel.evtchnGet(receiver);
    kernel.unbindFromIrqHandler(irq);
    send();
    expect(ports).toEqual([]);
    const handler = logging();
    expect(kernel.bindEvtchnToIrqHandlerLateEoi(receiver, handler)).toBe(irq);
    expect(handler.ports).toEqual([receiver]);
  });

  // request_irq starts an irq up with depth 0, however often it was disabled before.
  it('can be disabled after a held channel that was disabled is bound again', () => {
    const { kernel, irq, receiver, send } = bound();
    kernel.evtchnMakeRefcounted(receiver);
    kernel.evtchnGet(receiver);
    kernel.disableIrq(irq);
    kernel.unbindFromIrqHandler(irq);
    const handler = logging();
    expect(kernel.bindEvtchnToIrqHandlerLateEoi(receiver, handler)).toBe(irq);
    send();
    kernel.lateEoi(receiver, false);
    expect(handler.ports).toHaveLength(1);
    kernel.disableIrq(irq);
    send();
    expect(handler.ports).toHaveLength(1);
    kernel.enableIrq(irq);
    expect(handler.ports).toHaveLength(2);
  });

  it('does not count references beyond what a short holds', () => {
    const { kernel, receiver } = bound();
    kernel.evtchnMakeRefcounted(receiver);
    for (let count = 1; count < 0x7fff; count++) expect(kernel.evtchnGet(receiver)).toBe(0);
    expect(kernel.evtchnGet(receiver)).toBe(-EINVAL);
  });

  it('answers ENOENT where a port is not bound', () => {
    const { kernel } = bareKernel({ abi });
    for (const answer of [
      kernel.evtchnGet(9),
      kernel.evtchnPut(9),
      kernel.evtchnMakeRefcounted(9),
      kernel.evtchnMakeStatic(9),
    ]) {
      expect(answer).toBe(-ENOENT);
    }
  });

  it('never closes a static channel', () => {
    const { domain, xen, kernel, irq, receiver } = bound();
    expect(kernel.evtchnMakeStatic(receiver)).toBe(0);
    kernel.unbindFromIrqHandler(irq);
    expect(xen.eventChannels.status(domain, 0, receiver)).toMatchObject({ status: 2 });
    expect(kernel.irqFromEvtchn(receiver)).toBe(-1);
  });

  it('binds VIRQs, IPIs and pirqs, or answers what Xen answers', () => {
    const { xen, domain, kernel } = bareKernel({ abi }, { vcpus: 2, nrPirqs: 16, pirqs: [9] });
    const handlers = [logging(), logging(), logging()] as const;
    kernel.bindVirqToIrqHandler(VIRQ_TIMER, 1, handlers[0]);
    kernel.bindIpiToIrqHandler(1, handlers[1]);
    kernel.bindPirqToIrqHandler(9, handlers[2]);
    xen.raiseVirq(domain, VIRQ_TIMER, 1);
    kernel.notifyRemoteViaEvtchn(2);
    xen.raisePirq(domain, 9);
    xen.raisePirq(domain, 9);
    expect(handlers.map((handler) => handler.ports)).toEqual([[1], [2], [3, 3]]);
    expect(kernel.bindVirqToIrqHandler(VIRQ_TIMER, 1, logging())).toBe(-EEXIST);
    expect(kernel.bindIpiToIrqHandler(2, logging())).toBe(-ENOENT);
    expect(kernel.bindPirqToIrqHandler(8, logging())).toBe(-EPERM);
  });

  it('moves an irq to the least loaded of the vCPUs it is given, with its pending event', () => {
    const { domain, xen, kernel, irq, receiver, send, ports } = bound('late', 3);
    for (const vcpu of [1, 1, 2]) kernel.bindIpiToIrqHandler(vcpu, logging());
    const on = () => (xen.eventChannels.status(domain, 0, receiver) as { vcpu: number }).vcpu;
    expect(kernel.setAffinity(irq, [1, 2])).toBe(0);
    expect(on()).toBe(2);
    expect(kernel.setAffinity(irq, [])).toBe(0);
    expect(on()).toBe(0);
    kernel.disableUpcalls(0);
    send();
    expect(ports).toEqual([]);
    expect(kernel.setAffinity(irq, [1])).toBe(0);
    kernel.enableUpcalls(0);
    expect(ports).toEqual([receiver]);
    kernel.lateEoi(receiver, false);
    expect(ports).toHaveLength(1);
    send();
    expect(ports).toHaveLength(2);
  });

  it('does not handle an event twice that comes while its irq moves', () => {
    const { kernel, irq, receiver, send, ports } = bound('late', 2);
    send();
    send();
    kernel.setAffinity(irq, [1]);
    expect(ports).toHaveLength(1);
    kernel.lateEoi(receiver, false);
    expect(ports).toHaveLength(2);
  });

  it('answers EINVAL for a vCPU there is not, and for irqs that cannot move', () => {
    const { kernel, irq } = bound('late', 2);
    expect(kernel.setAffinity(irq, [2])).toBe(-EINVAL);
    expect(kernel.setAffinity(irq, [0, 7])).toBe(-EINVAL);
    const handler = logging();
    const ipi = kernel.bindIpiToIrqHandler(0, handler);
    expect(kernel.setAffinity(ipi, [1])).toBe(-EINVAL);
    const virq = kernel.bindVirqToIrqHandler(VIRQ_TBUF, 0, logging());
    expect(kernel.setAffinity(virq, [1])).toBe(0);
  });

  it('holds upcalls back and takes them at once when it allows them again', () => {
    const { kernel, receiver, send, ports } = bound();
    kernel.disableUpcalls(0);
    send();
    expect(ports).toEqual([]);
    kernel.enableUpcalls(0);
    expect(ports).toEqual([receiver]);
    kernel.enableUpcalls(0);
    expect(ports).toEqual([receiver]);
  });

  it('passes over a port without irq', () => {
    const { kernel, domain, send, receiver, ports } = bound();
    const other = loopback(kernel);
    kernel.abi.setup(other.receiver);
    kernel.abi.bindToVcpu(other.receiver, 0, 0);
    kernel.abi.unmask(other.receiver);
    domain.hypervisor.eventChannels.send(domain, other.sender);
    send();
    expect(ports).toEqual([receiver]);
  });

  it('does nothing in an upcall inside an upcall', () => {
    const { kernel } = bareKernel({ abi });
    const { sender, receiver } = loopback(kernel);
    const log: string[] = [];
    kernel.bindEvtchnToIrqHandler(receiver, {
      name: 'test',
      interrupt() {
        log.push('in');
        if (log.length === 1) kernel.notifyRemoteViaEvtchn(sender);
        kernel.upcall(0, 0);
        log.push('out');
      },
    });
    kernel.notifyRemoteViaEvtchn(sender);
    expect(log).toEqual(['in', 'out', 'in', 'out']);
  });
});

describe('GuestKernel bind that fails', () => {
  it('passes the errno of setting the port up on, and closes a channel of its own', () => {
    const { xen, domain, kernel } = bareKernel({ abi: 'fifo' });
    // Back to two-level behind the kernel's back: it can get no array page any more.
    xen.eventChannels.reset(domain, 0);
    expect(kernel.bindIpiToIrqHandler(0, logging())).toBe(-EOPNOTSUPP);
    expect(domain.channels.active).toBe(0);
    const port = xen.eventChannels.allocUnbound(domain, 0, 0);
    expect(kernel.bindEvtchnToIrqHandlerLateEoi(port, logging())).toBe(-EOPNOTSUPP);
    expect(domain.channels.active).toBe(1);
  });
});

describe('GuestKernel storm brake', () => {
  /** A port that is raised again by each of its handlings, which take `each` ms; gives how many there were. */
  function storm(kernel: GuestKernel, tick: () => void, most: number) {
    const { sender, receiver } = loopback(kernel);
    let count = 0;
    kernel.bindEvtchnToIrqHandlerLateEoi(receiver, {
      name: 'storm',
      interrupt() {
        tick();
        if (++count < most) kernel.notifyRemoteViaEvtchn(sender);
        kernel.lateEoi(receiver, false);
      },
    });
    kernel.notifyRemoteViaEvtchn(sender);
    return { count: () => count, receiver, sender };
  }

  it.each(ABIS)('lets %s handle 511 events, and each 11th jiffy the next from then on', (abi) => {
    const { clock, kernel } = bareKernel({ abi });
    const { count } = storm(kernel, () => clock.advance(1), 10000);
    expect(count()).toBe(512);
    // Its EOI waits for ten jiffies of 4 ms from the event at 511 ms on.
    clock.advance(35);
    expect(count()).toBe(512);
    clock.advance(1);
    expect(count()).toBeGreaterThan(512);
  });

  it('does not slow down a loop that stays within its time', () => {
    const { clock, kernel } = bareKernel({});
    const { count } = storm(kernel, () => clock.advance(0.001), 5000);
    expect(count()).toBe(5000);
  });

  it('takes its limits from the options', () => {
    const { clock, kernel } = bareKernel({ lateEoi: { hz: 1000, eventLoopTimeout: 400 } });
    const { count } = storm(kernel, () => clock.advance(1), 10000);
    expect(count()).toBe(768);
  });

  it('forgets what waits when the port is unbound, and all when the domain is gone', () => {
    const { clock, kernel } = bareKernel({});
    const first = storm(kernel, () => clock.advance(1), 10000);
    expect(clock.nextAt).toBeDefined();
    kernel.unbindFromIrqHandler(kernel.irqFromEvtchn(first.receiver));
    expect(clock.nextAt).toBeUndefined();
    storm(kernel, () => clock.advance(1), 10000);
    expect(clock.nextAt).toBeDefined();
    kernel.shutdown();
    expect(clock.nextAt).toBeUndefined();
  });

  it('puts off the EOIs of spurious events ever longer, and takes none twice', () => {
    const { clock, kernel } = bareKernel({ lateEoi: { hz: 1000 } });
    const { sender, receiver } = loopback(kernel);
    const handler = logging();
    kernel.bindEvtchnToIrqHandlerLateEoi(receiver, handler);
    kernel.notifyRemoteViaEvtchn(sender);
    kernel.lateEoi(receiver, true);
    kernel.notifyRemoteViaEvtchn(sender);
    expect(handler.ports).toHaveLength(2);
    kernel.lateEoi(receiver, true);
    kernel.notifyRemoteViaEvtchn(sender);
    kernel.lateEoi(receiver, true);
    kernel.lateEoi(receiver, false);
    expect(handler.ports).toHaveLength(2);
    expect(clock.nextAt).toBe(1);
    clock.advance(1);
    expect(handler.ports).toHaveLength(3);
    kernel.lateEoi(receiver, false);
    kernel.notifyRemoteViaEvtchn(sender);
    expect(handler.ports).toHaveLength(4);
  });
});
