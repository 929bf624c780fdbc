import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChannelStatistics } from '../../../src/statistics/channel-statistics.js';
import { Counters } from '../../../src/statistics/counters.js';
import { LATENCY_BOUNDS, type LatencyHistogram } from '../../../src/statistics/histogram.js';
import type { PortStatistics } from '../../../src/statistics/port-statistics.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';
import { program, RARE_THINGS, RandomHost, type Step } from './random-program.js';
import { Recomputed } from './recomputed.js';

const TIME_LIMIT = 120_000;

/** NaN is how statistics say "never". */
const time = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value);

function counted(of: PortStatistics, port: number): ReturnType<Recomputed['port']> {
  return {
    events: of.events(port),
    coalesced: of.coalesced(port),
    overflows: of.overflows(port),
    sends: of.sends(port),
    openedAt: time(of.openedAt(port)),
    connectedAt: time(of.connectedAt(port)),
    lostPeer:
      of.lostPeerPort(port) === 0
        ? undefined
        : {
            domid: of.lostPeerDomid(port),
            port: of.lostPeerPort(port),
            at: of.lostPeerAt(port),
            destroyed: of.lostPeerDestroyed(port),
          },
    lastEventAt: time(of.lastEventAt(port)),
    lastReadAt: time(of.lastReadAt(port)),
    lastReader: of.lastReader(port) || undefined,
    lastEnabledAt: time(of.lastEnabledAt(port)),
    lastSendAt: time(of.lastSendAt(port)),
  };
}

/** What a histogram of these times looks like. */
function histogramOf(milliseconds: readonly number[]) {
  return {
    count: milliseconds.length,
    buckets: LATENCY_BOUNDS.map((bound) => milliseconds.filter((ms) => ms / 1000 <= bound).length),
  };
}

function shapeOf(histogram: LatencyHistogram) {
  return { count: histogram.count, buckets: histogram.cumulative() };
}

/** Runs a program, watched from a step on, and compares. @returns what was seen */
function compare(steps: readonly Step[], attachAt: number): Recomputed {
  const random = new RandomHost();
  const records: TraceRecord[] = [];
  const statistics = new ChannelStatistics(() => random.clock.now());
  for (const [index, step] of steps.entries()) {
    if (index === attachAt % steps.length) {
      random.host.trace = { record: (record) => records.push(record) };
      random.host.attach(statistics);
    }
    random.perform(step);
  }
  const expected = new Recomputed(records);
  for (const domain of random.host.domains()) {
    const of = statistics.domain(domain.domid);
    if (of === undefined) {
      expect(expected.totals(domain.domid)).toEqual(new Counters());
      continue;
    }
    expect(of.totals).toEqual(expected.totals(domain.domid));
    expect(of.closed.list().map(({ port, at, file }) => ({ port, at, file: file?.file }))).toEqual(
      expected.closed(domain.domid),
    );
    for (let port = 1; port < 40; port++) {
      expect(counted(of.ports, port)).toEqual(expected.port(domain.domid, port));
    }
  }
  expect(statistics.totals).toEqual(expected.totals());
  const { sendToRead, readToUnmask } = expected.times();
  expect(shapeOf(statistics.sendToReadTimes)).toEqual(histogramOf(sendToRead));
  expect(shapeOf(statistics.readToUnmaskTimes)).toEqual(histogramOf(readToUnmask));
  return expected;
}

describe('statistics of random programs', () => {
  it('are what the trace of the same host says', { timeout: TIME_LIMIT }, () => {
    fc.assert(
      fc.property(program, fc.nat({ max: 30 }), (steps, attachAt) => {
        if (steps.length > 0) compare(steps, attachAt);
      }),
      { numRuns: 60 },
    );
  });

  it('are so too when rings overflow, EOIs are put off and domains end', () => {
    const seen = new Set(compare(RARE_THINGS, 0).records.map(({ type }) => type));
    const rare = ['overflow', 'ring-reset', 'deferred-eoi-end', 'domain-destroy', 'virq'] as const;
    for (const type of rare) expect(seen).toContain(type);
  });
});
