import { describe, expect, it } from 'vitest';
import { EVTCHN_FIFO_MASKED, EVTCHN_FIFO_PENDING } from '../../../src/abi/fifo.js';
import type { OpenFile } from '../../../src/devices/evtchn/open-file.js';
import type { HostDomain } from '../../../src/host/host-domain.js';
import { XenHost } from '../../../src/host/xen-host.js';
import { brokenInvariant } from '../../../src/lab/host-invariants.js';
import { failureOf } from './programs.js';

/** A host with a channel from port 1 of domain 0 to port 1 of domain 1, whose first event has been read and ended. */
function connected() {
  const host = new XenHost();
  const zero = host.createDomain({ domid: 0, kernelChannels: false });
  const one = host.createDomain({ domid: 1, kernelChannels: false });
  const back = zero.openEvtchn();
  const front = one.openEvtchn();
  front.bindInterdomain(0, back.bindUnboundPort(1));
  front.unmask(front.tryPending()!);
  const file = [...zero.driver!.openFiles.values()][0]!;
  return { host, zero, one, back, front, file };
}

/** The event word of port 1. */
function flip(domain: HostDomain, bit: number): void {
  const page = domain.xen.memory.page(2)!;
  page[1]! ^= 1 << bit;
}

describe('the invariants of a host', () => {
  it('hold whatever programs do', () => {
    const { host, zero, back, front } = connected();
    expect(brokenInvariant(host)).toBe(undefined);
    front.notify(1);
    expect(brokenInvariant(host)).toBe(undefined);
    back.unmask(1);
    expect(brokenInvariant(host)).toBe(undefined);
    front.notify(1);
    back.reset();
    back.unbind(1);
    expect(brokenInvariant(host)).toBe(undefined);
    zero.hypercalls.reset(0);
    expect(brokenInvariant(host)).toBe(undefined);
    host.destroy();
    expect(brokenInvariant(host)).toBe(undefined);
  });

  type World = ReturnType<typeof connected>;
  const breaks: [string, (world: World) => void][] = [
    [
      'domain 0: port 1 is connected to one that is not connected to it',
      ({ one }) => one.xen.channels.disconnect(1, 0),
    ],
    [
      'domain 0: port 1 is connected to one that is not connected to it',
      ({ zero }) => zero.xen.channels.connect(1, 5, 1, false),
    ],
    [
      'domain 0: port 1 is pending and not masked, and nothing delivers its event',
      ({ zero }) => flip(zero, EVTCHN_FIFO_PENDING),
    ],
    [
      'domain 0: 1 ports are in use, and 2 are counted',
      ({ zero }) => {
        zero.xen.channels.active++;
      },
    ],
    [
      'domain 0: port 1 belongs to a file that is not open',
      ({ zero }) => {
        zero.driver!.ports.owners[1] = 9 << 1;
      },
    ],
    [
      'domain 0: file 1 of node: its ring of 64 holds 65 events',
      ({ file }) => {
        file.ring.prod += 65;
      },
    ],
    [
      'domain 0: file 1 of node: it lists port 1 and does not hold it',
      ({ zero }) => {
        zero.driver!.ports.owners[1] = 0;
      },
    ],
    [
      'domain 0: file 1 of node: port 1 is not handled by it',
      ({ zero }) => {
        zero.kernel!.irqs.handlers[1] = { name: 'other', interrupt() {} };
      },
    ],
    [
      'domain 0: file 1 of node: port 1 is not masked, though its event is not done',
      ({ zero, front }) => {
        front.notify(1);
        flip(zero, EVTCHN_FIFO_MASKED);
      },
    ],
    [
      'domain 0: file 1 of node: port 1 is masked for no reason',
      ({ zero }) => flip(zero, EVTCHN_FIFO_MASKED),
    ],
    [
      'domain 0: file 1 of node: it holds 1 ports, and 2 are counted',
      ({ file }: { file: OpenFile }) => {
        file.portCount++;
      },
    ],
    [
      'domain 0: file 1 of node: it holds 1 ports, and 0 are counted',
      ({ file }: { file: OpenFile }) => {
        file.portCount--;
      },
    ],
  ];
  it.each(breaks)('tell that %s', (expected, breakIt) => {
    const world = connected();
    breakIt(world);
    expect(brokenInvariant(world.host)).toBe(expected);
  });

  it('fail a run, and before the wait that comes of it', async () => {
    const failure = await failureOf((lab) => {
      let port: number | undefined;
      lab.party('back', async (party) => {
        using evtchn = party.openEvtchn(0);
        port = evtchn.bindUnboundPort(1);
        await evtchn.pending();
      });
      lab.party('front', async (party) => {
        using evtchn = party.openEvtchn(1);
        await party.until(() => port !== undefined);
        evtchn.bindInterdomain(0, port!);
        flip(lab.host.domain(0)!, EVTCHN_FIFO_PENDING);
        await party.until(() => false);
      });
    });
    expect(failure).toMatchObject({
      kind: 'invariant',
      message:
        'the host broke a rule of its own: domain 0: port 1 is pending and not masked, and nothing delivers its event',
    });
  });
});
