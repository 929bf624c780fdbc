import { describe, expect, it } from 'vitest';
import { DOMID_SELF } from '../../../src/abi/domid.js';
import { EFAULT, EINVAL, ENOSYS } from '../../../src/abi/errno.js';
import {
  EVTCHNOP_ALLOC_UNBOUND,
  EVTCHNOP_CLOSE,
  EVTCHNSTAT_CLOSED,
  EVTCHNSTAT_INTERDOMAIN,
  EVTCHNSTAT_IPI,
  EVTCHNSTAT_PIRQ,
  EVTCHNSTAT_UNBOUND,
  EVTCHNSTAT_VIRQ,
  evtchnAllocUnbound,
  evtchnClose,
} from '../../../src/abi/event-channel.js';
import { VIRQ_DOM_EXC, VIRQ_TIMER } from '../../../src/abi/virq.js';
import { ManualClock } from '../../../src/clock/manual-clock.js';
import { EvtchnError } from '../../../src/errors/evtchn-error.js';
import { type DomainOptions, XenHost } from '../../../src/host/xen-host.js';

/** Two bare domains, for code that plays a guest of its own: 0 with two vCPUs, and 5. */
function bare(options: Partial<DomainOptions> = {}) {
  const clock = new ManualClock();
  const host = new XenHost({ clock });
  const dom0 = host.createDomain({ domid: 0, vcpus: 2, kernel: false, ...options });
  const dom5 = host.createDomain({ domid: 5, kernel: false });
  return { clock, host, dom0, dom5, zero: dom0.hypercalls, five: dom5.hypercalls };
}

/** The code of the error a call fails with; 'done' if it does not. */
function code(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof EvtchnError) return error.code;
    throw error;
  }
  return 'done';
}

/** Lets every promise that is settled have its say. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

/** How a call under way ended, once it did. */
function outcome(call: Promise<unknown>): unknown[] {
  const ends: unknown[] = [];
  call.then(
    (answer) => ends.push(answer),
    (error) => ends.push(error),
  );
  return ends;
}

