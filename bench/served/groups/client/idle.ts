import { setTimeout } from 'node:timers/promises';
import type { Progress } from '../../../groups/group.js';
import { withSpread } from '../../../report/format.js';
import type { Table } from '../../../report/report.js';
import type { Effort } from '../../effort.js';
import { processorTime } from '../../processor-time.js';
import type { Program } from '../../program.js';
import { type Rounds, takeTurns } from '../../rounds.js';
import { SERVED } from '../../servers.js';
import type { Testbed } from '../../testbed.js';

/** Handles that wait. */
const HANDLES = 1000;

/** Milliseconds in which nothing happens, after some in which V8 collects what went before. */
const QUIET_MS = 2000;
const REST_MS = 10_000;

/** What the program tells, in its order, and what is seen of it and of its server from outside; units in which that is shown. */
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

/** By kind, then by fresh process. */
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
    const all = { figures: (how: string) => figures(program, server.program, how) };
    await takeTurns([all], found, 1, String(HANDLES));
    await testbed.clear();
  }
  return found[0]!;
}

/** What the program tells, and how long it and its server run while nothing happens. */
async function figures(program: Program, server: Program, how: string): Promise<number[]> {
  const told = await program.figures(how);
  await setTimeout(REST_MS);
  const before = [program, server].map(({ pid }) => processorTime(pid));
  await setTimeout(QUIET_MS);
  const after = [program, server].map(({ pid }) => processorTime(pid));
  return [...told, ...after.map((time, which) => ((time - before[which]!) * 1000) / QUIET_MS)];
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
