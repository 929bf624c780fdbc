import type { Progress } from '../../groups/group.js';
import { withMiddleHalf } from '../../report/format.js';
import type { Table, Verdict } from '../../report/report.js';
import { ratios } from '../../statistics.js';
import type { Effort } from '../effort.js';
import { type Rounds, takeTurns, warmUp } from '../rounds.js';
import { SERVED, YARDSTICK } from '../servers.js';
import type { Testbed } from '../testbed.js';
import { times, worstVerdict } from './worst.js';

/** Nanoseconds a request, by kind and round. */
export interface RequestFigures {
  readonly yardstick: Rounds;
  readonly served: Rounds;
}

/** What a round of the client measures, in its order. */
export const KINDS = [
  'NOTIFY that merges',
  'NOTIFY that delivers',
  'read of one port',
  'write of one port, disabled',
  'write of one port, enabled',
] as const;

/** What something is required of, and the kinds that it is. */
const REQUIRED: Readonly<Record<string, readonly number[]>> = {
  'NOTIFY ioctl': [0, 1],
  'read of one port': [2],
  'write of one port': [3, 4],
};

/** A request costs at most so many of the yardstick's. */
const TIMES = 1.25;

/** Tells the clients for each round where they and their servers are to run; nothing where they are pinned. */
export type Circumstances = Readonly<Record<string, string>>;

/**
 * Measures the yardstick and the served device in turn.
 * @param cpu - for both, and for their clients; undefined for any
 * @returns figures by circumstance
 */
export async function measureRequests(
  testbed: Testbed,
  { passes, counts }: Effort,
  progress: Progress,
  circumstances: Circumstances,
  cpu?: number,
): Promise<Record<string, RequestFigures>> {
  const all = Object.entries(circumstances).map(([name, how]) => ({
    name,
    how,
    found: [] as Rounds[],
  }));
  for (let pass = 1; pass <= passes; pass++) {
    const both = [await testbed.requests(YARDSTICK, cpu), await testbed.requests(SERVED, cpu)];
    await warmUp(both, counts.warmUp);
    for (const { name, how, found } of all) {
      progress(`${name} (pass ${pass} of ${passes})`);
      await takeTurns(both, found, counts.rounds, how);
    }
    await testbed.clear();
  }
  return Object.fromEntries(
    all.map(({ name, found: [yardstick, served] }) => [
      name,
      { yardstick: yardstick!, served: served! },
    ]),
  );
}

export function requestsTable(circumstance: string, { yardstick, served }: RequestFigures): Table {
  const title = `Requests, client and server ${circumstance}`;
  return comparison(title, ['constants in C', 'xen-evtchn'], yardstick, served);
}

/** A table of two that made the same requests in turn. */
export function comparison(
  title: string,
  [first, second]: readonly [string, string],
  under: Rounds,
  over: Rounds,
): Table {
  return {
    title,
    columns: ['', `${first}, µs`, `${second}, µs`, 'times'],
    rows: KINDS.map((name, kind) => [
      name,
      withMiddleHalf(microseconds(under[kind]!)),
      withMiddleHalf(microseconds(over[kind]!)),
      withMiddleHalf(ratios(over[kind]!, under[kind]!)),
    ]),
  };
}

/**
 * What is required of requests, of every kind.
 * @param figures - by circumstance; each must meet it
 */
export function requestVerdicts(
  where: string,
  figures: Readonly<Record<string, RequestFigures>>,
): Verdict[] {
  return Object.entries(REQUIRED).map(([name, kinds]) =>
    worstVerdict(
      `${name}, ${where}: at most ${TIMES} times a C server that answers with constants`,
      TIMES,
      Object.entries(figures).flatMap(([circumstance, { yardstick, served }]) =>
        kinds.map((kind) =>
          times(`${KINDS[kind]}, ${circumstance}`, served[kind]!, yardstick[kind]!),
        ),
      ),
    ),
  );
}

/** Of nanoseconds. */
export function microseconds(ns: readonly number[]): number[] {
  return ns.map((one) => one / 1000);
}
