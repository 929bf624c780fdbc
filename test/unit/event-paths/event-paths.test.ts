import { describe, expect, it } from 'vitest';
import { VIRQ_DEBUG, VIRQ_DOM_EXC } from '../../../src/abi/virq.js';
import type { EventPath } from '../../../src/event-paths/event-path.js';
import { EventPaths } from '../../../src/event-paths/event-paths.js';
import { FollowedHost, kinds } from './followed-host.js';

/** A back end in domain 0 and a front end in domain 7, connected, all that went before done with. */
function channel(abi: 'fifo' | 'two-level' = 'fifo', delivery?: 'deferred') {
  const followed = new FollowedHost({ delivery });
  const { host } = followed;
  const options = { abi, kernelChannels: false };
  const back = host.createDomain({ domid: 0, ...options });
  const front = host.createDomain({ domid: 7, ...options });
  const backEnd = back.openEvtchn({ comm: 'back' });
  const frontEnd = front.openEvtchn({ comm: 'front' });
  const port = backEnd.bindUnboundPort(7);
  const local = frontEnd.bindInterdomain(0, port);
  host.run();
  frontEnd.tryPending();
  frontEnd.unmask(local);
  followed.clock.advance(1);
  return { ...followed, followed, host, back, front, backEnd, frontEnd, port, local };
}