describe('binding', () => {
  it('makes ports whose status says what they are', () => {
    const { zero, five } = bare();
    const unbound = zero.allocUnbound(DOMID_SELF, 5);
    const local = five.bindInterdomain(0, unbound);
    expect(zero.status(0, unbound)).toEqual({
      status: EVTCHNSTAT_INTERDOMAIN,
      vcpu: 0,
      dom: 5,
      port: local,
    });
    const waiting = zero.allocUnbound(0, 9);
    expect(zero.status(0, waiting)).toEqual({ status: EVTCHNSTAT_UNBOUND, vcpu: 0, dom: 9 });
    const virq = zero.bindVirq(VIRQ_TIMER, 1);
    expect(zero.status(0, virq)).toEqual({ status: EVTCHNSTAT_VIRQ, vcpu: 1, nr: VIRQ_TIMER });
    const pirq = zero.bindPirq(8);
    expect(zero.status(0, pirq)).toEqual({ status: EVTCHNSTAT_PIRQ, vcpu: 0, nr: 8 });
    const ipi = zero.bindIpi(1);
    expect(zero.status(DOMID_SELF, ipi)).toEqual({ status: EVTCHNSTAT_IPI, vcpu: 1 });
    zero.close(ipi);
    expect(zero.status(0, ipi)).toEqual({ status: EVTCHNSTAT_CLOSED, vcpu: 0 });
    expect(zero.allocUnbound(5, 0)).toBe(local + 1);
  });

  it.each<[string, (h: ReturnType<typeof bare>) => unknown, string]>([
    ['allocUnbound of no domain', ({ zero }) => zero.allocUnbound(9, 0), 'ESRCH'],
    ['allocUnbound for another', ({ five }) => five.allocUnbound(0, 5), 'EPERM'],
    ['bindInterdomain of no domain', ({ zero }) => zero.bindInterdomain(9, 1), 'ESRCH'],
    ['bindInterdomain of port 0', ({ zero }) => zero.bindInterdomain(5, 0), 'EINVAL'],
    ['bindInterdomain far out', ({ zero }) => zero.bindInterdomain(5, 131071), 'EINVAL'],
    ['bindVirq 24', ({ zero }) => zero.bindVirq(24, 0), 'EINVAL'],
    ['bindVirq global on vCPU 1', ({ zero }) => zero.bindVirq(VIRQ_DOM_EXC, 1), 'EINVAL'],
    ['bindVirq on no vCPU', ({ zero }) => zero.bindVirq(VIRQ_TIMER, 2), 'ENOENT'],
    ['bindPirq out of range', ({ zero }) => zero.bindPirq(1024), 'EINVAL'],
    ['bindPirq not its own', ({ zero }) => zero.bindPirq(7, 1), 'EPERM'],
    ['bindIpi on no vCPU', ({ zero }) => zero.bindIpi(2), 'ENOENT'],
    ['close of port 0', ({ zero }) => zero.close(0), 'EINVAL'],
    ['close of a free port', ({ zero }) => zero.close(1), 'EINVAL'],
    ['send of a free port', ({ zero }) => zero.send(1), 'EINVAL'],
    ['send far out', ({ zero }) => zero.send(0xffffffff), 'EINVAL'],
    ['status of no domain', ({ zero }) => zero.status(9, 1), 'ESRCH'],
    ['status far out', ({ zero }) => zero.status(0, 64), 'EINVAL'],
    ['status of another', ({ five }) => five.status(0, 1), 'EPERM'],
    ['bindVcpu to none', ({ zero }) => zero.bindVcpu(1, 2), 'ENOENT'],
    ['bindVcpu of a free port', ({ zero }) => zero.bindVcpu(1, 1), 'EINVAL'],
    ['unmask far out', ({ zero }) => zero.unmask(64), 'EINVAL'],
    ['unmask of a free port', ({ zero }) => zero.unmask(1), 'done'],
    ['unmask of port 0', ({ zero }) => zero.unmask(0), 'done'],
    ['reset of no domain', ({ zero }) => zero.reset(9), 'ESRCH'],
    ['reset of another', ({ five }) => five.reset(0), 'EPERM'],
    ['initControl of no vCPU', ({ zero }) => zero.initControl(1, 0, 2), 'ENOENT'],
    ['initControl of a bad frame', ({ zero }) => zero.initControl(1, 0, 0), 'EINVAL'],
    ['initControl of a bad offset', ({ zero }) => zero.initControl(1, 4025, 0), 'EINVAL'],
    ['expandArray under two-level', ({ zero }) => zero.expandArray(1), 'EOPNOTSUPP'],
    ['setPriority under two-level', ({ zero }) => zero.setPriority(0, 3), 'ENOSYS'],
    ['setPriority far out', ({ zero }) => zero.setPriority(64, 3), 'EINVAL'],
  ])('and the rest answer as Xen does: %s', (_what, call, expected) => {
    expect(code(() => call(bare()))).toBe(expected);
  });

  it('twice is EEXIST for VIRQs and physical interrupts', () => {
    const { zero } = bare();
    zero.bindVirq(VIRQ_TIMER, 0);
    zero.bindPirq(8);
    expect(code(() => zero.bindVirq(VIRQ_TIMER, 0))).toBe('EEXIST');
    expect(code(() => zero.bindPirq(8))).toBe('EEXIST');
    expect(code(() => zero.bindVirq(VIRQ_TIMER, 1))).toBe('done');
  });

  it('beyond the last port is ENOSPC', () => {
    const { zero } = bare({ maxEvtchnPort: 63 });
    for (let port = 1; port < 64; port++) expect(zero.allocUnbound(0, 5)).toBe(port);
    for (const call of [
      () => zero.allocUnbound(0, 5),
      () => zero.bindInterdomain(0, 9999),
      () => zero.bindVirq(VIRQ_TIMER, 0),
      () => zero.bindPirq(8),
      () => zero.bindIpi(0),
    ]) {
      expect(code(call)).toBe('ENOSPC');
    }
  });

  it('names the operation in its errors', () => {
    const { zero } = bare();
    expect(() => zero.send(1)).toThrow(
      expect.objectContaining({ syscall: 'EVTCHNOP_send', errno: -22 }),
    );
    expect(() => zero.status(9, 1)).toThrow(
      expect.objectContaining({ syscall: 'EVTCHNOP_status', errno: -3 }),
    );
  });
});

