import type { Progress } from '../../../groups/group.js';
import { withMiddleHalf } from '../../../report/format.js';
import type { Table, Verdict } from '../../../report/report.js';
import { ratios } from '../../../statistics.js';
import type { Effort } from '../../effort.js';
import { type Contender, type Rounds, takeTurns, warmUp } from '../../rounds.js';
import { SERVED } from '../../servers.js';
import type { Server, Testbed } from '../../testbed.js';
import { microseconds } from '../requests.js';
import { times, worstVerdict } from '../worst.js';

const PLACEMENTS = ['pinned', 'unpinned'] as const;

/** Nanoseconds of a cycle; by placement, then by {@link SIDES}, then by round. */
export type Cycles = Readonly<Record<(typeof PLACEMENTS)[number], readonly (readonly number[])[]>>;

/** A cycle takes at most so many times that of C. */
const TIMES = 2;

/** What the first side of a cycle is; the second is always the same, in C. */
interface Side {
  readonly name: string;
  /** The requirement is about it. */
  readonly required: boolean;
  start(testbed: Testbed, server: Server): Promise<Contender>;
}

/** From a blocking read to the client of the package. */
export const SIDES: readonly Side[] = [
  inC('C, blocking read'),
  inC('C, epoll_wait, read', 'epoll'),
  inC('C, epoll_wait in a thread, read', 'thread'),
  inNode('Node, pending()', 'pending'),
  inNode('Node, channel.after()', 'channel'),
];

function inC(name: string, wait?: 'epoll' | 'thread'): Side {
  return {
    name,
    required: false,
    async start(testbed, server) {
      const program = testbed.pathOver(server, wait);
      // It tells of half a round trip, as a way is.
      return { figures: async (how) => [(await program.figures(how))[1]! * 2] };
    },
  };
}

function inNode(name: string, way: string): Side {
  return {
    name,
    required: true,
    async start(testbed, server) {
      const { program, ready } = await testbed.client(server, way);
      testbed.echo(server, ready);
      return program;
    },
  };
}

/** Measures all sides in turn, on one served host. */
export async function measureCycles(
  testbed: Testbed,
  { passes, counts }: Effort,
  progress: Progress,
): Promise<Cycles> {
  const found: Record<(typeof PLACEMENTS)[number], Rounds[]> = { pinned: [], unpinned: [] };
  for (let pass = 1; pass <= passes; pass++) {
    for (const placement of PLACEMENTS) {
      progress(`cycle, ${placement} (pass ${pass} of ${passes})`);
      const cpu = placement === 'pinned' ? testbed.cpus.last : undefined;
      const server = await testbed.serve(SERVED, cpu);
      const contenders: Contender[] = [];
      for (const side of SIDES) contenders.push(await side.start(testbed, server));
      await warmUp(contenders, counts.warmUp);
      await takeTurns(contenders, found[placement], counts.rounds);
      await testbed.clear();
    }
  }
  const cycles = (all: readonly Rounds[]) => all.map(([cycle]) => cycle!);
  return { pinned: cycles(found.pinned), unpinned: cycles(found.unpinned) };
}

export function cyclesTable(figures: Cycles): Table {
  return {
    title: 'A full cycle: notify, wait for the answer, unmask',
    columns: ['', 'µs', 'times a blocking read in C'],
    rows: PLACEMENTS.flatMap((placement) =>
      SIDES.map(({ name }, side) => [
        `${name}, ${placement}`,
        withMiddleHalf(microseconds(figures[placement][side]!)),
        withMiddleHalf(ratios(figures[placement][side]!, figures[placement][0]!)),
      ]),
    ),
  };
}

/** What is required of a cycle, of every form of waiting. */
export function cycleVerdicts(figures: Cycles): Verdict[] {
  return PLACEMENTS.map((placement) => {
    const [blocking, ...others] = figures[placement];
    return worstVerdict(
      `a full wait-for-event cycle, ${placement}: at most ${TIMES} times a C program`,
      TIMES,
      others
        .map((rounds, index) => ({ rounds, ...SIDES[index + 1]! }))
        .filter(({ required }) => required)
        .map(({ name, rounds }) => times(name, rounds, blocking!)),
    );
  });
}
