import type { LostPeer } from '../host-snapshot.js';
import { ago, capital, closedBy, type PortView, portName } from './port-view.js';
import type { FindReason, Reason } from './reason.js';

/** Nobody is at the other end of the port. */
export const noPeer: FindReason = (view) => {
  const { channel, domain, name } = view;
  if (channel.state !== 'unbound') return undefined;
  if (channel.lostPeer !== undefined) return peerGone(view, channel.lostPeer);
  const remote = channel.peer!.domid;
  const there = view.snapshot.domains.some(({ domid }) => domid === remote);
  const absent = there || view.snapshot.partial ? '' : ', which does not exist now,';
  return {
    verdict: 'waits-for-peer',
    stuck: false,
    sentence: `${capital(name)} is unbound${openFor(view)}: nobody is connected to it. Only domain ${remote}${absent} may connect.`,
    rule: 'EVTCHNOP_alloc_unbound makes a port for one domain to connect to with EVTCHNOP_bind_interdomain; sends on it until then are dropped, with success (evtchn_send; xen/common/event_channel.c).',
    advice: [
      `Have a program in domain ${remote} connect: xenevtchn_bind_interdomain(xce, ${domain.domid}, ${channel.port}).`,
      'See that it was told the right port number, in xenstore or however it learns it.',
    ],
  };
};

function openFor(view: PortView): string {
  return view.channel.openedAt === undefined ? '' : `, opened${view.ago(view.channel.openedAt)}`;
}

function peerGone(view: PortView, lost: LostPeer): Reason {
  const { channel, domain, name, snapshot } = view;
  const stuck = channel.file !== undefined;
  const peer = portName(lost.domid, lost.port);
  const when = ago(snapshot, lost.at);
  if (lost.how === 'destroyed') {
    return {
      verdict: 'peer-destroyed',
      stuck,
      sentence: `Domain ${lost.domid} was destroyed ${when}, and with it its port ${lost.port}, the peer of ${name}: the port is unbound and nothing can be sent to it.`,
      rule: 'evtchn_destroy closes every port of a domain; a peer becomes unbound, for a domain of that number, and is not told (xen/common/event_channel.c).',
      advice: [
        `Have ${view.file === undefined ? 'its owner' : view.process} close the port and start over with the new domain; xenstore tells of the end of a domain, the channel does not.`,
      ],
    };
  }
  const there = snapshot.domains.find(({ domid }) => domid === lost.domid);
  const closed = there?.closed.find(({ port }) => port === lost.port);
  return {
    verdict: 'peer-closed',
    stuck,
    sentence: `The peer of ${name}, ${peer}, was closed ${when}${closed === undefined ? '' : closedBy(closed)}: the port is unbound and nothing can be sent to it.`,
    rule: 'evtchn_close leaves the peer unbound, reserved for the domain of who closed, and does not tell it (xen/common/event_channel.c).',
    advice: [
      `Have a program in domain ${lost.domid} connect again: xenevtchn_bind_interdomain(xce, ${domain.domid}, ${channel.port}).`,
      `Or close the port and agree on a new one.`,
    ],
  };
}
