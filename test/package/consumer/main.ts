// A program as a user of the package would write it: scripts/package.mjs compiles and runs it in
// a folder of its own, against the packed package.
import { XenHost } from 'xen-evtchn';

const host = new XenHost();
const dom0 = host.createDomain({ domid: 0 });
const dom7 = host.createDomain({ domid: 7 });
const back = dom0.openEvtchn();
const front = dom7.openEvtchn();
const port = back.bindUnboundPort(7);
const local = front.bindInterdomain(0, port);

if (front.tryPending() !== local) throw new Error('no initial event');
front.unmask(local);
front.notify(local);
if (back.tryPending() !== port) throw new Error('no event');

// @ts-expect-error: were the package's types lost, this would compile.
export type Nothing = typeof host.noSuchMember;
