import { type VirqKind, virqKind, virqName } from '../../abi/virq.js';
import { capital, type PortView, plural } from './port-view.js';
import type { Reason } from './reason.js';

/** Nothing is in the way of the next event: none was raised. */
export function nothingRaised(view: PortView): Reason {
  switch (view.channel.state) {
    case 'virq':
      return virqQuiet(view);
    case 'pirq':
      return pirqQuiet(view);
    case 'ipi':
      return ipiQuiet(view);
    default:
      return peerQuiet(view);
  }
}

const VIRQ_RULES: Readonly<Record<VirqKind, string>> = {
  global:
    'A global VIRQ is raised in one domain only, domain 0 unless XEN_DOMCTL_set_virq_handler gave it to another (send_global_virq; xen/common/event_channel.c).',
  domain:
    'Xen raises it in the domain it concerns (send_guest_global_virq, of newer Xen send_guest_domain_virq; xen/common/event_channel.c).',
  vcpu: 'Xen raises it for one vCPU, and only a port bound for that vCPU gets it (send_guest_vcpu_virq; xen/common/event_channel.c).',
};

function virqQuiet(view: PortView): Reason {
  const { channel, domain } = view;
  const virq = channel.number!;
  const name = virqName(virq);
  const raised = channel.lastEventAt !== undefined;
  return {
    verdict: raised ? 'virq-quiet' : 'virq-not-raised',
    stuck: false,
    sentence: raised
      ? `${capital(view.name)} is ready: ${name} was raised last${view.ago(channel.lastEventAt)}; its event ${listed(handled(view))}.`
      : `${capital(view.name)} is ready, but ${name} has not been raised ${sinceOpened(view)}.`,
    rule: VIRQ_RULES[virqKind(virq)],
    advice: [`xen-evtchn virq ${name.replace(/^VIRQ_(?=\D)/, '')} --domain ${domain.domid}`],
  };
}

function pirqQuiet(view: PortView): Reason {
  const { channel } = view;
  const last = channel.lastEventAt;
  return {
    verdict: 'pirq-quiet',
    stuck: false,
    sentence: `${capital(view.name)} is ready, but physical interrupt ${channel.number} ${last === undefined ? `has not come ${sinceOpened(view)}` : `came last${view.ago(last)}`}.`,
    rule: 'A physical interrupt is raised by the machine (send_guest_pirq; xen/common/event_channel.c).',
    advice: [`xen-evtchn notify ${channel.port} --domain ${view.domain.domid} --incoming`],
  };
}

function ipiQuiet(view: PortView): Reason {
  const { channel, domain } = view;
  const last = channel.lastSendAt;
  return {
    verdict: 'ipi-quiet',
    stuck: false,
    sentence: `${capital(view.name)} is an IPI to vCPU ${channel.vcpu} and ready; domain ${domain.domid}, which alone can, ${last === undefined ? `has not sent it ${sinceOpened(view)}` : `sent it last${view.ago(last)}`}.`,
    rule: 'EVTCHNOP_send on an IPI port makes that same port pending (evtchn_send; xen/common/event_channel.c).',
    advice: [`xen-evtchn notify ${channel.port} --domain ${domain.domid}`],
  };
}

function peerQuiet(view: PortView): Reason {
  const { channel, snapshot } = view;
  const peer = channel.peer!;
  const sends = view.peer?.channel.sends;
  const never = sends === 0 || (sends === undefined && channel.events === 0);
  const advice = [
    `xen-evtchn notify ${peer.port} --domain ${peer.domid}`,
    `xen-evtchn trace --domain ${view.domain.domid} --port ${channel.port}`,
  ];
  const rule =
    'EVTCHNOP_send on one end makes the other end pending (evtchn_send; xen/common/event_channel.c); evtchn_interrupt puts it into the ring of the file that holds it (drivers/xen/evtchn.c).';
  if (never) {
    return {
      verdict: 'peer-never-sent',
      stuck: false,
      sentence: `${ready(view)}, but its peer, port ${peer.port} of domain ${peer.domid}, has not sent an event ${sinceConnected(view)}.`,
      rule,
      advice,
    };
  }
  const unknown = snapshot.watchedSince === undefined;
  return {
    verdict: 'idle',
    stuck: false,
    sentence: unknown
      ? `${ready(view)}: no event is pending or unread.`
      : channel.lastEventAt === undefined
        ? `${ready(view)}: no event has come ${sinceConnected(view)}.`
        : `${ready(view)}: its last event ${listed([`came${view.ago(channel.lastEventAt)}`, ...handled(view)])}. Nothing was sent since.`,
    rule,
    advice,
  };
}

function ready(view: PortView): string {
  return `${capital(view.name)} is ${view.channel.enabled === true ? 'enabled' : 'ready'}`;
}

/** What became of the last event, which is neither pending nor unread. */
function handled(view: PortView): string[] {
  const { lastEventAt, lastReadAt, lastEnabledAt, file } = view.channel;
  if (file === undefined) return ['was handled'];
  if (lastReadAt === undefined || lastReadAt < lastEventAt!) {
    return ['was lost unread, by an overflow or a reset of the ring'];
  }
  const read = `was read${view.ago(lastReadAt)}`;
  return lastEnabledAt === undefined || lastEnabledAt < lastReadAt
    ? [read]
    : [read, `written back${view.ago(lastEnabledAt)}`];
}

/** `one, two and three`. */
function listed(parts: readonly string[]): string {
  return [parts.slice(0, -1).join(', '), ...parts.slice(-1)].filter(Boolean).join(' and ');
}

function sinceOpened(view: PortView): string {
  return since(view, view.channel.openedAt, 'it was bound');
}

function sinceConnected(view: PortView): string {
  return since(view, view.channel.connectedAt, 'they were connected');
}

/** `since it was bound 4.2 s ago`, or since what is known. */
function since(view: PortView, time: number | undefined, what: string): string {
  if (time !== undefined) return `since ${what}${view.ago(time)}`;
  const { watchedSince } = view.snapshot;
  return watchedSince === undefined
    ? 'as far as is known: nothing is counted on this host'
    : `since the host is watched, which began${view.ago(watchedSince)}`;
}

/** Who waits for the next event. */
export function whoWaits(view: PortView): string | undefined {
  const { file } = view;
  if (file === undefined) return undefined;
  const holder = capital(view.holder);
  if (file.readers > 0) {
    return `${holder} has ${plural(file.readers, 'call')} waiting in read${file.polled ? ', and is polled' : ''}.`;
  }
  return file.polled
    ? `${holder} is waited for in poll, select or epoll.`
    : `Nobody waits in read, poll or epoll on ${view.holder}.`;
}
