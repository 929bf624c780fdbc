import { virqKind } from '../abi/virq.js';
import type {
  ChannelSnapshot,
  DomainSnapshot,
  FileSnapshot,
  HostSnapshot,
} from './host-snapshot.js';

/** One end of a channel. */
export interface ChannelEnd {
  readonly domid: number;
  readonly port: number;
}

/** What came of an event, in a word: see {@link arrivalOf}. */
export type ArrivalKind =
  | 'lost'
  | 'overflow'
  | 'merged'
  | 'queued'
  | 'read'
  | 'masked'
  | 'waiting'
  | 'handled';

/** What came of an event that was sent. */
export interface Arrival {
  readonly kind: ArrivalKind;
  /** The same for people: it goes on where "sent on dom7 port 9: " ends. */
  readonly text: string;
}

/** How a channel's end is named: `dom0 port 14`. */
export function endName({ domid, port }: ChannelEnd): string {
  return `dom${domid} port ${port}`;
}

/** A domain of a snapshot. */
function domainOf(snapshot: HostSnapshot, domid: number): DomainSnapshot | undefined {
  return snapshot.domains.find((domain) => domain.domid === domid);
}

/** A port in use of a snapshot. */
function channelOf(
  snapshot: HostSnapshot,
  { domid, port }: ChannelEnd,
): ChannelSnapshot | undefined {
  return domainOf(snapshot, domid)?.channels.find((channel) => channel.port === port);
}

/** Where a send on a port of a domain goes to: its peer, or the port itself for an ipi. Undefined where it goes nowhere. */
export function destination(
  { domid, channels }: DomainSnapshot,
  port: number,
): ChannelEnd | undefined {
  const channel = channels.find((each) => each.port === port);
  if (channel?.state === 'ipi') return { domid, port };
  const peer = channel?.state === 'interdomain' ? channel.peer : undefined;
  return peer?.port === undefined ? undefined : { domid: peer.domid, port: peer.port };
}

/** The port that a VIRQ is bound to in a domain; one that is not per vCPU is bound on vCPU 0. */
export function virqEnd(
  { domid, channels }: DomainSnapshot,
  virq: number,
  vcpu: number,
): ChannelEnd | undefined {
  const bound = channels.filter(({ state, number }) => state === 'virq' && number === virq);
  const channel = virqKind(virq) === 'vcpu' ? bound.find((each) => each.vcpu === vcpu) : bound[0];
  return channel === undefined ? undefined : { domid, port: channel.port };
}

/** How an open file is named, by the process that opened it: `back[812]`. */
function fileName(domain: DomainSnapshot, number: number): string {
  const process = domain.files.find(({ file }) => file === number)?.process;
  return process === undefined ? `open file ${number}` : `${process.comm}[${process.pid}]`;
}

function fileOf(domain: DomainSnapshot, number: number | undefined): FileSnapshot | undefined {
  return domain.files.find(({ file }) => file === number);
}

/** Whether a count or a time went on. */
function grew(before: number | undefined, after: number | undefined): boolean {
  return after !== undefined && after > (before ?? Number.NEGATIVE_INFINITY);
}

/** Why an event is pending and goes no further; it is known that it is not masked. */
function waitingReason(domain: DomainSnapshot, { vcpu }: ChannelSnapshot): string {
  if (!domain.kernel) return `no kernel runs in dom${domain.domid}`;
  if (domain.paused) return `dom${domain.domid} is paused`;
  if (domain.upcallMasked.includes(vcpu))
    return `vCPU ${vcpu} of dom${domain.domid} takes no upcalls now`;
  return `vCPU ${vcpu} of dom${domain.domid} has not run since`;
}

/** Until when a masked port keeps its event. */
function maskedUntil(
  domain: DomainSnapshot,
  { maskReasons, heldByFault, deferredUntil, file, queued }: ChannelSnapshot,
): string {
  if (maskReasons.includes('explicit')) return 'its irq is enabled';
  if (heldByFault !== undefined) return `fault ${heldByFault} lets it go`;
  if (maskReasons.includes('temporary')) return 'it has moved to its new vCPU';
  if (deferredUntil !== undefined) return 'its late EOI, which was put off, is done';
  if (file === undefined) return 'it is unmasked';
  return `${fileName(domain, file)} ${queued > 0 ? 'reads and unmasks' : 'unmasks'} it`;
}

/** What came of an event that a snapshot still has in Xen. */
function pendingArrival(
  name: string,
  domain: DomainSnapshot,
  channel: ChannelSnapshot,
  wasPending: boolean,
): Arrival {
  if (channel.masked) {
    const until = maskedUntil(domain, channel);
    return wasPending
      ? { kind: 'merged', text: `merged with the event that ${name} remembers until ${until}` }
      : { kind: 'masked', text: `${name} is masked: remembered until ${until}` };
  }
  const reason = waitingReason(domain, channel);
  return wasPending
    ? { kind: 'merged', text: `merged with the event that is pending on ${name}: ${reason}` }
    : { kind: 'waiting', text: `${name} has it pending: ${reason}` };
}

/** What came of an event that an open file of its port got. */
function fileArrival(
  name: string,
  domain: DomainSnapshot,
  before: ChannelSnapshot | undefined,
  after: ChannelSnapshot,
): Arrival {
  const holder = fileName(domain, after.file!);
  const file = fileOf(domain, after.file);
  if (grew(before?.overflows, after.overflows) || (file?.overflow === true && after.queued === 0))
    return { kind: 'overflow', text: `the ring of ${holder} is full: ${name} has lost it` };
  if (after.queued > 0) {
    const reader = file !== undefined && (file.readers > 0 || file.polled);
    const unread = reader ? '' : ', which does not wait for it now';
    return { kind: 'queued', text: `${name} has it queued in ${holder}${unread}` };
  }
  return { kind: 'read', text: `${name} had it read by ${holder}` };
}

/**
 * What came of an event, by what its port was like before it was sent and after. Others may send and read at the same time:
 * then it is told of them together.
 * @param end - where it was sent to
 */
export function arrivalOf(before: HostSnapshot, after: HostSnapshot, end: ChannelEnd): Arrival {
  const name = endName(end);
  const domain = domainOf(after, end.domid);
  const channel = channelOf(after, end);
  const old = channelOf(before, end);
  if (domain === undefined || channel === undefined)
    return { kind: 'lost', text: `${name} was closed meanwhile: lost` };
  if (channel.xenConsumer === true) return { kind: 'handled', text: `Xen itself has ${name}` };
  if (channel.pending) return pendingArrival(name, domain, channel, old?.pending === true);
  if (channel.file !== undefined) return fileArrival(name, domain, old, channel);
  if (channel.handler !== undefined)
    return { kind: 'handled', text: `the kernel has handled it on ${name} (${channel.handler})` };
  return { kind: 'lost', text: `nothing in dom${end.domid} handles ${name}: lost` };
}
