import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Evtchn } from '../../../src/client/evtchn.js';
import { PortGate } from '../../../src/guest/port-gate.js';
import { XenHost } from '../../../src/host/xen-host.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';

/** Channels of a domain to itself, through a gate that holds the next event of any port it is told to. */
function gated(abi: 'fifo' | 'two-level', channels: number) {
  const records: TraceRecord[] = [];
  const host = new XenHost({ trace: { record: (record) => records.push(record) } });
  const domain = host.createDomain({ domid: 3, abi });
  const toHold = new Set<number>();
  const passed: number[] = [];
  const gate = new PortGate(domain.kernel!, {
    hold: (port) => (toHold.delete(port) ? port : -1),
    passed: (port) => passed.push(port),
  });
  const evtchn: Evtchn = domain.openEvtchn();
  const ends = Array.from({ length: channels }, () => {
    const receiver = evtchn.bindUnboundPort(3);
    const sender = evtchn.bindInterdomain(3, receiver);
    expect(evtchn.read()).toEqual([sender]);
    evtchn.unmask(sender);
    return { receiver, sender };
  });
  passed.length = 0;
  return { host, domain, gate, toHold, passed, evtchn, ends, records };
}

describe.each(['fifo', 'two-level'] as const)('a gate in front of a kernel with %s', (abi) => {
  it('holds an event back: its port is pending and masked until it is released', () => {
    const { domain, gate, toHold, passed, evtchn, ends } = gated(abi, 1);
    const [{ receiver, sender }] = ends as [(typeof ends)[number]];
    toHold.add(receiver);
    evtchn.notify(sender);
    expect(evtchn.read()).toEqual([]);
    expect(gate.holder(receiver)).toBe(receiver);
    expect(domain.xen.ports.isPending(receiver)).toBe(true);
    expect(domain.xen.ports.isMasked(receiver)).toBe(true);
    expect(passed).toEqual([]);
    gate.release(receiver);
    expect(gate.holder(receiver)).toBeUndefined();
    expect(evtchn.read()).toEqual([receiver]);
    expect(passed).toEqual([receiver]);
  });

  it('lets what is sent meanwhile merge', () => {
    const { gate, toHold, evtchn, ends } = gated(abi, 1);
    const [{ receiver, sender }] = ends as [(typeof ends)[number]];
    toHold.add(receiver);
    for (let i = 0; i < 5; i++) evtchn.notify(sender);
    gate.release(receiver);
    expect(evtchn.read()).toEqual([receiver]);
    evtchn.unmask(receiver);
    expect(evtchn.read()).toEqual([]);
  });

  it('holds it again when it is told to, and does nothing for a port that is not held', () => {
    const { gate, toHold, evtchn, ends } = gated(abi, 1);
    const [{ receiver, sender }] = ends as [(typeof ends)[number]];
    gate.release(receiver);
    expect(evtchn.read()).toEqual([]);
    toHold.add(receiver);
    evtchn.notify(sender);
    toHold.add(receiver);
    gate.release(receiver);
    expect(evtchn.read()).toEqual([]);
    gate.release(receiver);
    gate.release(receiver);
    expect(evtchn.read()).toEqual([receiver]);
  });

  it('forgets a port that is unbound, and its successor of the same number is open', () => {
    const { gate, toHold, evtchn, ends } = gated(abi, 1);
    const [{ receiver, sender }] = ends as [(typeof ends)[number]];
    toHold.add(receiver);
    evtchn.notify(sender);
    evtchn.unbind(receiver);
    expect(gate.holder(receiver)).toBeUndefined();
    evtchn.unbind(sender);
    const again = evtchn.bindUnboundPort(3);
    expect([receiver, sender]).toContain(again);
    const other = evtchn.bindInterdomain(3, again);
    expect(evtchn.read()).toEqual([other]);
    evtchn.notify(other);
    expect(evtchn.read()).toEqual([again]);
  });

  it("does not look at events of the kernel's own ports", () => {
    const { domain, evtchn } = gated(abi, 1);
    const seen: number[] = [];
    new PortGate(domain.kernel!, { hold: (port) => seen.push(port), passed: () => {} });
    const handled: number[] = [];
    const handler = { name: 'test', interrupt: (port: number) => handled.push(port) };
    const { kernel, xen } = domain;
    const ops = xen.hypervisor.eventChannels;
    const port = ops.allocUnbound(xen, 3, 3);
    expect(kernel!.bindEvtchnToIrqHandlerLateEoi(port, handler)).toBeGreaterThanOrEqual(0);
    const sender = evtchn.bindInterdomain(3, port);
    evtchn.notify(sender);
    expect(handled).toEqual([port]);
    expect(seen).toEqual([sender]);
  });

  it('loses and makes no event, whatever is held and released when', () => {
    const step = fc.record({
      what: fc.constantFrom('send', 'send', 'hold', 'release', 'read', 'unmask'),
      channel: fc.nat({ max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { gate, toHold, evtchn, ends } = gated(abi, 4);
        /** Sent since it was last read, and how often it was sent and read. */
        const owed = new Set<number>();
        const sent = new Map<number, number>();
        const read = (): void => {
          for (const port of evtchn.read()) {
            // Each read stands for one event at least.
            expect(sent.get(port)).toBeGreaterThan(0);
            sent.set(port, sent.get(port)! - 1);
            owed.delete(port);
          }
        };
        for (const { what, channel } of steps) {
          const { receiver, sender } = ends[channel]!;
          if (what === 'send') {
            evtchn.notify(sender);
            owed.add(receiver);
            sent.set(receiver, (sent.get(receiver) ?? 0) + 1);
          } else if (what === 'hold') toHold.add(receiver);
          else if (what === 'release') gate.release(receiver);
          else if (what === 'read') read();
          else evtchn.unmask(receiver);
        }
        toHold.clear();
        for (const { receiver } of ends) gate.release(receiver);
        for (let round = 0; round < 2; round++) {
          read();
          for (const { receiver } of ends) evtchn.unmask(receiver);
        }
        read();
        expect([...owed]).toEqual([]);
      }),
    );
  });
});
