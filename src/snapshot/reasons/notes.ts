import { virqName } from '../../abi/virq.js';
import { ago, capital, fileName, type PortView, plural, portName } from './port-view.js';

/** What else there is to know of a port, whatever the reason: its events, who is at the other end, and so on. */
export function notes(view: PortView): string[] {
  const found = [
    events(view),
    peer(view),
    lostVirqs(view),
    restricted(view),
    paused(view),
    unwatched(view),
  ];
  return found.filter((note) => note !== undefined);
}

function events({ channel, snapshot, name }: PortView): string | undefined {
  const { events: count, coalesced = 0, overflows = 0, lastEventAt } = channel;
  if (!count || lastEventAt === undefined) return undefined;
  const merged = coalesced === 0 ? '' : `, ${coalesced} of which merged into one that was pending`;
  const lost = overflows === 0 ? '' : `, ${overflows} of which met a full ring`;
  return `${capital(name)} has had ${plural(count, 'event')}${merged}${lost}, the last ${ago(snapshot, lastEventAt)}.`;
}

function peer(view: PortView): string | undefined {
  const { channel, snapshot } = view;
  if (channel.state !== 'interdomain') return undefined;
  const { domid, port = 0 } = channel.peer!;
  const other = view.peer;
  const name = `Its peer is ${portName(domid, port)}`;
  if (other === undefined) return `${name}, of which this snapshot tells nothing.`;
  if (other.channel.xenConsumer) return `${name}, at which Xen itself is.`;
  const holder =
    other.file !== undefined
      ? `, held by ${fileName(other.file)}`
      : other.channel.handler !== undefined
        ? `, held by the kernel as ${other.channel.handler}`
        : ', held by nobody';
  const { sends, lastSendAt } = other.channel;
  const sent =
    sends === undefined
      ? ''
      : lastSendAt === undefined
        ? ': no event was sent on it'
        : `: ${plural(sends, 'event')} ${sends === 1 ? 'was' : 'were'} sent on it, the last ${ago(snapshot, lastSendAt)}`;
  return `${name}${holder}${sent}.`;
}

function lostVirqs({ channel, domain, snapshot }: PortView): string | undefined {
  if (channel.state !== 'virq') return undefined;
  const lost = domain.lostVirqs?.find(({ virq }) => virq === channel.number);
  if (lost === undefined) return undefined;
  return `${virqName(lost.virq)} was raised ${plural(lost.count, 'time')} while nobody in domain ${domain.domid} had it bound, the last ${ago(snapshot, lost.at)}: nobody heard of that.`;
}

function restricted({ file }: PortView): string | undefined {
  if (file?.restrictedTo === undefined) return undefined;
  return `${capital(fileName(file))} is restricted to domain ${file.restrictedTo}: it may connect to ports of that domain only, and bind nothing else.`;
}

function paused({ domain }: PortView): string | undefined {
  if (!domain.paused || !domain.kernel) return undefined;
  return `Domain ${domain.domid} is paused by its controller.`;
}

function unwatched({ snapshot }: PortView): string | undefined {
  if (snapshot.watchedSince !== undefined) return undefined;
  return 'Since when, and how often, is not known: nothing is counted on this host.';
}
