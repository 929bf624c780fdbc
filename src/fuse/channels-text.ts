import { virqName } from '../abi/virq.js';
import type { HostDomain } from '../host/host-domain.js';
import { ECS_INTERDOMAIN, ECS_PIRQ, ECS_UNBOUND, ECS_VIRQ } from '../hypervisor/channel-table.js';
import type { Domain } from '../hypervisor/domain.js';
import type { PortStatistics } from '../statistics/port-statistics.js';
import type { DeviceHandle } from './device-handle.js';
import { numberOf, processOf } from './files-text.js';
import { textTable } from './text-table.js';

const HEADING = ['port', 'state', 'peer', 'vcpu', 'prio', 'pending', 'masked', 'enabled', 'queued'];
const WATCHED_HEADING = ['events', 'coalesced', 'last'];
const HOLDER_HEADING = ['file', 'process'];
/** Nothing to say. */
const NONE = '-';

/** What is counted of a domain's ports, and the time that ages are told of. */
export interface WatchedPorts {
  readonly ports: PortStatistics;
  /** Milliseconds of the host's clock. */
  readonly now: number;
}

/**
 * The channels of a domain, a line each: what it is and what it is connected to (`DOMAIN:PORT`, or the domain that may
 * connect), whether an event is pending in Xen, whether it is masked, whether its open file has it enabled, how many events
 * of it are unread in the file's ring, how many came, how many of them merged into one that was pending, how long ago the last
 * one came, and who holds it.
 * @param watched - without it, what is counted is left out
 */
export function channelsText(
  domain: HostDomain,
  handles: Iterable<DeviceHandle>,
  watched?: WatchedPorts,
): string {
  const { xen } = domain;
  const { channels } = xen;
  const byFile = new Map<number, DeviceHandle>();
  for (const handle of handles) byFile.set(numberOf(handle), handle);
  const queued = queuedEvents(domain);
  const counted = watched === undefined ? [] : WATCHED_HEADING;
  const rows = [[...HEADING, ...counted, ...HOLDER_HEADING]];
  for (let port = 1; port < channels.valid; port++) {
    if (!channels.usable(port)) continue;
    const word = domain.driver?.ports.owners[port] ?? 0;
    const file = word >> 1;
    rows.push([
      String(port),
      stateOf(xen, port),
      peerOf(xen, port),
      String(channels.vcpu(port)),
      xen.ports.abi === 'fifo' ? String(channels.priority(port)) : NONE,
      yes(xen.ports.isPending(port)),
      yes(xen.ports.isMasked(port)),
      file === 0 ? NONE : yes((word & 1) !== 0),
      String(queued.get(port) ?? 0),
      ...(watched === undefined ? [] : countsOf(watched, port)),
      file === 0 ? NONE : String(file),
      holderOf(domain, port, byFile.get(file)),
    ]);
  }
  return textTable(rows);
}

/** Unread events by port. */
function queuedEvents(domain: HostDomain): Map<number, number> {
  const queued = new Map<number, number>();
  for (const { ring } of domain.driver?.openFiles.values() ?? []) {
    for (let index = 0; index < ring.count; index++) {
      const port = ring.entries[(ring.cons + index) & (ring.entries.length - 1)]!;
      queued.set(port, (queued.get(port) ?? 0) + 1);
    }
  }
  return queued;
}

function stateOf(xen: Domain, port: number): string {
  switch (xen.channels.state(port)) {
    case ECS_UNBOUND:
      return 'unbound';
    case ECS_INTERDOMAIN:
      return 'interdomain';
    case ECS_PIRQ:
      return 'pirq';
    case ECS_VIRQ:
      return 'virq';
    // What is left of those in use: ECS_IPI.
    default:
      return 'ipi';
  }
}

function peerOf(xen: Domain, port: number): string {
  const { channels } = xen;
  const remote = channels.remote(port);
  switch (channels.state(port)) {
    case ECS_UNBOUND:
      return String(remote);
    case ECS_INTERDOMAIN:
      return `${remote}:${channels.remotePort(port)}`;
    case ECS_PIRQ:
      return `pirq ${remote}`;
    case ECS_VIRQ:
      return virqName(remote);
    default:
      return NONE;
  }
}

/** Events, those of them that merged, and the age of the last one in seconds. */
function countsOf({ ports, now }: WatchedPorts, port: number): string[] {
  const age = now - ports.lastEventAt(port);
  return [
    String(ports.events(port)),
    String(ports.coalesced(port)),
    Number.isNaN(age) ? NONE : `${(Math.max(0, age) / 1000).toFixed(3)} s`,
  ];
}

/** The process of the open file, or what of the kernel holds the port. */
function holderOf(domain: HostDomain, port: number, handle: DeviceHandle | undefined): string {
  if (handle !== undefined) return processOf(handle);
  const handler = domain.kernel?.irqs.handlers[port];
  return handler === undefined ? NONE : `kernel ${handler.name}`;
}

function yes(holds: boolean): string {
  return holds ? 'yes' : 'no';
}
