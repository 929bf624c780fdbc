import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/clock/manual-clock.js';
import { GuestKernel } from '../../../src/guest/kernel.js';
import type { Domain } from '../../../src/hypervisor/domain.js';
import type { EventAbi } from '../../../src/hypervisor/port-ops.js';
import { bareDomain, bareXen } from './bare-xen.js';

// Hypervisor.post hands an event to an idle vCPU without writing it to memory first, except while
// there is a trace. So a run with a trace goes the long way everywhere, and must leave all a guest
// can look at as the same run without one.

const PORTS = 6;
const MOST_VCPUS = 2;

type Step =
  | { readonly op: 'send' | 'eoi' | 'disable' | 'enable' | 'reopen'; readonly port: number }
  | { readonly op: 'priority' | 'move'; readonly port: number; readonly to: number }
  | { readonly op: 'mask-upcalls' | 'unmask-upcalls'; readonly vcpu: number }
  | { readonly op: 'poll'; readonly port: number };

/** What a handler does when its port's event comes: sends on these ports, and ends the event. */
interface Reaction {
  readonly sends: readonly number[];
  readonly eoi: boolean;
}

const port = fc.integer({ min: 0, max: PORTS - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ op: fc.constant('send' as const), port }) },
  { weight: 5, arbitrary: fc.record({ op: fc.constant('eoi' as const), port }) },
  {
    weight: 3,
    arbitrary: fc.record({ op: fc.constantFrom('disable' as const, 'enable' as const), port }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constantFrom('reopen' as const), port }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constantFrom('poll' as const), port }) },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('priority' as const),
      port,
      to: fc.constantFrom(0, 7, 15),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constant('move' as const), port, to: fc.nat(MOST_VCPUS - 1) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constantFrom('mask-upcalls' as const, 'unmask-upcalls' as const),
      vcpu: fc.nat(MOST_VCPUS - 1),
    }),
  },
);
const steps = fc.array(step, { maxLength: 60, size: 'max' });
/** A handler sends to ports after its own only, so that no run goes on for ever. */
const reactions = fc
  .array(fc.record({ sends: fc.uniqueArray(port, { maxLength: 3 }), eoi: fc.boolean() }), {
    minLength: PORTS,
    maxLength: PORTS,
  })
  .map((all): Reaction[] =>
    all.map(({ sends, eoi }, own) => ({ sends: sends.filter((to) => to > own), eoi })),
  );

/** Binds a handler that takes events the short way too. */
function bindPostable(kernel: GuestKernel, port: number, interrupt: (port: number) => void) {
  const { domain } = kernel;
  return kernel.bindEvtchnToIrqHandlerLateEoi(port, {
    name: 'test',
    interrupt,
    post: (at) => domain.hypervisor.insideUpcall(domain, at, () => interrupt(at)),
  });
}

/** All that was seen in a run. */
interface Seen {
  readonly memory: readonly number[][];
  readonly irqs: readonly (readonly number[])[];
  readonly handled: readonly string[];
}

/**
 * The pages a guest shares with Xen. The heads of a control block are left out: the head of an empty
 * queue is whatever was linked there last, no guest may read it before Xen sets its ready bit, and
 * an event that is never linked does not write it. Queues that are not empty are compared by the
 * links of their event words and by the order in which their events come.
 */
function memoryOf(domain: Domain): number[][] {
  const pages = [[...domain.sharedInfo]];
  for (let gfn = 1; ; gfn++) {
    const page = domain.memory.page(gfn);
    if (page === undefined) return pages;
    const control = domain.fifo !== undefined && gfn <= domain.vcpus.length;
    pages.push([...(control ? page.subarray(0, 2) : page.subarray(0, 64))]);
  }
}

function run(
  abi: EventAbi,
  vcpus: number,
  traced: boolean,
  todo: readonly Step[],
  react: readonly Reaction[],
): Seen {
  const xen = bareXen('immediate', traced ? [] : undefined);
  const domain = bareDomain(xen, { vcpus });
  const kernel = new GuestKernel(domain, new ManualClock(), { abi });
  const ops = xen.eventChannels;
  const handled: string[] = [];
  const receivers: number[] = [];
  const senders: number[] = [];
  const open = (index: number) => {
    const sender = ops.allocUnbound(domain, 0, 0);
    const receiver = ops.bindInterdomain(domain, 0, sender);
    senders[index] = sender;
    receivers[index] = receiver;
    const reaction = react[index]!;
    bindPostable(kernel, receiver, (at) => {
      handled.push(`${index}`);
      for (const to of reaction.sends) {
        if (senders[to] !== undefined) ops.send(domain, senders[to]);
      }
      if (reaction.eoi) kernel.lateEoi(at, false);
    });
  };
  const irq = (index: number) => kernel.irqFromEvtchn(receivers[index]!);
  for (let index = 0; index < PORTS; index++) {
    open(index);
    kernel.setAffinity(irq(index), [index % vcpus]);
  }
  for (const each of todo) {
    switch (each.op) {
      case 'send':
        ops.send(domain, senders[each.port]!);
        break;
      case 'eoi':
        kernel.lateEoi(receivers[each.port]!, false);
        break;
      case 'disable':
        kernel.disableIrq(irq(each.port));
        break;
      case 'enable':
        kernel.enableIrq(irq(each.port));
        break;
      case 'reopen':
        kernel.unbindFromIrqHandler(irq(each.port));
        ops.close(domain, senders[each.port]!);
        open(each.port);
        break;
      case 'priority':
        ops.setPriority(domain, receivers[each.port]!, each.to);
        break;
      case 'move':
        kernel.setAffinity(irq(each.port), [each.to % vcpus]);
        break;
      case 'poll':
        domain.vcpus[0]!.startPolling(receivers[each.port]!, () => handled.push('woken'));
        break;
      case 'mask-upcalls':
        kernel.disableUpcalls(each.vcpu % vcpus);
        break;
      case 'unmask-upcalls':
        kernel.enableUpcalls(each.vcpu % vcpus);
        break;
    }
  }
  const irqs = receivers.map((at) => [
    at,
    kernel.irqFromEvtchn(at),
    kernel.irqs.flags(at),
    kernel.irqs.disableDepth(at),
  ]);
  return { memory: memoryOf(domain), irqs, handled };
}

