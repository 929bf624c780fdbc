import { channelsText } from '../fuse/channels-text.js';
import { faultsText } from '../fuse/faults-text.js';
import { filesText } from '../fuse/files-text.js';
import type { ServedContents } from '../fuse/served-files.js';
import type { HostDomain } from '../host/host-domain.js';
import { metricsText } from '../metrics/metrics-text.js';
import { snapshotText } from '../snapshot/snapshot-text.js';
import type { ServedHost } from './served-host.js';

/** What is to be read of a served host. @param server - what serves it, in lines */
export function servedContents(served: ServedHost, server: () => string): ServedContents {
  const { host, statistics, faults } = served;
  return {
    server,
    state: (domain) => Buffer.from(snapshotText(served.snapshot(domain))),
    metrics: statistics && (() => metricsText(host, statistics)),
    faults: faults && (() => faultsText(faults)),
    trace: () => served.openTrace(),
    channels: (domain) => channelsText(domain, served.openFiles(), watchedPorts(served, domain)),
    files: (domain) => filesText(domain, served.openFiles()),
  };
}

/** What is counted of a domain's ports; undefined where nothing is. */
function watchedPorts({ host, statistics }: ServedHost, domain: HostDomain) {
  const ports = statistics?.domain(domain.domid)?.ports;
  return ports && { ports, now: host.clock.now() };
}
