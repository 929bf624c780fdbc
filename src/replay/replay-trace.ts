import { checkArray, checkInteger, checkOptions, wrongType } from '../errors/argument.js';
import type { HostSnapshot } from '../snapshot/host-snapshot.js';
import { takeSnapshot } from '../snapshot/take-snapshot.js';
import type { TraceRecord } from '../trace/trace-record.js';
import { optionsOfBoot } from './domain-boot.js';
import { sameRecord } from './record-comparison.js';
import { ReplayHost } from './replay-host.js';
import { isWaiting } from './replay-hypercall.js';
import type { ReplayableTrace, ReplayTraceOptions } from './replayable-trace.js';
import { ReplayedTrace } from './replayed-trace.js';
import { StartingDomains } from './starting-domains.js';
import { describeDifference, type TraceDifference } from './trace-difference.js';
import { isConsequence, TracedCalls } from './traced-call.js';

/** Differences described unless said otherwise. */
const DIFFERENCES = 10;
/** Calls of which nothing comes behind their own record. */
const ENDS: ReadonlySet<TraceRecord['type']> = new Set<TraceRecord['type']>([
  'open',
  'release',
  'ioctl',
  'read',
  'write',
]);

/**
 * Makes the calls of a trace again, in their order and at their times, on a fresh host inside the process, and compares what
 * comes of them: every result (ports, errnos, bytes), and every step that events take. Times are not compared; late EOIs that
 * were put off come when their time has come.
 *
 * A trace has all there is to know if it began before its programs, as that of `xen-evtchn run --trace FILE.jsonl`.
 *
 * @throws Error for a trace that cannot be replayed, which says why: it began in the middle, or records were lost or left out,
 * or it has calls inside calls, or records that this version does not know; RangeError or TypeError for bad options
 */
export function replayTrace(
  trace: ReplayableTrace,
  options: ReplayTraceOptions = {},
): ReplayedTrace {
  checkOptions('options', options);
  const { domains = [], maxDifferences = DIFFERENCES, delivery } = options;
  const { until = Number.MAX_SAFE_INTEGER } = options;
  checkArray('domains', domains);
  checkInteger('until', until, 1, Number.MAX_SAFE_INTEGER);
  checkInteger('maxDifferences', maxDifferences, 1, Number.MAX_SAFE_INTEGER);
  if (delivery !== undefined && delivery !== 'immediate' && delivery !== 'deferred') {
    throw wrongType('delivery', "'immediate' or 'deferred'", delivery);
  }
  const given = new Map(domains.map((each) => [each.domid, each]));
  const { snapshot } = trace;
  const records = recordsOf(trace, until);
  const began = snapshot?.deferredDelivery === true ? 'deferred' : 'immediate';
  const start = Math.min(snapshot?.time ?? Number.POSITIVE_INFINITY, records[0]?.time ?? 0);
  const starting = new StartingDomains(snapshot, records);
  const replay = new ReplayHost({
    start,
    delivery: delivery ?? began,
    records,
    optionsOf: (created) => ({
      ...optionsOfBoot(records, created),
      ...given.get(records[created]!.domid),
    }),
  });
  for (const each of starting.options(given)) replay.createDomain(each);
  starting.check(takeSnapshot(replay.host));
  replay.takeRecords();
  return new Replay(replay, records, snapshot, maxDifferences).run(until);
}

/** The records that are wanted. @throws Error if some of them are missing */
function recordsOf({ snapshot, filtered, batches }: ReplayableTrace, until: number): TraceRecord[] {
  checkArray('batches', batches);
  if (filtered === true || snapshot?.partial === true) {
    throw new Error(
      'cannot replay this trace: it was asked for some domains, ports, processes or kinds of records only; record all',
    );
  }
  const records: TraceRecord[] = [];
  for (const batch of batches) {
    if (batch.dropped > 0 && records.length < until) {
      throw new Error(
        `cannot replay this trace: ${batch.dropped} records were lost behind record ${records.length}; until: ${records.length} replays what is before`,
      );
    }
    if (batch.dropped > 0) break;
    for (const record of batch.records) records.push(record);
  }
  return records;
}

/** A replay under way. */
class Replay {
  readonly #host: ReplayHost;
  readonly #records: readonly TraceRecord[];
  readonly #snapshot: HostSnapshot | undefined;
  readonly #maxDifferences: number;
  readonly #calls: TracedCalls;
  readonly #differences: TraceDifference[] = [];
  #differenceCount = 0;
  #callCount = 0;
  #passedOver = 0;
  #firstRelease: number | undefined;
  /** The record that is next. */
  #at = 0;

