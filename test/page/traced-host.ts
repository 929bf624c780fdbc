import {
  type Evtchn,
  type HostDomain,
  ManualClock,
  type TraceRecord,
  XenHost,
  type XenHostOptions,
} from 'xen-evtchn/embedded';
import type { SourceBatch } from '../../page/src/source/host-source.js';
import { takeSnapshot } from '../../src/snapshot/take-snapshot.js';

/** A host in which domain 7 is connected to domain 0, and what is recorded of it. */
export class TracedHost {
  readonly clock = new ManualClock(1000);
  readonly host: XenHost;
  readonly back: HostDomain;
  readonly front: HostDomain;
  #records: TraceRecord[] = [];

  constructor(options: Omit<XenHostOptions, 'clock' | 'trace'> = {}) {
    this.host = new XenHost({
      ...options,
      clock: this.clock,
      trace: { record: (record) => this.#records.push(record) },
    });
    this.back = this.host.createDomain({ domid: 0, kernelChannels: false });
    this.front = this.host.createDomain({ domid: 7, kernelChannels: false });
  }

  /** Connects a new handle of domain 7 to a new one of domain 0, both ready for events, and nothing on the way. */
  connect(): { back: Evtchn; front: Evtchn; port: number; peer: number } {
    const back = this.back.openEvtchn({ comm: 'blkback' });
    const front = this.front.openEvtchn({ comm: 'blkfront' });
    const port = back.bindUnboundPort(7);
    const peer = front.bindInterdomain(0, port);
    // The event that a connection begins with.
    front.tryPending();
    front.unmask(peer);
    return { back, front, port, peer };
  }

  /** What was recorded since the last time. */
  batch(): SourceBatch {
    const records = this.#records;
    this.#records = [];
    const events = records.filter(({ type }) => type === 'set-pending').length;
    return { records, events, shown: events, dropped: 0 };
  }

  /** What it is like now. */
  snapshot(): ReturnType<typeof takeSnapshot> {
    return takeSnapshot(this.host);
  }
}
