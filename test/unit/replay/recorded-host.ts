import { ManualClock } from '../../../src/clock/manual-clock.js';
import { XenHost, type XenHostOptions } from '../../../src/host/xen-host.js';
import type { ReplayableTrace } from '../../../src/replay/replayable-trace.js';
import type { HostSnapshot } from '../../../src/snapshot/host-snapshot.js';
import { takeSnapshot } from '../../../src/snapshot/take-snapshot.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';

/** A host whose trace is kept. */
export class RecordedHost {
  readonly clock: ManualClock = new ManualClock(1000);
  readonly records: TraceRecord[] = [];
  readonly host: XenHost;
  #snapshot: HostSnapshot | undefined;

  constructor(options: Omit<XenHostOptions, 'clock' | 'trace'> = {}) {
    const trace = { record: (record: TraceRecord) => this.records.push(record) };
    this.host = new XenHost({ ...options, clock: this.clock, trace });
  }

  /** Forgets what was recorded by now, as a trace that begins here with a snapshot. */
  begin(): void {
    this.records.length = 0;
    this.#snapshot = takeSnapshot(this.host);
  }

  /** What was recorded. */
  get trace(): ReplayableTrace {
    return traceOf(this.records, this.#snapshot);
  }
}

/** Records as a trace. */
export function traceOf(records: readonly TraceRecord[], snapshot?: HostSnapshot): ReplayableTrace {
  return { snapshot, batches: [{ records: [...records], dropped: 0 }] };
}

/** A back end in domain 0 that forgets to write its port back, and a front end in domain 7 that sends it three events. */
export function forgetful(recorded = new RecordedHost()) {
  const { host, clock } = recorded;
  const zero = host.domain(0) ?? host.createDomain({ domid: 0 });
  const seven = host.domain(7) ?? host.createDomain({ domid: 7 });
  const back = zero.openEvtchn({ comm: 'back' });
  const front = seven.openEvtchn({ comm: 'front' });
  const port = back.bindUnboundPort(7);
  const local = front.bindInterdomain(0, port);
  clock.advance(1);
  front.notify(local);
  back.tryPending();
  clock.advance(1);
  front.notify(local);
  front.notify(local);
  back.tryPending();
  return { recorded, host, clock, back, front, port, local };
}