  constructor(
    host: ReplayHost,
    records: readonly TraceRecord[],
    snapshot: HostSnapshot | undefined,
    maxDifferences: number,
  ) {
    this.#host = host;
    this.#records = records;
    this.#snapshot = snapshot;
    this.#maxDifferences = maxDifferences;
    this.#calls = new TracedCalls(records, (hypercall, domid, port) =>
      host.sends(hypercall, domid, port),
    );
  }

  run(until: number): ReplayedTrace {
    const records = this.#records;
    const end = Math.min(records.length, until);
    let unfinished = 0;
    let stopped: string | undefined;
    while (this.#at < end) {
      try {
        const own = this.#calls.ownRecord(this.#at);
        if (own === records.length) {
          unfinished = records.length - this.#at;
          break;
        }
        this.#call(own);
      } catch (error) {
        // After a difference the host may not be as it was: then what cannot be done tells nothing of the trace.
        if (this.#differenceCount === 0 || !(error instanceof Error)) throw error;
        stopped = error.message;
        break;
      }
    }
    return new ReplayedTrace(this.#host, {
      calls: this.#callCount,
      records: this.#at,
      differenceCount: this.#differenceCount,
      differences: this.#differences,
      passedOver: this.#passedOver,
      firstRelease: this.#firstRelease,
      unfinished,
      stopped,
    });
  }

  /** Makes the call whose own record is at `own` and whose first is next, and compares what came of it. */
  #call(own: number): void {
    const start = this.#at;
    const record = this.#records[own]!;
    if (record.type === 'hypercall' && isWaiting(record)) {
      this.#passedOver++;
      this.#at = own + 1;
      return;
    }
    const first = this.#records[start]!;
    // A late EOI that was put off is done by the clock itself.
    if (first.type !== 'deferred-eoi-end') this.#host.clock.advanceTo(first.time);
    this.#host.perform(start, own);
    this.#callCount++;
    if (record.type === 'release') this.#firstRelease ??= start + 1;
    this.#at = this.#compare(start, own, this.#host.takeRecords());
  }

  /** @returns where the next call begins */
  #compare(start: number, own: number, replayed: readonly TraceRecord[]): number {
    const records = this.#records;
    const length = Math.max(replayed.length, own + 1 - start);
    for (let i = 0; i < length; i++) {
      const [one, other] = [records[start + i], replayed[i]];
      // What is behind the last record of a trace was not written.
      if (one === undefined) break;
      if (other !== undefined && sameRecord(one, other)) continue;
      const over = start + i > own && ENDS.has(records[own]!.type);
      return this.#differs(start + i, own, over ? undefined : one, other);
    }
    const next = Math.min(records.length, start + length);
    const more = records[next];
    if (more === undefined || !this.#mayFollow(own, more)) return next;
    return this.#differs(next, own, more, undefined);
  }

  #differs(
    index: number,
    call: number,
    recorded: TraceRecord | undefined,
    replayed: TraceRecord | undefined,
  ): number {
    this.#differenceCount++;
    if (this.#differences.length < this.#maxDifferences) {
      const place = { records: this.#records, snapshot: this.#snapshot, index, call };
      this.#differences.push(describeDifference({ ...place, recorded, replayed }));
    }
    let next = call + 1;
    while (next < this.#records.length && this.#isPartOf(call, this.#records[next]!)) next++;
    return next;
  }

  /** Whether a record is passed over with a call that differed, as one that tells what came of it. */
  #isPartOf(own: number, record: TraceRecord): boolean {
    const { type, domid } = this.#records[own]!;
    if (type !== 'domain-create') return this.#mayFollow(own, record);
    const boots = record.type === 'hypercall' || record.type === 'channel-open';
    return boots && record.domid === domid;
  }

  /** Whether a record may tell what came of the call whose own record is at `own`, though it stands behind that. */
  #mayFollow(own: number, record: TraceRecord): boolean {
    const call = this.#records[own]!;
    switch (call.type) {
      case 'domain-destroy':
        return record.type === 'unbind' && record.domid === call.domid;
      case 'domain-create':
      case 'virq':
      case 'deferred-eoi-end':
      case 'set-pending':
      case 'upcall':
      case 'hypercall':
      case 'fault':
        return isConsequence(record) && !this.#runsLater(record);
      default:
        return false;
    }
  }

  /** With deferred delivery an upcall is a call of its own. */
  #runsLater({ type }: TraceRecord): boolean {
    return type === 'upcall' && this.#host.host.hypervisor.delivery === 'deferred';
  }
}
