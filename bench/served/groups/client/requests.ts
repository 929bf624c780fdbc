import type { Progress } from '../../../groups/group.js';
import type { Table, Verdict } from '../../../report/report.js';
import type { Effort } from '../../effort.js';
import type { Program } from '../../program.js';
import { type RoundCounts, type Rounds, takeTurns, warmUp } from '../../rounds.js';
import { SERVED } from '../../servers.js';
import type { Server, Testbed } from '../../testbed.js';
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

/** Where a client and its server run. */
const ON_ONE = 'pinned to one CPU';
const ON_TWO = 'kept on two CPUs';
/** Where the kernel puts them. */
const ANYWHERE = 'not pinned';

/** Measures a C program and the client of the package in turn, on one served file. */
export async function measureClientRequests(
  testbed: Testbed,
  { passes, counts }: Effort,
  progress: Progress,
): Promise<ClientRequests> {
  const { first, last } = testbed.cpus;
  const found: Record<string, Rounds[]> = { [ON_ONE]: [], [ON_TWO]: [], [ANYWHERE]: [] };
  for (let pass = 1; pass <= passes; pass++) {
    const tell = (where: string) => progress(`requests, ${where} (pass ${pass} of ${passes})`);
    tell(ON_ONE);
    await besideEachOther(testbed, counts, found[ON_ONE]!, '', last);
    tell(ON_TWO);
    await besideEachOther(testbed, counts, found[ON_TWO]!, `${last} ${first}`);
    tell(ANYWHERE);
    await oneAfterTheOther(testbed, counts, found[ANYWHERE]!, pass % 2 === 0);
  }
  return Object.fromEntries(
    Object.entries(found).map(([where, [c, node]]) => [where, { c: c!, node: node! }]),
  );
}

/** Both clients of one server, round by round. @param how - what they are told for each; `cpu` - for all of them */
async function besideEachOther(
  testbed: Testbed,
  { warmUp: warmUps, rounds }: RoundCounts,
  found: Rounds[],
  how: string,
  cpu?: number,
): Promise<void> {
  const server = await testbed.serve(SERVED, cpu);
  const both = [inC(testbed, server), await inNode(testbed, server)];
  await warmUp(both, warmUps);
  await takeTurns(both, found, rounds, how);
  await testbed.clear();
}

/**
 * Each client alone with a server of its own. Where the kernel has once put a server and a client, together or apart, it
 * leaves them; of two clients of one server it may leave one together with it and the other apart, whichever they are.
 */
async function oneAfterTheOther(
  testbed: Testbed,
  { warmUp: warmUps, rounds }: RoundCounts,
  found: Rounds[],
  reverse: boolean,
): Promise<void> {
  const clients = [inC, inNode].map((start, index) => ({ start, index }));
  for (const { start, index } of reverse ? clients.reverse() : clients) {
    const alone = [await start(testbed, await testbed.serve(SERVED))];
    await warmUp(alone, warmUps);
    const own = found[index] === undefined ? [] : [found[index]];
    await takeTurns(alone, own, rounds);
    found[index] = own[0]!;
    await testbed.clear();
  }
}

function inC(testbed: Testbed, server: Server): Program {
  return testbed.requestsOf(server, 'checked');
}

async function inNode(testbed: Testbed, server: Server): Promise<Program> {
  return (await testbed.client(server, 'requests', String(server.program.pid))).program;
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
