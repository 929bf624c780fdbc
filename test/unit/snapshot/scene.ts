import { ManualClock } from '../../../src/clock/manual-clock.js';
import type { HostDomain } from '../../../src/host/host-domain.js';
import { type DomainOptions, XenHost, type XenHostOptions } from '../../../src/host/xen-host.js';
import { explain } from '../../../src/snapshot/explain.js';
import type { Explanation } from '../../../src/snapshot/explanation.js';
import { findChannel } from '../../../src/snapshot/find-channel.js';
import type { ChannelSnapshot, HostSnapshot } from '../../../src/snapshot/host-snapshot.js';
import { type TakeSnapshotOptions, takeSnapshot } from '../../../src/snapshot/take-snapshot.js';
import { ChannelStatistics } from '../../../src/statistics/channel-statistics.js';

/** How a scene begins. */
export interface SceneOptions extends Omit<XenHostOptions, 'clock' | 'trace'> {
  /** Of domain 0. */
  readonly dom0?: Partial<DomainOptions>;
  /** Of domain 7. */
  readonly dom7?: Partial<DomainOptions>;
  /** Nothing is counted. */
  readonly unwatched?: boolean;
}

/** A watched host with domain 0 and domain 7, whose clock starts at ten seconds. */
export class Scene {
  readonly clock = new ManualClock(10_000);
  readonly host: XenHost;
  readonly statistics: ChannelStatistics;
  readonly watched: boolean;
  readonly dom0: HostDomain;
  readonly dom7: HostDomain;

  constructor({ dom0, dom7, unwatched = false, ...options }: SceneOptions = {}) {
    this.host = new XenHost({ ...options, clock: this.clock });
    this.statistics = new ChannelStatistics(() => this.clock.now());
    this.watched = !unwatched;
    if (this.watched) this.host.attach(this.statistics);
    this.dom0 = this.host.createDomain({ domid: 0, kernelChannels: false, ...dom0 });
    this.dom7 = this.host.createDomain({ domid: 7, kernelChannels: false, ...dom7 });
  }

  /**
   * `qemu` in domain 0 and `frontend` in domain 7, connected: `front.notify(local)` is an event for `back` on `remote`. The
   * event that comes with the connection is handled.
   */
  pair() {
    const back = this.dom0.openEvtchn({ comm: 'qemu' });
    const front = this.dom7.openEvtchn({ comm: 'frontend' });
    const remote = back.bindUnboundPort(7);
    const local = front.bindInterdomain(0, remote);
    front.tryPending();
    front.unmask(local);
    return { back, front, remote, local };
  }

  /** Time goes by, in milliseconds. */
  wait(milliseconds: number): this {
    this.clock.advance(milliseconds);
    return this;
  }

  snapshot(options: TakeSnapshotOptions = {}): HostSnapshot {
    const statistics = this.watched ? this.statistics : undefined;
    return takeSnapshot(this.host, { statistics, ...options });
  }

  channel(domid: number, port: number): ChannelSnapshot {
    const domain = this.snapshot().domains.find((one) => one.domid === domid)!;
    return findChannel(domain, port)!;
  }

  explain(domid: number, port: number): Explanation {
    return explain(this.snapshot(), domid, port);
  }
}
