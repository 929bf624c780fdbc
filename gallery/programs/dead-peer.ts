import { type Evtchn, type HostDomain, VIRQ_DOM_EXC } from 'xen-evtchn/embedded';
import type { Cell, Lab, Party, Scenario } from 'xen-evtchn/lab';
import type { Exhibit } from '../exhibit.js';

// A back end waits until the front end says in xenstore that it is connected. When the domain of the front end dies before
// that, nobody sends the event any more.
//
// QubesOS/qubes-issues#4433: qrexec-client hangs in xenevtchn_pending when the domain is killed while it connects.

/** What xenstore has of the device. */
interface Device {
  readonly port: Cell<number | undefined>;
  readonly state: Cell<'initialising' | 'connected'>;
}

type Connect = (evtchn: Evtchn, device: Device, guest: HostDomain) => Promise<boolean>;

const brokenConnect: Connect = async (evtchn, device) => {
  while ((await device.state.read()) !== 'connected') {
    evtchn.unmask(await evtchn.pending());
  }
  return true;
};

const correctedConnect: Connect = async (evtchn, device, guest) => {
  // Of any domain: whose it was, the loop looks. (With xenstored running it is the watch @releaseDomain.)
  evtchn.bindVirq(VIRQ_DOM_EXC);
  while ((await device.state.read()) !== 'connected') {
    if (guest.destroyed) return false;
    evtchn.unmask(await evtchn.pending());
  }
  return true;
};

async function back(party: Party, device: Device, guest: HostDomain, connect: Connect) {
  using evtchn = party.openEvtchn(0);
  await device.port.write(evtchn.bindUnboundPort(7));
  const connected = await connect(evtchn, device, guest);
  if (!connected && !guest.destroyed) throw new Error('gave up on a domain that lives');
}

async function front(party: Party, device: Device): Promise<void> {
  using evtchn = party.openEvtchn(7);
  await party.until(() => device.port.value !== undefined, 'the port');
  const port = evtchn.bindInterdomain(0, device.port.value!);
  await party.step('maps its rings');
  await device.state.write('connected');
  evtchn.notify(port);
}

function scenario(connect: Connect): Scenario {
  return (lab: Lab) => {
    const dom0 = lab.createDomain({ domid: 0, kernelChannels: false });
    const guest = lab.createDomain({ domid: 7, kernelChannels: false });
    const device: Device = {
      port: lab.cell<number | undefined>('port', undefined),
      state: lab.cell<'initialising' | 'connected'>('state', 'initialising'),
    };
    lab.party('back', (party) => back(party, device, guest, connect));
    lab.party('front', (party) => front(party, device), { mortal: 7 });
    // As Xen does when a domain has died.
    const xen = async (party: Party) => {
      await party.until(() => guest.destroyed, 'the death of domain 7');
      dom0.raiseVirq(VIRQ_DOM_EXC);
    };
    lab.party('xen', xen, { daemon: true });
  };
}

export const deadPeer: Exhibit = {
  name: 'dead-peer',
  title: 'a handshake that hangs when the peer dies',
  broken: scenario(brokenConnect),
  corrected: scenario(correctedConnect),
  failure: { kind: 'lost-wakeup', message: /back would wait for ever/ },
};