describe.each(['fifo', 'two-level'] as const)('the path of an event with %s', (abi) => {
  it('goes from the send to the unmask, with who sent it and every time', () => {
    const { followed, backEnd, frontEnd, port, local, clock } = channel(abi);
    frontEnd.notify(local);
    clock.advance(2);
    expect(backEnd.tryPending()).toBe(port);
    clock.advance(3);
    expect(followed.last(0, port)?.state).toBe('read');
    backEnd.unmask(port);
    expect(followed.last(0, port)).toMatchObject({
      id: 2,
      domid: 0,
      port,
      cause: 'send',
      file: 1,
      state: 'done',
      steps: [
        { time: 1, kind: 'pending', masked: false, sender: { domid: 7, port: local, file: 2 } },
        { time: 1, kind: 'queued' },
        { time: 3, kind: 'read' },
        { time: 6, kind: 'enabled' },
        { time: 6, kind: 'unmasked' },
      ],
    });
  });

  it('begins with the bind for the event that a bind_interdomain leaves', () => {
    const { followed, local } = channel(abi);
    const path = followed.last(7, local);
    expect(path).toMatchObject({ id: 1, cause: 'bind', file: 2, state: 'done' });
    expect(kinds(path)).toEqual(['pending', 'queued', 'read', 'enabled', 'unmasked']);
    expect(path?.steps[0]).toMatchObject({ masked: true, sender: undefined });
  });

  it('takes in what merges, with each sender, while the port waits for its unmask', () => {
    const { followed, backEnd, frontEnd, port, local } = channel(abi);
    for (let i = 0; i < 4; i++) frontEnd.notify(local);
    const [first, second] = followed.of(0, port) as [EventPath, EventPath];
    expect(kinds(first)).toEqual(['pending', 'queued']);
    expect(kinds(second)).toEqual(['pending', 'merged', 'merged']);
    expect(second.steps.map(({ masked }) => masked)).toEqual([true, undefined, undefined]);
    for (const { sender } of second.steps) {
      expect(sender).toEqual({ domid: 7, port: local, file: 2 });
    }
    expect(second).toMatchObject({ state: 'pending', file: undefined });
    backEnd.tryPending();
    backEnd.unmask(port);
    // That it goes on now is neither a new event nor a merge.
    expect(kinds(second)).toEqual(['pending', 'merged', 'merged', 'queued']);
    expect(kinds(first)).toEqual(['pending', 'queued', 'read', 'enabled', 'unmasked']);
    expect(followed.of(0, port)).toHaveLength(2);
  });

  it('ends unread where the ring was full, and its port opens when it is written back', () => {
    const { followed, backEnd, frontEnd, port, local } = channel(abi);
    for (let i = 0; i < 65; i++) {
      frontEnd.notify(local);
      if (i < 64) backEnd.unmask(port);
    }
    const lost = followed.last(0, port);
    expect(kinds(lost)).toEqual(['pending', 'overflow']);
    expect(lost).toMatchObject({ state: 'lost', file: 1 });
    backEnd.reset();
    // Written back unread, the others waited for nothing but their reader.
    const [first] = followed.of(0, port);
    expect(kinds(first)).toEqual(['pending', 'queued', 'enabled', 'unmasked', 'dropped']);
    expect(first?.state).toBe('lost');
    backEnd.unmask(port);
    expect(kinds(lost)).toEqual(['pending', 'overflow', 'enabled', 'unmasked']);
    expect(lost?.state).toBe('lost');
    frontEnd.notify(local);
    expect(backEnd.tryPending()).toBe(port);
    expect(followed.last(0, port)?.state).toBe('read');
  });

  it('keeps two events of a port in the ring apart, when the first was written back unread', () => {
    const { followed, backEnd, frontEnd, port, local } = channel(abi);
    frontEnd.notify(local);
    backEnd.unmask(port);
    frontEnd.notify(local);
    const [first, second] = followed.of(0, port) as [EventPath, EventPath];
    expect([first.state, second.state]).toEqual(['queued', 'queued']);
    backEnd.tryPending();
    expect([first.state, second.state]).toEqual(['done', 'queued']);
    backEnd.tryPending();
    expect([first.state, second.state]).toEqual(['done', 'read']);
    backEnd.unmask(port);
    expect(second.state).toBe('done');
  });

  it('ends with its port, wherever it is then', () => {
    const { followed, backEnd, frontEnd, port, local } = channel(abi);
    frontEnd.notify(local);
    backEnd.tryPending();
    frontEnd.notify(local);
    backEnd.unbind(port);
    const [read, pending] = followed.of(0, port) as [EventPath, EventPath];
    expect(kinds(read)).toEqual(['pending', 'queued', 'read', 'closed']);
    expect(read.state).toBe('done');
    expect(kinds(pending)).toEqual(['pending', 'closed']);
    expect(pending.state).toBe('lost');
  });

  it('goes on in the ring of a port that was unbound, and is not taken for one of its successor', () => {
    const { followed, backEnd, frontEnd, port, local } = channel(abi);
    frontEnd.notify(local);
    backEnd.unbind(port);
    expect(backEnd.bindUnboundPort(7)).toBe(port);
    const again = frontEnd.bindInterdomain(0, port);
    frontEnd.notify(again);
    const [stale, fresh] = followed.of(0, port) as [EventPath, EventPath];
    expect([stale.state, fresh.state]).toEqual(['queued', 'queued']);
    backEnd.tryPending();
    expect(kinds(stale)).toEqual(['pending', 'queued', 'closed', 'read']);
    expect([stale.state, fresh.state]).toEqual(['done', 'queued']);
    backEnd.close();
    expect(kinds(fresh)).toEqual(['pending', 'queued', 'closed', 'dropped']);
    expect(fresh.state).toBe('lost');
  });

  it('ends with its domain', () => {
    const { followed, back, frontEnd, port, local } = channel(abi);
    frontEnd.notify(local);
    back.destroy();
    expect(kinds(followed.last(0, port))).toEqual(['pending', 'queued', 'closed', 'dropped']);
    const before = followed.steps.length;
    frontEnd.notify(local);
    expect(followed.steps).toHaveLength(before);
  });

  it('tells a virtual interrupt, and a physical one, from a send', () => {
    const { followed, host, back, backEnd } = channel(abi);
    const exception = backEnd.bindVirq(VIRQ_DOM_EXC);
    const debug = backEnd.bindVirq(VIRQ_DEBUG);
    host.raiseVirq(VIRQ_DOM_EXC);
    back.raiseVirq(VIRQ_DEBUG);
    back.raiseVirq(VIRQ_DEBUG);
    expect(followed.last(0, exception)).toMatchObject({ cause: 'virq', state: 'queued' });
    expect(followed.of(0, debug).map(({ cause, state }) => [cause, state])).toEqual([
      ['virq', 'queued'],
      ['virq', 'pending'],
    ]);
    const pirq = back.hypercalls.bindPirq(1);
    host.hypervisor.raisePirq(back.xen, 1);
    back.hypercalls.status(0, pirq);
    expect(followed.last(0, pirq)).toMatchObject({ cause: 'other', state: 'pending' });
    expect(followed.last(0, pirq)?.steps[0]?.sender).toBeUndefined();
  });

  it('waits for the delivery, and for upcalls to be taken', () => {
    const { followed, host, frontEnd, port, local } = channel(abi, 'deferred');
    frontEnd.notify(local);
    frontEnd.notify(local);
    expect(kinds(followed.last(0, port))).toEqual(['pending', 'merged']);
    host.run();
    expect(kinds(followed.last(0, port))).toEqual(['pending', 'merged', 'queued']);
  });

  it('says that the kernel took it, once the next one does not merge', () => {
    const { followed, back, front } = channel(abi);
    const port = back.hypercalls.allocUnbound(0, 7);
    let handled = 0;
    back.kernel!.bindEvtchnToIrqHandler(port, {
      name: 'kernel',
      interrupt: () => handled++,
    });
    const local = front.hypercalls.bindInterdomain(0, port);
    front.hypercalls.send(local);
    expect(followed.last(0, port)?.state).toBe('pending');
    front.hypercalls.send(local);
    expect(handled).toBe(2);
    expect(followed.of(0, port).map((path) => [kinds(path).join(), path.state])).toEqual([
      ['pending,handled', 'done'],
      ['pending', 'pending'],
    ]);
    // Nobody's ioctl sent it.
    expect(followed.last(0, port)?.steps[0]?.sender).toEqual({ domid: 7, port: local });
  });

  it('finds the senders of events that are sent inside the handling of others', () => {
    const { followed, host, back, front, backEnd, frontEnd, port, local } = channel(abi);
    const other = backEnd.bindUnboundPort(7);
    const otherLocal = frontEnd.bindInterdomain(0, other);
    frontEnd.tryPending();
    frontEnd.unmask(otherLocal);
    const device = [...back.driver!.openFiles.values()][0]!;
    const waiter = {
      wake() {
        device.waitQueue.remove(waiter);
        backEnd.notify(other);
      },
    };
    device.waitQueue.add(waiter);
    frontEnd.notify(local);
    expect(followed.last(7, otherLocal)).toMatchObject({ cause: 'send', state: 'queued', file: 2 });
    expect(followed.last(7, otherLocal)?.steps[0]?.sender).toEqual({
      domid: 0,
      port: other,
      file: 1,
    });
    expect(followed.last(0, port)?.steps[0]?.sender).toEqual({ domid: 7, port: local, file: 2 });
    expect([host.domain(7), front.destroyed]).toEqual([front, false]);
  });
});

