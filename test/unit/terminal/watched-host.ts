import { ManualClock } from '../../../src/clock/manual-clock.js';
import type { DomainOptions } from '../../../src/host/xen-host.js';
import { XenHost } from '../../../src/host/xen-host.js';
import type { HostSnapshot } from '../../../src/snapshot/host-snapshot.js';
import { takeSnapshot } from '../../../src/snapshot/take-snapshot.js';
import { ChannelStatistics } from '../../../src/statistics/channel-statistics.js';

/** An embedded host whose time is set by hand, and that is counted from the start. */
export class CountedHost {
  readonly clock: ManualClock = new ManualClock();
  readonly host: XenHost = new XenHost({ clock: this.clock });
  readonly #statistics = new ChannelStatistics(() => this.clock.now());

  constructor() {
    this.host.attach(this.#statistics);
  }

  /** Makes a domain whose kernel has no ports of its own. */
  domain(options: DomainOptions) {
    return this.host.createDomain({ kernelChannels: false, ...options });
  }

  /** What it is like now. */
  snapshot(): HostSnapshot {
    return takeSnapshot(this.host, { statistics: this.#statistics });
  }
}

/** A back end in domain 0, a front end in domain 7, connected; the event of the new connection is handled. */
export function connectedPair(world = new CountedHost()) {
  const back = world.domain({ domid: 0 }).openEvtchn({ comm: 'back' });
  const front = world.domain({ domid: 7 }).openEvtchn({ comm: 'front' });
  const port = back.bindUnboundPort(7);
  const peer = front.bindInterdomain(0, port);
  front.unmask(front.tryPending()!);
  return { world, back, front, port, peer };
}
