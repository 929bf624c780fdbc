import { EVTCHN_FIFO_NR_CHANNELS } from '../../abi/fifo.js';
import { EVTCHN_2L_NR_CHANNELS } from '../../abi/two-level.js';
import { formatAge } from '../age.js';
import type { Explanation } from '../explanation.js';
import type { DomainSnapshot, HostSnapshot } from '../host-snapshot.js';
import { ago, capital, closedBy, portName } from './port-view.js';

/** An explanation of a port that is not there. */
type Absence = Pick<Explanation, 'verdict' | 'sentences' | 'rule' | 'advice'>;

/** Why there is no such domain. */
export function explainAbsentDomain(snapshot: HostSnapshot, domid: number): Absence {
  const destroyed = snapshot.destroyed.find((gone) => gone.domid === domid);
  if (destroyed !== undefined) {
    return {
      verdict: 'domain-destroyed',
      sentences: [
        `Domain ${domid} was destroyed ${ago(snapshot, destroyed.at)}, and all its ports with it.`,
      ],
      rule: 'evtchn_destroy (xen/common/event_channel.c) closes every port of a domain; peers become unbound and are not told.',
      advice: ['Start the domain again; its peers have to connect anew.'],
    };
  }
  const others = snapshot.domains.map((domain) => domain.domid).join(', ');
  if (snapshot.partial) {
    return {
      verdict: 'domain-not-shown',
      sentences: [
        `Domain ${domid} is not part of what was asked for, which is: domain ${others || 'none'}.`,
      ],
      rule: 'A snapshot may be of some domains only.',
      advice: ['Ask with a snapshot of the whole host.'],
    };
  }
  return {
    verdict: 'no-domain',
    sentences: [
      `There is no domain ${domid} on this host, and none of that number was seen to be destroyed. Its domains: ${others || 'none'}.`,
    ],
    rule: 'Every EVTCHNOP that names a domain answers ESRCH for one that does not exist (xen/common/event_channel.c).',
    advice: ['xen-evtchn ls'],
  };
}

/** Why a domain has no such port in use. */
export function explainAbsentPort(
  snapshot: HostSnapshot,
  domain: DomainSnapshot,
  port: number,
): Absence {
  if (port > domain.maxPort) return beyondLimit(domain, port);
  const name = portName(domain.domid, port);
  const advice = [`xen-evtchn ls ${domain.domid}`];
  const closed = domain.closed.find((one) => one.port === port);
  if (closed !== undefined) {
    return {
      verdict: 'port-closed',
      sentences: [
        `${capital(name)} was closed ${ago(snapshot, closed.at)}${closedBy(closed)}, and nobody opened it again.`,
      ],
      rule: 'A port is closed by IOCTL_EVTCHN_UNBIND and when its open file is released, as it is when its process ends (evtchn_unbind_from_user, evtchn_release; drivers/xen/evtchn.c). Its peer becomes unbound and is not told (evtchn_close; xen/common/event_channel.c).',
      advice: ['Have the process that is to receive events bind a port again.', ...advice],
    };
  }
  const since =
    snapshot.watchedSince === undefined
      ? 'Whether it ever was is not known: nothing is counted on this host.'
      : `It was not closed lately either; the host has been watched for ${formatAge(snapshot.time - snapshot.watchedSince)}.`;
  return {
    verdict: 'port-not-open',
    sentences:
      port === 0
        ? ['Port 0 is never a channel: Xen keeps it for itself, so that 0 can mean "none".']
        : [`${capital(name)} is not in use.`, since],
    rule: 'Xen gives out the lowest free port, on request of the domain that is to have it (evtchn_allocate_port; xen/common/event_channel.c). Port 0 is ECS_RESERVED.',
    advice,
  };
}

function beyondLimit({ domid, abi, maxPort }: DomainSnapshot, port: number): Absence {
  const limit = abi === 'fifo' ? EVTCHN_FIFO_NR_CHANNELS : EVTCHN_2L_NR_CHANNELS;
  const abiName = abi === 'fifo' ? 'FIFO' : 'two-level';
  const why =
    port >= limit
      ? `its event-channel ABI, ${abiName}, has ${limit} of them`
      : `it is allowed ports up to ${maxPort}`;
  return {
    verdict: 'port-beyond-limit',
    sentences: [`There can be no port ${port} in domain ${domid}: ${why}.`],
    rule: 'get_free_port answers ENOSPC above the ABI’s limit, 4096 ports with two-level and 131072 with FIFO, and above max_evtchn_port, xl’s max_event_channels (xen/common/event_channel.c).',
    advice:
      port >= limit
        ? [`xen-evtchn ls ${domid}`]
        : ['Raise the domain’s max_event_channels.', `xen-evtchn ls ${domid}`],
  };
}
