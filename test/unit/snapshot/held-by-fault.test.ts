import { expect, it } from 'vitest';
import { PortGate } from '../../../src/guest/port-gate.js';
import { XenHost } from '../../../src/host/xen-host.js';
import { arrivalOf } from '../../../src/snapshot/arrival.js';
import { explain } from '../../../src/snapshot/explain.js';
import { takeSnapshot } from '../../../src/snapshot/take-snapshot.js';

/** A host in which a fault holds back the first event of a port. */
function held() {
  const host = new XenHost({ trace: { record: () => {} } });
  const domain = host.createDomain({ domid: 7 });
  const evtchn = domain.openEvtchn();
  const port = evtchn.bindUnboundPort(7);
  const sender = evtchn.bindInterdomain(7, port);
  const gate = new PortGate(domain.kernel!, {
    hold: (which) => (which === port ? 4711 : -1),
    passed: () => {},
  });
  const snapshot = () => takeSnapshot(host);
  const before = snapshot();
  evtchn.notify(sender);
  return { evtchn, sender, port, gate, snapshot, before };
}

it('is told of a port whose event a fault holds back, and of no other', () => {
  const { port, sender, snapshot } = held();
  const { channels } = snapshot().domains[0]!;
  expect(channels.find((channel) => channel.port === port)).toMatchObject({
    pending: true,
    masked: true,
    maskReasons: ['temporary'],
    heldByFault: 4711,
  });
  expect(channels.find((channel) => channel.port === sender)!.heldByFault).toBeUndefined();
});

it('is why nothing arrives, and no reason to do anything', () => {
  const { port, snapshot } = held();
  const { verdict, stuck, sentences, advice } = explain(snapshot(), 7, port);
  expect({ verdict, stuck }).toEqual({ verdict: 'masked', stuck: false });
  expect(sentences[0]).toBe(
    `Fault 4711 holds an event of port ${port} of domain 7 back: the host was asked to show faults. It has been waiting in Xen.`,
  );
  expect(advice.join()).toContain("The file 'faults' of the host has fault 4711");
});

it('is what an event that was sent by hand waits for', () => {
  const { port, snapshot, before } = held();
  expect(arrivalOf(before, snapshot(), { domid: 7, port }).text).toBe(
    `dom7 port ${port} is masked: remembered until fault 4711 lets it go`,
  );
});