/** A channel of a domain to itself, whose receiving end is served with late EOI; no event is pending. */
function channel(kernel: GuestKernel, vcpu: number, interrupt: (port: number) => void) {
  const { domain } = kernel;
  const ops = domain.hypervisor.eventChannels;
  const receiver = ops.allocUnbound(domain, domain.id, domain.id);
  const sender = ops.bindInterdomain(domain, domain.id, receiver);
  const irq = bindPostable(kernel, receiver, interrupt);
  kernel.setAffinity(irq, [vcpu]);
  return { sender, receiver };
}

describe.each<EventAbi>(['two-level', 'fifo'])('Hypervisor.post with %s', (abi) => {
  it.each([1, MOST_VCPUS])(
    'leaves shared pages and irqs, and has handled events, as the long way, with %i vCPU',
    (vcpus) => {
      fc.assert(
        fc.property(steps, reactions, (todo, react) => {
          const short = run(abi, vcpus, false, todo, react);
          expect(short).toEqual(run(abi, vcpus, true, todo, react));
        }),
        { numRuns: 200 },
      );
    },
  );

  it('handles what a handler raised in the same order as the long way, over two vCPUs', () => {
    const order = (traced: boolean) => {
      const xen = bareXen('immediate', traced ? [] : undefined);
      const kernel = new GuestKernel(bareDomain(xen, { vcpus: 2 }), new ManualClock(), { abi });
      const handled: string[] = [];
      const bind = (name: string, vcpu: number, then: () => void) =>
        channel(kernel, vcpu, () => {
          handled.push(name);
          then();
        }).sender;
      const other = bind('other vCPU', 1, () => {});
      const same = bind('same vCPU', 0, () => {});
      const first = bind('first', 0, () => {
        kernel.notifyRemoteViaEvtchn(other);
        kernel.notifyRemoteViaEvtchn(same);
      });
      kernel.notifyRemoteViaEvtchn(first);
      return handled;
    };
    expect(order(false)).toEqual(order(true));
  });

  it('puts off EOIs in a storm at the same event as the long way', () => {
    const firstDeferred = (traced: boolean) => {
      const xen = bareXen('immediate', traced ? [] : undefined);
      const clock = new ManualClock();
      const kernel = new GuestKernel(bareDomain(xen), clock, { abi });
      let count = 0;
      const { sender } = channel(kernel, 0, (receiver) => {
        clock.advance(1);
        if (++count === 2000) return;
        kernel.notifyRemoteViaEvtchn(sender);
        kernel.lateEoi(receiver, false);
      });
      kernel.notifyRemoteViaEvtchn(sender);
      return count;
    };
    expect(firstDeferred(true)).toBe(512);
    expect(firstDeferred(false)).toBe(512);
  });
});

describe('Hypervisor.post', () => {
  function fifoKernel(traced = false) {
    const xen = bareXen('immediate', traced ? [] : undefined);
    const kernel = new GuestKernel(bareDomain(xen), new ManualClock(), { abi: 'fifo' });
    return { xen, kernel, domain: kernel.domain, vcpu: kernel.domain.vcpus[0]! };
  }

  it('does nothing without a kernel, while a trace is on, or when the vCPU is not idle', () => {
    const bare = bareXen();
    const lone = bareDomain(bare);
    expect(bare.post(lone, 1)).toBe(false);
    for (const { xen, kernel, vcpu } of [fifoKernel(true), fifoKernel()]) {
      let handled = 0;
      const { receiver } = channel(kernel, 0, () => handled++);
      if (xen.trace.probe === undefined) vcpu.upcallMask = true;
      expect(xen.post(kernel.domain, receiver)).toBe(false);
      expect(handled).toBe(0);
    }
  });

  it('does nothing with deferred delivery', () => {
    const xen = bareXen('deferred');
    const kernel = new GuestKernel(bareDomain(xen), new ManualClock());
    const { receiver } = channel(kernel, 0, () => {});
    expect(xen.post(kernel.domain, receiver)).toBe(false);
    xen.deliver();
    expect(xen.post(kernel.domain, receiver)).toBe(false);
  });

  it('has the events a handler raises wait until it is done', () => {
    const { kernel } = fifoKernel();
    const log: string[] = [];
    const second = channel(kernel, 0, () => log.push('second'));
    const first = channel(kernel, 0, () => {
      log.push('first in');
      kernel.notifyRemoteViaEvtchn(second.sender);
      log.push('first out');
    });
    kernel.notifyRemoteViaEvtchn(first.sender);
    expect(log).toEqual(['first in', 'first out', 'second']);
  });
});
