import { expect, it } from 'vitest';
import { VIRQ_CONSOLE } from '../../../src/abi/virq.js';
import { xenDump } from '../../../src/terminal/xen-dump.js';
import { CountedHost, connectedPair } from './watched-host.js';

/** The dump of a host as it is now. */
const dump = (world: CountedHost): string[] => [...xenDump(world.snapshot())];

it('prints every state as Xen does', () => {
  const world = new CountedHost();
  const dom0 = world.domain({ domid: 0 });
  const dom3 = world.domain({ domid: 3, vcpus: 2, abi: 'two-level' });
  // Its kernel gives the first page of event words.
  dom0.openEvtchn().bindUnboundPort(3);
  const unbound = dom0.hypercalls.allocUnbound(0, 3);
  const peer = dom3.hypercalls.bindInterdomain(0, unbound);
  dom0.hypercalls.bindVirq(VIRQ_CONSOLE, 0);
  dom0.hypercalls.bindPirq(9);
  dom0.hypercalls.bindIpi(0);
  dom3.hypercalls.bindVcpu(peer, 1);
  expect(dump(world)).toEqual([
    'Event channel information for domain 0:',
    'Polling vCPUs: {}',
    '    port [p/m/s]',
    '       1 [0/0/  -   ]: s=2 n=0 x=0 d=3',
    '       2 [0/1/  -   ]: s=3 n=0 x=0 d=3 p=1',
    '       3 [0/1/  -   ]: s=5 n=0 x=0 v=2',
    '       4 [0/1/  -   ]: s=4 n=0 x=0 p=9 i=9',
    '       5 [0/1/  -   ]: s=6 n=0 x=0',
    'Event channel information for domain 3:',
    'Polling vCPUs: {}',
    '    port [p/m/s]',
    '       1 [1/1/0]: s=3 n=1 x=0 d=0 p=2',
  ]);
});

it('prints how FIFO has events linked, and that there is no event word', () => {
  const { world, back, front, port, peer } = connectedPair();
  const dom0 = world.host.domain(0)!;
  const other = back.bindUnboundPort(7);
  const otherPeer = front.bindInterdomain(0, other);
  dom0.xen.vcpus[0]!.upcallMask = true;
  front.notify(peer);
  front.notify(otherPeer);
  const wordless = world.domain({ domid: 9 });
  wordless.hypercalls.bindIpi(0);
  const lines = dump(world);
  expect(lines).toContain(`       ${port} [1/0/  ${other}   ]: s=3 n=0 x=0 d=7 p=${peer}`);
  expect(lines).toContain(`       ${other} [1/0/  0   ]: s=3 n=0 x=0 d=7 p=${otherPeer}`);
  expect(lines.at(-1)).toBe('       1 [0/1/?     ]: s=6 n=0 x=0');
});

it('prints the selector of the two-level ABI', () => {
  const world = new CountedHost();
  const domain = world.domain({ domid: 0, abi: 'two-level' });
  const back = domain.openEvtchn();
  const front = domain.openEvtchn();
  const port = back.bindUnboundPort(0);
  const peer = front.bindInterdomain(0, port);
  domain.xen.vcpus[0]!.upcallMask = true;
  front.notify(peer);
  expect(dump(world)).toContain(`       ${port} [1/0/1]: s=3 n=0 x=0 d=0 p=${peer}`);
});

it('prints the vCPUs that poll as ranges', () => {
  const world = new CountedHost();
  const domain = world.domain({ domid: 4, vcpus: 6 });
  for (const vcpu of [0, 2, 3, 4]) {
    const stop = new AbortController();
    domain.hypercalls.poll([], { vcpu, signal: stop.signal }).catch(() => {});
  }
  expect(dump(world)[1]).toBe('Polling vCPUs: {0,2-4}');
});

it('says when the consumer is Xen', () => {
  const { world } = connectedPair();
  const snapshot = world.snapshot();
  const [domain] = snapshot.domains;
  const channels = domain!.channels.map((channel) => ({ ...channel, xenConsumer: true }));
  const lines = [...xenDump({ ...snapshot, domains: [{ ...domain!, channels }] })];
  expect(lines.at(-1)).toBe('       1 [0/0/  -   ]: s=3 n=0 x=1 d=7 p=1');
});
