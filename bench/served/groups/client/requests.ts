import type { Progress } from '../../../groups/group.js';
import type { Table, Verdict } from '../../../report/report.js';
import type { Effort } from '../../effort.js';
import { type Rounds, takeTurns, warmUp } from '../../rounds.js';
import { SERVED } from '../../servers.js';
import type { Testbed } from '../../testbed.js';
import { comparison, KINDS } from '../requests.js';
import { times, worstVerdict } from '../worst.js';

/** Nanoseconds a request of both clients, by kind and round. */
export interface BothClients {
  readonly c: Rounds;
  readonly node: Rounds;
}

/** By circumstance. */
export type ClientRequests = Readonly<Record<string, BothClients>>;

/** `notify` takes at most so many times the time of an ioctl in C. */
const TIMES = 1.1;
/** The kinds of {@link KINDS} that are a notify. */
const NOTIFIES = [0, 1] as const;

/** Where both clients and the server run, and what the clients are told for that. */
const CIRCUMSTANCES: readonly { name: string; pinned: boolean; apart?: boolean; free?: boolean }[] =
  [
    { name: 'pinned to one CPU', pinned: true },
    { name: 'begun on one CPU, then anywhere', pinned: false, free: true },
    { name: 'begun on two CPUs, then anywhere', pinned: false, apart: true, free: true },
    { name: 'kept on two CPUs', pinned: false, apart: true },
  ];

/** Measures a C program and the client of the package in turn, on one served file. */
export async function measureClientRequests(
  testbed: Testbed,
  { passes, counts }: Effort,
  progress: Progress,
): Promise<ClientRequests> {
  const { first, last } = testbed.cpus;
  const all = CIRCUMSTANCES.map((circumstance) => ({ ...circumstance, found: [] as Rounds[] }));
  for (let pass = 1; pass <= passes; pass++) {
    for (const pinned of [true, false]) {
      const server = await testbed.serve(SERVED, pinned ? last : undefined);
      const pid = String(server.program.pid);
      const { program } = await testbed.client(server, 'requests', pid);
      const both = [testbed.requestsOf(server, 'checked'), program];
      await warmUp(both, counts.warmUp);
      for (const { name, apart, free, found } of all.filter((one) => one.pinned === pinned)) {
        progress(`requests, ${name} (pass ${pass} of ${passes})`);
        const how = pinned ? '' : `${last} ${apart ? first : last}${free ? ' free' : ''}`;
        await takeTurns(both, found, counts.rounds, how);
      }
      await testbed.clear();
    }
  }
  return Object.fromEntries(
    all.map(({ name, found: [c, node] }) => [name, { c: c!, node: node! }]),
  );
}

export function clientRequestsTables(figures: ClientRequests): Table[] {
  return Object.entries(figures).map(([circumstance, { c, node }]) =>
    comparison(`Calls of the client, client and server ${circumstance}`, ['C', 'Node'], c, node),
  );
}

/** What is required of notify, in every circumstance. */
export function notifyVerdict(figures: ClientRequests): Verdict {
  return worstVerdict(
    `evtchn.notify on a served file: at most ${TIMES} times a C program`,
    TIMES,
    Object.entries(figures).flatMap(([circumstance, { c, node }]) =>
      NOTIFIES.map((kind) => times(`${KINDS[kind]}, ${circumstance}`, node[kind]!, c[kind]!)),
    ),
  );
}
