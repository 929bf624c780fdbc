import { EVTCHNOP_SEND } from '../abi/event-channel.js';
import { ECS_INTERDOMAIN } from '../hypervisor/channel-table.js';
import type { TraceProbe } from '../trace/probe.js';
import { CloseRun } from './close-run.js';
import { Counters } from './counters.js';
import { DomainStatistics } from './domain-statistics.js';
import { FileStatistics } from './file-statistics.js';
import { LatencyHistogram } from './histogram.js';

/** How many destroyed domains are remembered. */
const DESTROYED_DOMAINS = 32;
const SEND = EVTCHNOP_SEND;
const INTERDOMAIN = ECS_INTERDOMAIN;

/** The end of a domain. */
export interface DomainEnd {
  /** Its number. */
  readonly domid: number;
  /** When it was destroyed, in milliseconds of the host's clock. */
  readonly at: number;
}

/**
 * Counts what happens on a host and remembers when: attached to its tracepoints (`XenHost.attach`), it is what snapshots take
 * their times from and metrics their numbers. It takes the time once for an event and allocates nothing for it, and about 100
 * bytes for each port that anything happened on.
 *
 * It may be attached at any time. Of what was there before, it learns as something happens there; what came before is not
 * counted, and times of it are not known.
 */
export class ChannelStatistics implements TraceProbe {
  /** Since when it counts, in milliseconds of the host's clock. */
  readonly since: number;
  /** All domains together, those that are gone included. */
  readonly totals: Counters = new Counters();
  private readonly now: () => number;
  private readonly byId: (DomainStatistics | undefined)[] = [];
  private readonly gone: DomainEnd[] = [];
  private readonly closes = new CloseRun();
  private readonly sendToRead = new LatencyHistogram();
  private readonly readToUnmask = new LatencyHistogram();
  /** The port that was enabled last, and how long after its read: whether it opens at once, the next step tells. */
  private enabledDomid = 0;
  private enabledPort = 0;
  private enabledAfter = Number.NaN;

  /** @param now - the time, in milliseconds of the host's clock */
  constructor(now: () => number) {
    this.now = now;
    this.since = now();
  }

  /** What is counted of a domain; undefined while nothing happened in it, and once it is destroyed. @internal */
  domain(domid: number): DomainStatistics | undefined {
    return this.byId[domid];
  }

  /** The domains that something is counted of, by number. @internal */
  *domains(): IterableIterator<DomainStatistics> {
    for (const domain of this.byId) if (domain !== undefined) yield domain;
  }

  /** The domains that were destroyed last, youngest first, 32 at most. */
  get destroyed(): readonly DomainEnd[] {
    return this.gone;
  }

  /**
   * From when an event was made pending, what merged into it disregarded, until an open file's reader took it, in seconds.
   * Events that nobody read are not in it.
   */
  get sendToReadTimes(): LatencyHistogram {
    return this.sendToRead;
  }

  /**
   * From when an event was read until its port opened again, in seconds: with the write, or, where its late EOI was put off,
   * when that took effect.
   */
  get readToUnmaskTimes(): LatencyHistogram {
    this.settle();
    return this.readToUnmask;
  }

  domainCreate(domid: number): void {
    this.reach(domid);
    this.byId[domid] = new DomainStatistics(domid, this.now());
  }

  domainDestroy(domid: number, closed: number): void {
    for (const { domid: peer, port } of this.closes.last(domid, closed)) {
      this.byId[peer]?.ports.peerDestroyed(port, domid);
    }
    this.closes.clear();
    if (domid < this.byId.length) this.byId[domid] = undefined;
    this.gone.unshift({ domid, at: this.now() });
    if (this.gone.length > DESTROYED_DOMAINS) this.gone.pop();
  }

  channelOpen(
    domid: number,
    port: number,
    state: number,
    remote: number,
    remotePort: number,
  ): void {
    const now = this.now();
    this.seen(domid).ports.open(port, now, state === INTERDOMAIN);
    if (state === INTERDOMAIN) this.seen(remote).ports.connect(remotePort, now);
  }

  channelClose(domid: number, port: number, peerDomid: number, peerPort: number): void {
    const now = this.now();
    const { ports, closed } = this.seen(domid);
    ports.close(port);
    closed.add(port, now);
    if (peerPort !== 0) this.seen(peerDomid).ports.losePeer(peerPort, domid, port, now);
    this.closes.add(domid, peerDomid, peerPort);
  }

  hypercall(
    domid: number,
    op: number,
    first: number,
    _second: number,
    _third: number,
    result: number,
  ): void {
    this.closes.clear();
    const domain = this.seen(domid);
    domain.hypercalls[op]!++;
    if (op !== SEND || result !== 0) return;
    domain.totals.sends++;
    this.totals.sends++;
    domain.ports.send(first, this.now());
  }

