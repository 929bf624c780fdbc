// A program as a user of the package would write it: scripts/package.mjs compiles, runs and bundles it in a folder of its own,
// against the packed package.
import { type Evtchn, openEvtchn, XenHost } from 'xen-evtchn';
import { explore, type Scenario } from 'xen-evtchn/lab';

const host = new XenHost();
const back: Evtchn = openEvtchn({ domain: host.createDomain({ domid: 0 }) });
const front = host.createDomain({ domid: 7 }).openEvtchn();
const port = back.bindUnboundPort(7);
const local = front.bindInterdomain(0, port);

if (front.tryPending() !== local) throw new Error('no initial event');
front.unmask(local);
front.notify(local);

/** Whether the event came, for those who run this as a bundle. */
export const received: boolean = back.tryPending() === port;
if (!received) throw new Error('no event');

const scenario: Scenario = (lab) => {
  lab.party('sender', (party) => party.step('nothing to send'));
};
/** How many schedules the lab ran. */
export const explored: Promise<number> = explore(scenario, { runs: 100 }).then(({ runs }) => runs);

// @ts-expect-error: were the package's types lost, this would compile.
export type Nothing = typeof host.noSuchMember;
