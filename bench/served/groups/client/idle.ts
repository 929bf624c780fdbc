import type { Progress } from '../../../groups/group.js';
import { withSpread } from '../../../report/format.js';
import type { Table } from '../../../report/report.js';
import type { Effort } from '../../effort.js';
import { type Rounds, takeTurns } from '../../rounds.js';
import { SERVED } from '../../servers.js';
import type { Testbed } from '../../testbed.js';

/** Handles that wait. */
const HANDLES = 1000;

/** What the program tells, in its order, and units in which it is shown. */
const KINDS = [
  ['the first wait of a process, ms', 1e6],
  ['memory that it takes, KiB', 1024],
  ['a later wait, notify to resolved, µs', 1000],
  ['an open handle, bytes', 1],
  ['waiting for it, bytes more', 1],
  ['an open handle, in the server, bytes', 1],
  [`a wait beside ${HANDLES} handles that wait, µs`, 1000],
  [`processor time of ${HANDLES} handles that wait, µs in a second`, 1000],
  ['the same, in the server', 1000],
] as const;

/** By {@link KINDS}, then by fresh process. */
export type Idle = readonly (readonly number[])[];

/** Measures what handles cost that get no events, in fresh processes. */
export async function measureIdle(
  testbed: Testbed,
  { passes }: Effort,
  progress: Progress,
): Promise<Idle> {
  const found: Rounds[] = [];
  for (let pass = 1; pass <= passes; pass++) {
    progress(`idle handles (pass ${pass} of ${passes})`);
    const server = await testbed.serve(SERVED);
    const { program } = await testbed.client(server, 'idle', String(server.program.pid));
    await takeTurns([program], found, 1, String(HANDLES));
    await testbed.clear();
  }
  return found[0]!;
}

export function idleTable(figures: Idle): Table {
  return {
    title: 'Handles that wait and get no events',
    columns: ['', 'fresh processes'],
    rows: KINDS.map(([name, unit], kind) => [
      name,
      withSpread(figures[kind]!.map((one) => one / unit)),
    ]),
  };
}