  virq(domid: number, virq: number, _vcpu: number, port: number): void {
    if (port !== 0) return;
    const domain = this.seen(domid);
    domain.lostVirqs[virq]!++;
    domain.lostVirqAt[virq] = this.now();
  }

  setPending(
    domid: number,
    port: number,
    _vcpu: number,
    coalesced: boolean,
    _masked: boolean,
  ): void {
    const { totals, ports } = this.seen(domid);
    totals.events++;
    this.totals.events++;
    if (coalesced) {
      totals.coalesced++;
      this.totals.coalesced++;
    }
    ports.event(port, this.now(), coalesced);
  }

  upcall(domid: number, _vcpu: number): void {
    this.seen(domid).totals.upcalls++;
    this.totals.upcalls++;
  }

  interrupt(domid: number, file: number, port: number, queued: number): void {
    const domain = this.seen(domid);
    if (queued !== 0) {
      domain.ports.queue(port);
      return;
    }
    domain.totals.overflows++;
    this.totals.overflows++;
    domain.ports.overflow(port);
    domain.knownFile(file).overflow(this.now());
  }

  read(domid: number, file: number, entries: Uint32Array, start: number, result: number): void {
    if (result <= 0) return;
    const domain = this.seen(domid);
    const { totals, ports } = domain;
    const count = result >>> 2;
    const now = this.now();
    totals.reads++;
    this.totals.reads++;
    totals.portsRead += count;
    this.totals.portsRead += count;
    domain.knownFile(file).lastReadAt = now;
    for (let i = 0; i < count; i++) {
      const waited = ports.read(entries[(start + i) & (entries.length - 1)]!, file, now);
      if (waited >= 0) this.sendToRead.observe(waited / 1000);
    }
  }

  write(domid: number, file: number, result: number): void {
    // A file of a domain that is gone still fails.
    if (result < 0) return;
    const domain = this.seen(domid);
    domain.totals.writes++;
    this.totals.writes++;
    domain.knownFile(file).lastWriteAt = this.now();
  }

  eoi(domid: number, _file: number, port: number): void {
    this.settle();
    const { totals, ports } = this.seen(domid);
    totals.portsEnabled++;
    this.totals.portsEnabled++;
    this.enabledDomid = domid;
    this.enabledPort = port;
    this.enabledAfter = ports.enable(port, this.now());
  }

  deferredEoi(domid: number, port: number, _until: number): void {
    const { totals, ports } = this.seen(domid);
    totals.deferrals++;
    this.totals.deferrals++;
    if (domid !== this.enabledDomid || port !== this.enabledPort) return;
    if (this.enabledAfter >= 0) ports.defer(port);
    this.enabledAfter = Number.NaN;
  }

  deferredEoiEnd(domid: number, port: number): void {
    const held = this.seen(domid).ports.undefer(port, this.now());
    if (held >= 0) this.readToUnmask.observe(held / 1000);
  }

  ioctl(): void {}

  bind(): void {}

  unbind(domid: number, file: number, port: number): void {
    const domain = this.byId[domid];
    if (domain !== undefined) domain.closed.heldBy(port, domain.knownFile(file));
  }

  ringReset(domid: number, file: number, dropped: number, _overflowed: boolean): void {
    const domain = this.seen(domid);
    domain.totals.dropped += dropped;
    this.totals.dropped += dropped;
    domain.file(file)?.reset();
  }

  open(domid: number, file: number, name: string, pid: number): void {
    this.seen(domid).addFile(new FileStatistics(file, name, pid, this.now()));
  }

  release(domid: number, file: number): void {
    this.byId[domid]?.removeFile(file);
  }

  /** What a fault does is counted as what it is; the faults themselves the host keeps. */
  fault(): void {}

  /** What is counted of a domain, begun where it was not seen before. */
  private seen(domid: number): DomainStatistics {
    return this.byId[domid] ?? this.meet(domid);
  }

  private meet(domid: number): DomainStatistics {
    this.reach(domid);
    const domain = new DomainStatistics(domid, Number.NaN);
    this.byId[domid] = domain;
    return domain;
  }

  /** Without holes, so that looking a domain up stays one load. */
  private reach(domid: number): void {
    while (this.byId.length <= domid) this.byId.push(undefined);
  }

  /** The port that was enabled last was not put off, so it opened then. */
  private settle(): void {
    const after = this.enabledAfter;
    this.enabledAfter = Number.NaN;
    if (after >= 0) this.readToUnmask.observe(after / 1000);
  }
}