describe('EventPaths', () => {
  it('follows an EOI that was put off to its end', () => {
    const followed = new FollowedHost();
    const { clock, host } = followed;
    const domain = host.createDomain({ domid: 0, kernelChannels: false });
    const evtchn = domain.openEvtchn();
    const port = evtchn.bindUnboundPort(0);
    const local = evtchn.bindInterdomain(0, port);
    evtchn.tryPending();
    evtchn.unmask(local);
    const { waitQueue } = [...domain.driver!.openFiles.values()][0]!;
    // A reader that is as quick as it can be: an upcall that never ends.
    const storm = {
      wake() {
        clock.advance(1);
        evtchn.tryPending();
        evtchn.unmask(port);
        evtchn.notify(local);
      },
    };
    waitQueue.add(storm);
    evtchn.notify(local);
    waitQueue.remove(storm);
    const [path, next] = followed.of(0, port).slice(-2) as [EventPath, EventPath];
    expect(kinds(path)).toEqual(['pending', 'queued', 'read', 'enabled', 'deferred']);
    expect(path.state).toBe('read');
    expect(kinds(next)).toEqual(['pending']);
    clock.advance(100);
    expect(kinds(path).at(-1)).toBe('unmasked');
    expect(path.steps.at(-1)!.time).toBeGreaterThan(path.steps.at(-2)!.time);
    expect(path.state).toBe('done');
    expect(kinds(next)).toEqual(['pending', 'queued']);
  });

  it('does not take a port for open that is written while its EOI waits', () => {
    const { followed, back, backEnd, frontEnd, port, local, clock } = channel();
    frontEnd.notify(local);
    backEnd.tryPending();
    // Spurious: what the driver never says.
    back.kernel!.lateEoi(port, true);
    back.kernel!.lateEoi(port, true);
    backEnd.unmask(port);
    const path = followed.last(0, port);
    expect(kinds(path)).toEqual(['pending', 'queued', 'read', 'deferred', 'enabled']);
    clock.advance(100);
    expect(kinds(path).at(-1)).toBe('unmasked');
    expect(path?.state).toBe('done');
  });

  it('takes up an event where it first sees it', () => {
    const whole = channel();
    whole.frontEnd.notify(whole.local);
    whole.backEnd.tryPending();
    whole.frontEnd.notify(whole.local);
    whole.frontEnd.notify(whole.local);
    whole.backEnd.unmask(whole.port);
    whole.backEnd.tryPending();
    whole.backEnd.close();
    const { records } = whole;
    for (let from = 0; from <= records.length; from++) {
      const paths = new Set<EventPath>();
      const following = new EventPaths((path) => paths.add(path));
      for (const record of records.slice(from)) following.take(record);
      following.settle();
      for (const { cause, steps } of paths) {
        if (cause !== 'unknown') expect(steps[0]?.kind).toBe('pending');
        expect(steps.length).toBeGreaterThan(0);
      }
    }
    const interrupt = records.findIndex(
      ({ type, time, domid }) => type === 'interrupt' && time === 1 && domid === 0,
    );
    const seen: EventPath[] = [];
    const following = new EventPaths((path) => seen.push(path));
    for (const record of records.slice(interrupt)) following.take(record);
    expect(seen[0]).toMatchObject({ cause: 'unknown', port: whole.port, file: 1, state: 'done' });
    expect(kinds(seen[0])).toEqual(['queued', 'read', 'enabled', 'unmasked']);
  });

  it('does not take a send that made nothing pending for what made another port so', () => {
    const { followed, host, back, front } = channel();
    const unbound = front.openEvtchn().bindUnboundPort(0);
    const pirq = back.hypercalls.bindPirq(1);
    host.hypervisor.raisePirq(back.xen, 1);
    front.hypercalls.send(unbound);
    expect(followed.last(0, pirq)).toMatchObject({ cause: 'other' });
  });

  it('says at the end what it could not tell before', () => {
    const { followed, host, back, backEnd, frontEnd, port, local } = channel();
    const pirq = back.hypercalls.bindPirq(1);
    host.hypervisor.raisePirq(back.xen, 1);
    expect(followed.last(0, pirq)).toBeUndefined();
    followed.following.settle();
    expect(followed.last(0, pirq)).toMatchObject({ cause: 'other', state: 'pending' });
    frontEnd.notify(local);
    backEnd.tryPending();
    backEnd.unmask(port);
    followed.following.settle();
    expect(followed.last(0, port)?.state).toBe('done');
  });

  it('forgets what is open when records were lost, and goes on', () => {
    const { followed, backEnd, frontEnd, port, local } = channel();
    frontEnd.notify(local);
    followed.following.forget();
    backEnd.tryPending();
    frontEnd.notify(local);
    expect(followed.of(0, port).map(kinds)).toEqual([['pending', 'queued'], ['pending']]);
  });

  it('keeps the first hundred events that merged, and counts them all', () => {
    const { followed, frontEnd, port, local } = channel();
    frontEnd.notify(local);
    for (let i = 0; i < 1000; i++) frontEnd.notify(local);
    const path = followed.last(0, port);
    expect(path).toMatchObject({ merged: 999, state: 'pending' });
    expect(path?.steps).toHaveLength(101);
    expect(followed.steps.filter((step) => step === `${path?.id} merged`)).toHaveLength(999);
  });

  it('keeps nothing of events that are done with and of ports that are closed', () => {
    const { backEnd, frontEnd, port, local, followed } = channel();
    const steps = followed.steps.length;
    for (let i = 0; i < 1000; i++) {
      frontEnd.notify(local);
      backEnd.tryPending();
      backEnd.unmask(port);
    }
    expect(followed.steps.length - steps).toBe(5000);
    expect(followed.paths.every(({ state }) => state === 'done')).toBe(true);
  });
});
