import type { Progress } from '../../../groups/group.js';
import { figure, withMiddleHalf } from '../../../report/format.js';
import type { Table } from '../../../report/report.js';
import { median } from '../../../statistics.js';
import type { Effort } from '../../effort.js';
import { type Rounds, takeTurns, warmUp } from '../../rounds.js';
import { SERVED } from '../../servers.js';
import type { Testbed } from '../../testbed.js';
import { microseconds } from '../requests.js';

/** What takes the events, and how many system calls an event costs there, of N. */
const WAYS = [
  ['C, a read and a write each', '2'],
  ['C, one read and one write of all', '2/N'],
  ['Node, tryPending() and unmask() each', '2'],
  ['Node, readInto() and unmask() of all', '2/N'],
  ['Node, for await', '1'],
  ['Node, a channel each', '1/N'],
] as const;

/** Nanoseconds an event, by {@link WAYS}, then by round. */
export type Bursts = readonly (readonly number[])[];

/** Measures how events are taken that are there already, by C and by the client of the package in turn. */
export async function measureBursts(
  testbed: Testbed,
  { passes, counts }: Effort,
  progress: Progress,
): Promise<Bursts> {
  const found: Rounds[] = [];
  for (let pass = 1; pass <= passes; pass++) {
    progress(`bursts (pass ${pass} of ${passes})`);
    const server = await testbed.serve(SERVED, testbed.cpus.last);
    const { program } = await testbed.client(server, 'bursts', server.devices[1]);
    const both = [testbed.bursts(server), program];
    await warmUp(both, counts.warmUp);
    await takeTurns(both, found, counts.rounds);
    await testbed.clear();
  }
  return found.flat();
}

export function burstsTable(figures: Bursts): Table {
  return {
    title: 'Events that are there already, on 256 ports of one handle, pinned to one CPU',
    columns: ['taken by', 'calls an event', 'an event, µs', 'times C, each'],
    rows: WAYS.map(([name, calls], way) => [
      name,
      calls,
      withMiddleHalf(microseconds(figures[way]!)),
      figure(median(figures[way]!) / median(figures[0]!)),
    ]),
  };
}
