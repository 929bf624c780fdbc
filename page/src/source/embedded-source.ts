import type { HostDomain, HostSnapshot, TraceRecord, XenHost } from 'xen-evtchn/embedded';
import { PathSampler } from '../../../src/event-paths/path-sampler.js';
import { takeSnapshot } from '../../../src/snapshot/take-snapshot.js';
import { ChannelStatistics } from '../../../src/statistics/channel-statistics.js';
import type { HostControl, HostSource, SourceBatch } from './host-source.js';

/** Milliseconds between two batches. */
const INTERVAL_MS = 100;
/** Events of a batch that are shown whole, unless more are wanted: 1 000 a second are more than anybody reads. */
const EVENTS_PER_BATCH = 100;

/** What a source takes from the browser; `globalThis` has both. */
export interface IntervalPlatform {
  setInterval(callback: () => void, milliseconds: number): number;
  clearInterval(timer: number): void;
}

/** A host in the page itself. It is traced only while somebody follows it. */
export class EmbeddedSource implements HostSource {
  readonly name: string;
  readonly control: HostControl = {
    notify: async (domid, port) => this.#domain(domid).hypercalls.send(port),
    raiseVirq: async (domid, virq, vcpu) => this.#domain(domid).raiseVirq(virq, vcpu),
    destroyDomain: async (domid) => this.#domain(domid).destroy(),
  };
  readonly #host: XenHost;
  readonly #eventsPerBatch: number;
  readonly #platform: IntervalPlatform;
  readonly #statistics: ChannelStatistics;
  readonly #ends = new Set<(why: string) => void>();

  /**
   * @param name - what the page is to call it
   * @param eventsPerBatch - so many events of a tenth of a second are shown whole
   */
  constructor(
    host: XenHost,
    name: string,
    eventsPerBatch: number = EVENTS_PER_BATCH,
    platform: IntervalPlatform = globalThis as unknown as IntervalPlatform,
  ) {
    this.#host = host;
    this.name = name;
    this.#eventsPerBatch = eventsPerBatch;
    this.#platform = platform;
    this.#statistics = new ChannelStatistics(() => host.clock.now());
    host.attach(this.#statistics);
  }

  async snapshot(): Promise<HostSnapshot> {
    return takeSnapshot(this.#host, { statistics: this.#statistics });
  }

  follow(onBatch: (batch: SourceBatch) => void, onEnd: (why: string) => void): () => void {
    if (this.#ends.size > 0) throw new Error('this host is followed already');
    const sampler = new PathSampler(this.#eventsPerBatch);
    let records: TraceRecord[] = [];
    this.#host.trace = { record: (record) => records.push(record) };
    const flush = (): void => {
      // Also when nothing is new: the sampler may have kept back the last that was.
      const batch = sampler.sample(records);
      records = [];
      if (batch.events + batch.records.length > 0) onBatch({ ...batch, dropped: 0 });
    };
    const timer = this.#platform.setInterval(flush, INTERVAL_MS);
    const stop = (): void => {
      this.#platform.clearInterval(timer);
      this.#host.trace = undefined;
      this.#ends.delete(end);
    };
    const end = (why: string): void => {
      flush();
      stop();
      onEnd(why);
    };
    this.#ends.add(end);
    return stop;
  }

  /** The host is over: who follows it is told why. */
  end(why: string): void {
    for (const end of [...this.#ends]) end(why);
  }

  #domain(domid: number): HostDomain {
    const domain = this.#host.domain(domid);
    if (domain === undefined) throw new Error(`there is no domain ${domid}`);
    return domain;
  }
}
