import { beforeEach, describe, expect, it } from 'vitest';
import { type Evtchn, type HostDomain, XenHost } from '../../../../src/index.js';
import type { Footprint } from '../../../../src/lab/exhaustive/footprint.js';
import { StepWatch } from '../../../../src/lab/exhaustive/step-watch.js';

let watch: StepWatch;
let host: XenHost;
let domains: HostDomain[];
let handles: Evtchn[];
/** A channel from domain 1 to domain 0, and one from domain 2 to domain 0: ports there, and at the other ends. */
let ports: number[];
let peers: number[];

/** What an action touches, as a step; if it prepares what it does, it begins the step itself. */
function step(action: () => unknown): Footprint {
  watch.step(1);
  action();
  return watch.footprint;
}

beforeEach(() => {
  watch = new StepWatch(false);
  host = new XenHost({ delivery: 'deferred' });
  watch.begin(host);
  domains = [0, 1, 2, 3].map((domid) => host.createDomain({ domid, kernelChannels: false }));
  handles = domains.map((domain) => domain.openEvtchn());
  ports = [1, 2].map((remote) => handles[0]!.bindUnboundPort(remote));
  peers = ports.map((port, index) => handles[index + 1]!.bindInterdomain(0, port));
  host.run();
});

const send = (channel: number) => () => handles[channel + 1]!.notify(peers[channel]!);
const deliver = () => host.run();
const readOne = () => handles[0]!.tryPending();

describe('steps that have nothing to do with each other', () => {
  it('are reads of different files', () => {
    const other = step(() => handles[1]!.tryPending());
    expect(step(readOne).conflicts(other)).toBe(false);
  });

  it('are a send to a masked port and the upcall of its vCPU', () => {
    send(0)();
    host.run();
    send(1)();
    const sent = step(send(0));
    expect(step(deliver).conflicts(sent)).toBe(false);
  });

  it('are an upcall and what other domains do', () => {
    send(0)();
    const other = step(() => handles[3]!.bindUnboundPort(2));
    expect(step(deliver).conflicts(other)).toBe(false);
  });

  it('are two looks at what a port is', () => {
    const status = () => domains[0]!.hypercalls.status(0, ports[0]!);
    expect(step(status).conflicts(step(status))).toBe(false);
  });
});

describe('steps that have to do with each other', () => {
  /** What may be done in a domain, and with what else it has to do. */
  const pairs: readonly (readonly [string, () => unknown, () => unknown])[] = [
    ['a send and the upcall that finds it', send(0), deliver],
    [
      'a read that finds nothing and the upcall that would bring something',
      readOne,
      () => deliverAnEvent(),
    ],
    [
      'a write that enables nothing and the upcall after which it would',
      unmask,
      () => deliverAnEvent(),
    ],
    ['a late EOI and a send', endEvent, send(0)],
    ['two sends to one vCPU', send(0), send(1)],
    ['a send and the unbinding of its port', send(0), () => handles[1]!.unbind(peers[0]!)],
    ['a send and the unbinding of its peer', send(0), () => handles[0]!.unbind(ports[0]!)],
    ['the emptying of a ring and a read', readOne, () => handles[0]!.reset()],
    ['a bind and a restriction', () => handles[0]!.bindVirq(1), () => handles[0]!.restrict(1)],
    ['two binds in one domain', () => handles[0]!.bindVirq(1), () => handles[0]!.bindVirq(2)],
    ['a bind and a look at a port', () => handles[0]!.bindVirq(1), status],
    ['a virtual interrupt and its binding', () => host.raiseVirq(3), () => handles[0]!.bindVirq(3)],
    ['an opening and a closing', () => domains[0]!.openEvtchn(), () => handles[0]!.close()],
    ['a reset of the domain and anything', () => domains[3]!.hypercalls.reset(3), readOne],
    ['the end of a domain and anything', () => domains[3]!.destroy(), readOne],
    ['a move to another vCPU and a send', move, send(0)],
  ];

  function unmask() {
    handles[0]!.unmask(ports[0]!);
  }
  function endEvent() {
    deliverAnEvent();
    readOne();
    watch.step(1);
    unmask();
  }
  function status() {
    return domains[0]!.hypercalls.status(0, ports[0]!);
  }
  function move() {
    domains[0]!.hypercalls.bindVcpu(ports[0]!, 0);
  }
  function deliverAnEvent() {
    send(0)();
    watch.step(1);
    host.run();
  }

  for (const [what, one, other] of pairs) {
    it(`are ${what}`, () => {
      const first = step(one);
      const second = step(other);
      expect(first.conflicts(second)).toBe(true);
      expect(second.conflicts(first)).toBe(true);
    });
  }
});

describe('a file', () => {
  it('is the same thing whoever opens theirs first', () => {
    const opens = (order: readonly number[]) => {
      const another = new XenHost({ delivery: 'deferred' });
      watch.begin(another);
      for (const domid of order) another.createDomain({ domid, kernelChannels: false });
      const opened = new Map<number, Evtchn>();
      for (const domid of order) {
        watch.step(domid);
        opened.set(domid, another.domain(domid)!.openEvtchn());
      }
      return step(() => opened.get(1)!.reset());
    };
    const first = opens([1, 2]);
    expect(first.conflicts(opens([2, 1]))).toBe(true);
  });
});
