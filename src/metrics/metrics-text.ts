import { virqName } from '../abi/virq.js';
import type { XenHost } from '../host/xen-host.js';
import type { ChannelStatistics } from '../statistics/channel-statistics.js';
import type { Counters } from '../statistics/counters.js';
import type { DomainStatistics } from '../statistics/domain-statistics.js';
import { hypercallName } from '../trace/hypercall-names.js';
import { type ChannelCounts, countChannels } from './channel-counts.js';
import { Exposition } from './exposition.js';

/** A family with one sample per domain. */
interface Family<From> {
  readonly name: string;
  readonly help: string;
  readonly value: (from: From) => number;
}

const COUNTERS: readonly Family<Counters>[] = [
  {
    name: 'events_total',
    help: 'Events made pending, those that merged included.',
    value: ({ events }) => events,
  },
  {
    name: 'events_coalesced_total',
    help: 'Events that merged into one that was pending already.',
    value: ({ coalesced }) => coalesced,
  },
  {
    name: 'events_overflowed_total',
    help: 'Events lost because the ring of their open file was full.',
    value: ({ overflows }) => overflows,
  },
  {
    name: 'events_dropped_total',
    help: 'Unread events thrown away by IOCTL_EVTCHN_RESET.',
    value: ({ dropped }) => dropped,
  },
  {
    name: 'sends_total',
    help: 'Sends of the domain that Xen accepted.',
    value: ({ sends }) => sends,
  },
  { name: 'upcalls_total', help: 'Upcalls of its vCPUs.', value: ({ upcalls }) => upcalls },
  {
    name: 'reads_total',
    help: 'Reads of the device that gave ports.',
    value: ({ reads }) => reads,
  },
  {
    name: 'ports_read_total',
    help: 'Ports that reads of the device gave.',
    value: ({ portsRead }) => portsRead,
  },
  { name: 'writes_total', help: 'Writes of the device.', value: ({ writes }) => writes },
  {
    name: 'ports_enabled_total',
    help: 'Ports that writes of the device enabled.',
    value: ({ portsEnabled }) => portsEnabled,
  },
  {
    name: 'eois_deferred_total',
    help: 'Late EOIs that were put off.',
    value: ({ deferrals }) => deferrals,
  },
];

const GAUGES: readonly Family<ChannelCounts>[] = [
  { name: 'open_files', help: 'Open files of the device.', value: ({ files }) => files },
  {
    name: 'files_overflowed',
    help: 'Open files whose ring overflowed: their reads fail until a reset.',
    value: ({ overflowed }) => overflowed,
  },
  {
    name: 'events_unread',
    help: 'Events in the rings of open files.',
    value: ({ unread }) => unread,
  },
  {
    name: 'ports_pending',
    help: 'Ports with an event pending in Xen.',
    value: ({ pending }) => pending,
  },
  {
    name: 'ports_disabled',
    help: 'Ports of open files that wait to be read, or to be written back.',
    value: ({ disabled }) => disabled,
  },
];

/**
 * The metrics of a host in Prometheus' text format, version 0.0.4 (`text/plain; version=0.0.4`): counters and gauges by domain,
 * and two histograms of the whole host. There is no series per port: a host may have a hundred thousand, each new one after a
 * reconnection, and series are what Prometheus pays for; a snapshot tells of ports.
 *
 * Counters begin when the statistics are attached, and with each domain; those of a domain that is gone are gone with it.
 */
export function metricsText(host: XenHost, statistics: ChannelStatistics): string {
  const to = new Exposition();
  const domains = [...host.domains()].sort((a, b) => a.domid - b.domid);
  to.family('xen_evtchn_domains', 'gauge', 'Domains of the host.').sample({}, domains.length);
  writeState(
    to,
    domains.map((domain) => [domain.domid, countChannels(domain)]),
  );
  writeCounters(to, [...statistics.domains()]);
  to.family(
    'xen_evtchn_send_to_read_seconds',
    'histogram',
    'From when an event was made pending until its open file was read.',
  ).histogram(statistics.sendToReadTimes);
  to.family(
    'xen_evtchn_read_to_unmask_seconds',
    'histogram',
    'From when an event was read until its port was open again.',
  ).histogram(statistics.readToUnmaskTimes);
  return to.text;
}

function writeState(
  to: Exposition,
  counts: readonly (readonly [domid: number, counts: ChannelCounts])[],
): void {
  to.family('xen_evtchn_channels', 'gauge', 'Ports in use, by state.');
  for (const [domain, { byState }] of counts) {
    for (const [state, count] of Object.entries(byState)) to.sample({ domain, state }, count);
  }
  for (const { name, help, value } of GAUGES) {
    to.family(`xen_evtchn_${name}`, 'gauge', help);
    for (const [domain, count] of counts) to.sample({ domain }, value(count));
  }
}

function writeCounters(to: Exposition, domains: readonly DomainStatistics[]): void {
  for (const { name, help, value } of COUNTERS) {
    to.family(`xen_evtchn_${name}`, 'counter', help);
    for (const { domid, totals } of domains) to.sample({ domain: domid }, value(totals));
  }
  to.family('xen_evtchn_hypercalls_total', 'counter', 'Event-channel hypercalls, by operation.');
  for (const { domid, hypercalls } of domains) {
    for (const [op, count] of hypercalls.entries()) {
      if (count > 0) to.sample({ domain: domid, op: hypercallName(op).name }, count);
    }
  }
  to.family(
    'xen_evtchn_virqs_lost_total',
    'counter',
    'Virtual interrupts raised while nobody had them bound.',
  );
  for (const { domid, lostVirqs } of domains) {
    for (const [virq, count] of lostVirqs.entries()) {
      if (count > 0) to.sample({ domain: domid, virq: virqName(virq) }, count);
    }
  }
}
