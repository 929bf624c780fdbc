import { NR_VIRQS } from '../abi/virq.js';
import type { OpenFile } from '../devices/evtchn/open-file.js';
import type { HostDomain } from '../host/host-domain.js';
import type { ClosedPort } from '../statistics/closed-ports.js';
import type { DomainStatistics } from '../statistics/domain-statistics.js';
import { ChannelReader } from './channel-snapshot.js';
import { type FileWaiters, fileSnapshot } from './file-snapshot.js';
import type { ChannelSnapshot, ClosedChannel, DomainSnapshot, LostVirq } from './host-snapshot.js';
import { toMicroseconds } from './snapshot-time.js';

/** What a domain is like now. */
export function domainSnapshot(
  domain: HostDomain,
  statistics: DomainStatistics | undefined,
  waiting: (file: OpenFile) => FileWaiters,
): DomainSnapshot {
  const { xen, kernel, driver } = domain;
  const files = [...(driver?.openFiles.values() ?? [])].sort((a, b) => a.number - b.number);
  return {
    domid: domain.domid,
    abi: xen.ports.abi,
    kernel: kernel !== undefined,
    vcpus: xen.vcpus.length,
    upcallMasked: xen.vcpus.filter(({ upcallMask }) => upcallMask).map(({ id }) => id),
    paused: xen.controllerPauseCount > 0,
    polling:
      xen.pollers === 0 ? undefined : xen.vcpus.filter((vcpu) => vcpu.polling).map(({ id }) => id),
    maxPort: Math.min(xen.maxEvtchnPort, xen.ports.limit - 1),
    files: files.map((file) => fileSnapshot(file, statistics?.file(file.number), waiting(file))),
    channels: channels(domain, statistics),
    closed: closed(domain, statistics?.closed.list() ?? []),
    lostVirqs: statistics && lostVirqs(statistics),
  };
}

function channels(
  domain: HostDomain,
  statistics: DomainStatistics | undefined,
): readonly ChannelSnapshot[] {
  const used = domain.xen.channels.free;
  const reader = new ChannelReader(domain, statistics?.ports);
  const list: ChannelSnapshot[] = [];
  for (let port = used.takenFrom(1); port > 0; port = used.takenFrom(port + 1)) {
    list.push(reader.read(port));
  }
  return list;
}

function closed({ xen }: HostDomain, ports: readonly ClosedPort[]): ClosedChannel[] {
  return ports
    .filter(({ port }) => !(xen.validPort(port) && xen.channels.usable(port)))
    .map(({ port, at, file }) => ({
      port,
      at: toMicroseconds(at),
      file: file?.file,
      process: file?.comm ? { pid: file.pid, comm: file.comm } : undefined,
    }));
}

function lostVirqs({ lostVirqs: counts, lostVirqAt }: DomainStatistics): LostVirq[] | undefined {
  const lost: LostVirq[] = [];
  for (let virq = 0; virq < NR_VIRQS; virq++) {
    const count = counts[virq]!;
    if (count > 0) lost.push({ virq, count, at: toMicroseconds(lostVirqAt[virq]!) });
  }
  return lost.length > 0 ? lost : undefined;
}
