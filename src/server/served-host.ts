import { performance } from 'node:perf_hooks';
import type { OpenFile } from '../devices/evtchn/open-file.js';
import { FaultInjector } from '../faults/fault-injector.js';
import { planFaults } from '../faults/fault-plan.js';
import type { FaultRequest } from '../faults/fault-request.js';
import type { DeviceHandle } from '../fuse/device-handle.js';
import type { DeviceRequests } from '../fuse/device-requests.js';
import { WokenHandles } from '../fuse/woken-handles.js';
import type { HostDomain } from '../host/host-domain.js';
import type { XenHost } from '../host/xen-host.js';
import type { FileWaiters } from '../snapshot/file-snapshot.js';
import type { HostSnapshot } from '../snapshot/host-snapshot.js';
import { takeSnapshot } from '../snapshot/take-snapshot.js';
import { ChannelStatistics } from '../statistics/channel-statistics.js';
import { TraceBuffer } from '../trace-stream/trace-buffer.js';
import type { TraceReader } from '../trace-stream/trace-reader.js';
import { killOpeners } from './kill-openers.js';
import { sleep } from './sleep.js';

const NOBODY: FileWaiters = { readers: 0, polled: false };

/** How a host is watched. */
export interface ServedHostOptions {
  /** Whether times and counts are kept. */
  readonly statistics: boolean;
  /** Records kept for readers of its trace; 256 at least. */
  readonly traceRecords?: number | undefined;
  /** Faults that it is to show. */
  readonly faults?: FaultRequest | undefined;
}

/** A host as the channels have it in common that it is served through, and what is kept of it for whoever watches. */
export class ServedHost {
  readonly host: XenHost;
  readonly woken: WokenHandles = new WokenHandles();
  /** Times and counts; undefined where they are not kept. */
  readonly statistics: ChannelStatistics | undefined;
  /** What makes it show faults; undefined where it is to show none. */
  readonly faults: FaultInjector | undefined;
  /** How a domain is destroyed; set by a channel that shows domains. */
  destroyDomain: (domain: HostDomain) => void = (domain) => domain.destroy();
  readonly #devices: DeviceRequests[] = [];
  readonly #trace: TraceBuffer;

  /** @param host - whose time is that of `performance.now()` */
  constructor(host: XenHost, { statistics, traceRecords, faults }: ServedHostOptions) {
    this.host = host;
    // The host's own time stands still while a request is handled, which steps are told apart in.
    const now = () => performance.now();
    if (statistics) {
      this.statistics = new ChannelStatistics(now);
      host.attach(this.statistics);
    }
    if (faults !== undefined) {
      const actions = {
        sleep,
        kill: killOpeners,
        destroy: (domain: HostDomain) => this.destroyDomain(domain),
      };
      this.faults = new FaultInjector(host, planFaults(faults), actions, now);
    }
    const trace: TraceBuffer = new TraceBuffer({
      now,
      wallTime: Date.now,
      records: traceRecords,
      onUse: (inUse) => (inUse ? host.attach(trace) : host.detach(trace)),
    });
    this.#trace = trace;
  }

  /** Looks after everybody who was woken since, once the faults that are due have happened. */
  settle(): void {
    this.faults?.act();
    this.woken.settle();
  }

  /** Requests on the host's devices come through one more channel. */
  add(devices: DeviceRequests): void {
    this.#devices.push(devices);
  }

  /** The files of the devices that are open, through whatever channel. */
  *openFiles(): IterableIterator<DeviceHandle> {
    for (const devices of this.#devices) yield* devices.open();
  }

  /** What the host is like now: all of it, or one domain. */
  snapshot(domain?: HostDomain): HostSnapshot {
    const waiting = this.#waiters();
    return takeSnapshot(this.host, {
      statistics: this.statistics,
      wallTime: Date.now(),
      waiting: (file) => waiting.get(file) ?? NOBODY,
      domids: domain && [domain.domid],
    });
  }

  /** Begins a trace of the host: it is traced until the last trace is closed. */
  openTrace(): TraceReader {
    return this.#trace.newReader();
  }

  /** How many traces of it are open: it is traced while there are some. */
  get traces(): number {
    return this.#trace.readerCount;
  }

  /** Who waits on each open file. */
  #waiters(): Map<OpenFile, FileWaiters> {
    const waiting = new Map<OpenFile, FileWaiters>();
    for (const { operations, parked, pollArmed } of this.openFiles()) {
      waiting.set(operations as OpenFile, { readers: parked.length, polled: pollArmed });
    }
    return waiting;
  }
}
