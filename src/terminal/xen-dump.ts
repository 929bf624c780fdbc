import {
  ECS_INTERDOMAIN,
  ECS_IPI,
  ECS_PIRQ,
  ECS_UNBOUND,
  ECS_VIRQ,
} from '../hypervisor/channel-table.js';
import type { ChannelSnapshot, DomainSnapshot, HostSnapshot } from '../snapshot/host-snapshot.js';

const STATES: Readonly<Record<ChannelSnapshot['state'], number>> = {
  unbound: ECS_UNBOUND,
  interdomain: ECS_INTERDOMAIN,
  pirq: ECS_PIRQ,
  virq: ECS_VIRQ,
  ipi: ECS_IPI,
};

/**
 * The lines that Xen 4.17 prints for its debug key `e` (`domain_dump_evtchn_info` in xen/common/event_channel.c), without
 * the `(XEN) ` that its console puts before each. A physical interrupt's number stands for the machine's own (`i=`) too, as
 * there is no machine; `x=` is 1 for every consumer that Xen has, where Xen numbers them.
 */
export function* xenDump({ domains }: HostSnapshot): Generator<string, void> {
  for (const domain of domains) {
    yield `Event channel information for domain ${domain.domid}:`;
    yield `Polling vCPUs: {${ranges(domain.polling ?? [])}}`;
    yield '    port [p/m/s]';
    for (const channel of domain.channels) yield channelLine(channel, domain);
  }
}

function channelLine(channel: ChannelSnapshot, domain: DomainSnapshot): string {
  const { port, state, vcpu, masked, xenConsumer = false } = channel;
  // As Xen does: what it remembers for a missing word is not pending yet (evtchn_fifo_is_pending).
  const pending = channel.pending && channel.missing !== 'event-word';
  const bits = `${Number(pending)}/${Number(masked)}/${abiState(channel, domain)}`;
  const head = `    ${String(port).padStart(4)} [${bits}]`;
  return `${head}: s=${STATES[state]} n=${vcpu} x=${Number(xenConsumer)}${tail(channel)}`;
}

/** What the ABI of the domain has to say (`evtchn_2l_print_state`, `evtchn_fifo_print_state`); the bit BUSY is never seen. */
function abiState({ selected, link, missing }: ChannelSnapshot, { abi }: DomainSnapshot): string {
  if (abi === 'two-level') return selected === true ? '1' : '0';
  if (missing === 'event-word') return '?     ';
  return `  ${(link === undefined ? '-' : String(link)).padEnd(4)}`;
}

function tail({ state, peer, number }: ChannelSnapshot): string {
  switch (state) {
    case 'unbound':
      return ` d=${peer?.domid}`;
    case 'interdomain':
      return ` d=${peer?.domid} p=${peer?.port}`;
    case 'pirq':
      return ` p=${number} i=${number}`;
    case 'virq':
      return ` v=${number}`;
    default:
      return '';
  }
}

/** Numbers in order as Xen prints a bitmap (`%*pbl`): `0,2-4`. */
function ranges(numbers: readonly number[]): string {
  const texts: string[] = [];
  for (let first = 0; first < numbers.length; ) {
    let last = first;
    while (numbers[last + 1] === numbers[last]! + 1) last++;
    texts.push(last === first ? String(numbers[first]) : `${numbers[first]}-${numbers[last]}`);
    first = last + 1;
  }
  return texts.join(',');
}