describe('moving, resetting and FIFO', () => {
  it('bindVcpu changes who is told', () => {
    const { zero } = bare();
    const port = zero.allocUnbound(0, 5);
    zero.bindVcpu(port, 1);
    expect(zero.status(0, port).vcpu).toBe(1);
  });

  it('reset closes every port of the domain', () => {
    const { zero, five } = bare();
    const port = zero.allocUnbound(0, 5);
    five.bindInterdomain(0, port);
    zero.reset(DOMID_SELF);
    expect(zero.status(0, port).status).toBe(EVTCHNSTAT_CLOSED);
    // Domain 5 was made without a kernel, so it is paused: its controller may reset it.
    zero.reset(5);
    expect(five.status(5, 1).status).toBe(EVTCHNSTAT_CLOSED);
  });

  it('initControl switches to FIFO, expandArray gives event words, setPriority then works', () => {
    const { zero, dom0 } = bare();
    const memory = dom0.xen.memory;
    const control = memory.allocatePage();
    zero.initControl(control, 8, 0);
    expect(dom0.xen.ports.abi).toBe('fifo');
    expect(code(() => zero.initControl(control, 8, 0))).toBe('EINVAL');
    expect(code(() => zero.expandArray(999))).toBe('EINVAL');
    zero.expandArray(memory.allocatePage());
    const port = zero.allocUnbound(0, 5);
    zero.setPriority(port, 15);
    expect(dom0.xen.channels.priority(port)).toBe(15);
    expect(code(() => zero.setPriority(port, 16))).toBe('EINVAL');
    expect(code(() => zero.setPriority(0, 3))).toBe('EACCES');
  });

  it('an event is sent, remembered while masked, and delivered by unmask', () => {
    const { host, zero } = bare();
    const domain = host.createDomain({ domid: 7, kernelChannels: false });
    const handle = domain.openEvtchn();
    const port = handle.bindUnboundPort(0);
    const local = zero.bindInterdomain(7, port);
    zero.send(local);
    expect(handle.tryPending()).toBe(port);
    zero.send(local);
    expect(handle.tryPending()).toBeUndefined();
    domain.hypercalls.unmask(port);
    handle.unmask(port);
    expect(handle.tryPending()).toBe(port);
  });
});

describe('the hypercall on bytes', () => {
  it('answers errnos and writes results into its argument', () => {
    const { zero } = bare();
    const arg = evtchnAllocUnbound.encode({ dom: DOMID_SELF, remoteDom: 5 });
    expect(zero.eventChannelOp(EVTCHNOP_ALLOC_UNBOUND, arg)).toBe(0);
    expect(evtchnAllocUnbound.decode(arg)).toEqual({ dom: DOMID_SELF, remoteDom: 5, port: 1 });
    const close = evtchnClose.encode({ port: 1 });
    expect(zero.eventChannelOp(EVTCHNOP_CLOSE, close)).toBe(0);
    expect(zero.eventChannelOp(EVTCHNOP_CLOSE, close)).toBe(-EINVAL);
    expect(zero.eventChannelOp(EVTCHNOP_CLOSE, undefined)).toBe(-EFAULT);
    expect(zero.eventChannelOp(EVTCHNOP_CLOSE, new Uint8Array(3))).toBe(-EFAULT);
    expect(zero.eventChannelOp(99, undefined)).toBe(-ENOSYS);
  });
});

