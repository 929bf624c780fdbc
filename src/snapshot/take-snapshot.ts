import type { OpenFile } from '../devices/evtchn/open-file.js';
import type { HostDomain } from '../host/host-domain.js';
import type { XenHost } from '../host/xen-host.js';
import type { ChannelStatistics } from '../statistics/channel-statistics.js';
import { domainSnapshot } from './domain-snapshot.js';
import type { FileWaiters } from './file-snapshot.js';
import type { HostSnapshot } from './host-snapshot.js';
import { known, toMicroseconds } from './snapshot-time.js';

/** What a snapshot is taken with. */
export interface TakeSnapshotOptions {
  /** Where times and counts come from; without it there are none. */
  readonly statistics?: ChannelStatistics | undefined;
  /** The time in milliseconds since 1970. */
  readonly wallTime?: number | undefined;
  /**
   * Who waits on an open file. Unless given, its wait queue tells, which is right for an embedded host: whoever is on it
   * waits for himself.
   */
  readonly waiting?: ((file: OpenFile) => FileWaiters) | undefined;
  /** Only these domains, as far as there are such. All unless given. */
  readonly domids?: readonly number[] | undefined;
}

/** What a host is like now. It changes nothing there; 100 000 channels take some tens of milliseconds. */
export function takeSnapshot(host: XenHost, options: TakeSnapshotOptions = {}): HostSnapshot {
  const { statistics, wallTime, waiting = waitersOnQueue, domids } = options;
  return {
    version: 1,
    time: toMicroseconds(host.clock.now()),
    wallTime,
    watchedSince: statistics && known(statistics.since),
    domains: chosen(host, domids).map((domain) =>
      domainSnapshot(domain, statistics?.domain(domain.domid), waiting),
    ),
    destroyed: (statistics?.destroyed ?? []).map(({ domid, at }) => ({
      domid,
      at: toMicroseconds(at),
    })),
    partial: domids && true,
    deferredDelivery: host.hypervisor.delivery === 'deferred' ? true : undefined,
  };
}

/** The domains asked for, by number. */
function chosen(host: XenHost, domids: readonly number[] | undefined): HostDomain[] {
  const all = [...host.domains()].sort((a, b) => a.domid - b.domid);
  return domids === undefined ? all : all.filter(({ domid }) => domids.includes(domid));
}

function waitersOnQueue({ waitQueue }: OpenFile): FileWaiters {
  const { size, polling } = waitQueue;
  return { readers: size - polling, polled: polling > 0 };
}