describe('SCHEDOP_poll', () => {
  /** Domain 0 polls; domain 5 sends on `locals[i]` to `ports[i]`. */
  function polling(count = 2) {
    const made = bare();
    const ports = Array.from({ length: count }, () => made.zero.allocUnbound(0, 5));
    const locals = ports.map((port) => made.five.bindInterdomain(0, port));
    // Masked, as a guest that polls has its ports.
    made.dom0.xen.sharedInfo.fill(0xff, 2560, 2560 + 512);
    return { ...made, ports, locals };
  }

  it('ends at once if a port is pending, masked or not', async () => {
    const { zero, five, ports, locals } = polling();
    five.send(locals[1]!);
    expect(await zero.poll(ports)).toBe('event');
    expect(await zero.poll([ports[1]!], { timeout: 50 })).toBe('event');
  });

  it('waits for the event of its port and for no other', async () => {
    const { dom0, zero, five, ports, locals } = polling();
    const ends = outcome(zero.poll([ports[0]!]));
    expect(dom0.xen.pollers).toBe(1);
    five.send(locals[1]!);
    await settle();
    expect(ends).toEqual([]);
    five.send(locals[0]!);
    await settle();
    expect(ends).toEqual(['event']);
    expect(dom0.xen.pollers).toBe(0);
  });

  it.each([
    ['several ports', [0, 1]],
    ['none', []],
  ])('for %s ends with any event of the domain', async (_what, indexes) => {
    const { zero, five, ports, locals } = polling(3);
    const ends = outcome(zero.poll(indexes.map((i) => ports[i]!)));
    five.send(locals[2]!);
    await settle();
    expect(ends).toEqual(['event']);
  });

  it('ends with its timeout, an absolute time, and not before', async () => {
    const { clock, dom0, zero, ports } = polling();
    clock.advance(1000);
    const ends = outcome(zero.poll(ports, { timeout: 1050 }));
    clock.advance(49);
    await settle();
    expect(ends).toEqual([]);
    clock.advance(1);
    await settle();
    expect(ends).toEqual(['timeout']);
    expect(dom0.xen.pollers).toBe(0);
  });

  it('calls its timer off when the event comes first', async () => {
    const { clock, zero, five, ports, locals } = polling();
    const ends = outcome(zero.poll(ports, { timeout: 50 }));
    five.send(locals[0]!);
    await settle();
    expect(ends).toEqual(['event']);
    expect(clock.nextAt).toBeUndefined();
  });

  it('rejects with the reason of its signal and leaves nothing behind', async () => {
    const { clock, dom0, zero, ports } = polling();
    const reason = new Error('enough');
    await expect(zero.poll(ports, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const poll = zero.poll(ports, { timeout: 50, signal: controller.signal });
    controller.abort(reason);
    await expect(poll).rejects.toBe(reason);
    expect(dom0.xen.pollers).toBe(0);
    expect(clock.nextAt).toBeUndefined();
  });

  it('rejects with EINVAL for a port that is not in use and for more than 128', async () => {
    const { zero, ports } = polling();
    for (const bad of [[9], [0], [131071], [...ports, 9], new Array(129).fill(ports[0])]) {
      await expect(zero.poll(bad)).rejects.toMatchObject({
        code: 'EINVAL',
        syscall: 'SCHEDOP_poll',
      });
    }
    await expect(zero.poll([1.5])).rejects.toMatchObject({ code: 'ERR_OUT_OF_RANGE' });
    await expect(zero.poll([], { vcpu: 2 })).rejects.toMatchObject({ code: 'ERR_OUT_OF_RANGE' });
  });

  it('takes 128 ports', async () => {
    const { zero, five, ports, locals } = polling();
    five.send(locals[0]!);
    expect(await zero.poll(new Array(128).fill(ports[0]))).toBe('event');
  });

  it('waits on each vCPU by itself', async () => {
    const { dom0, zero, five, ports, locals } = polling();
    const first = outcome(zero.poll([ports[0]!], { vcpu: 0 }));
    const second = outcome(zero.poll([ports[1]!], { vcpu: 1 }));
    expect(dom0.xen.pollers).toBe(2);
    five.send(locals[1]!);
    await settle();
    expect([first, second]).toEqual([[], ['event']]);
    five.send(locals[0]!);
    await settle();
    expect(first).toEqual(['event']);
  });

  it('is not lost when the same vCPU polls once more', async () => {
    const { zero, five, ports, locals } = polling();
    const first = outcome(zero.poll([ports[0]!]));
    outcome(zero.poll([ports[1]!]));
    five.send(locals[0]!);
    five.send(locals[1]!);
    await settle();
    expect(first).toEqual(['event']);
  });

  it('ends when its domain is destroyed', async () => {
    const { dom0, zero, ports } = polling();
    const ends = outcome(zero.poll(ports));
    dom0.destroy();
    await settle();
    expect(ends).toHaveLength(1);
    expect(ends[0]).toBeInstanceOf(EvtchnError);
  });

  it('does not wait in a domain that was destroyed', async () => {
    const { dom0, zero } = polling();
    dom0.destroy();
    const ends = outcome(zero.poll([]));
    await settle();
    expect(ends).toHaveLength(1);
    expect(ends[0]).toBeInstanceOf(EvtchnError);
  });
});
