import { spawnSync } from 'node:child_process';
import { figure, grouped, withMiddleHalf } from '../../report/format.js';
import { median, ratios } from '../../statistics.js';
import { type Contender, type Rounds, takeTurns, warmUp } from '../rounds.js';
import { SERVED, type ServerKind, UNWATCHED, XEN_EVTCHN } from '../servers.js';
import type { Server, Testbed } from '../testbed.js';
import type { Group } from './group.js';
import { KINDS, microseconds } from './requests.js';

/** What of a host's watching costs. */
interface WatchingFigures {
  /** Nanoseconds of an event, by {@link WAYS} and round, on one CPU. */
  readonly pinned: number[][];
  /** The same, on any. */
  readonly unpinned: number[][];
  /** Milliseconds of each `ls`. */
  readonly ls: number[];
}

/** How hosts are watched, each with the server, and whether its trace goes to a file. */
const WAYS: readonly {
  readonly name: string;
  readonly kind: ServerKind;
  readonly traced: boolean;
}[] = [
  { name: 'nothing counted', kind: UNWATCHED, traced: false },
  { name: 'nobody watches', kind: SERVED, traced: false },
  { name: 'traced to a file', kind: SERVED, traced: true },
];

/** The requests that an event takes, of those that the client makes: it is sent, read, and its port written back. */
const OF_AN_EVENT = [
  KINDS.indexOf('NOTIFY that delivers'),
  KINDS.indexOf('read of one port'),
  KINDS.indexOf('write of one port, disabled'),
];

/** An event costs at most so many times what it costs where nothing is counted. */
const NOBODY_TIMES = 1.05;
const TRACED_TIMES = 2;
/** Channels that `ls` lists, and how long that may take, ms. */
const CHANNELS = 100_000;
const LS_MS = 1000;

/** Makes rounds in a row, so that what a follower does for them is done while they last. */
class Event implements Contender {
  readonly #client: Contender;
  readonly #inARow: number;

  constructor(client: Contender, inARow: number) {
    this.#client = client;
    this.#inARow = inARow;
  }

  /** Nanoseconds of an event, the mean of all its rounds. */
  async figures(how: string): Promise<number[]> {
    let sum = 0;
    for (let round = 0; round < this.#inARow; round++) {
      const found = await this.#client.figures(how);
      for (const kind of OF_AN_EVENT) sum += found[kind]!;
    }
    return [sum / this.#inARow];
  }
}

export const watching: Group<WatchingFigures> = {
  about: 'what it costs that a host can be watched, and is',

  async measure(testbed, { passes, counts, starts, inARow }, progress) {
    const pinned: Rounds[] = [];
    const unpinned: Rounds[] = [];
    // Each is many of the client's rounds already.
    const rounds = Math.ceil(counts.rounds / 20);
    for (let pass = 1; pass <= passes; pass++) {
      for (const [placement, cpu, found] of [
        ['pinned', testbed.cpus.last, pinned],
        ['not pinned', undefined, unpinned],
      ] as const) {
        progress(`an event, ${placement} (pass ${pass} of ${passes})`);
        const contenders: Event[] = [];
        for (const { kind, traced } of WAYS) {
          const server = await testbed.serve(kind, cpu);
          if (traced) await testbed.trace(server, cpu);
          contenders.push(new Event(testbed.requestsOf(server, 'checked'), inARow));
        }
        await warmUp(contenders, 2);
        await takeTurns(contenders, found, rounds);
        await testbed.clear();
      }
    }
    progress(`ls of ${grouped(CHANNELS)} channels`);
    const ls = await timesOfLs(testbed, starts);
    await testbed.clear();
    const flat = (all: Rounds[]) => all.map(([event]) => event!);
    return { pinned: flat(pinned), unpinned: flat(unpinned), ls };
  },

  report({ pinned, unpinned, ls }) {
    const requirement = (way: number, most: number, what: string) => {
      const times = median(ratios(pinned[way]!, pinned[0]!));
      return {
        requirement: `an event on a served host, pinned to one CPU: ${what} at most ${most} times one where nothing is counted`,
        measured: `${figure(times)} times`,
        met: times <= most,
      };
    };
    const ms = median(ls);
    return {
      tables: [
        {
          title: 'An event on a served host: NOTIFY, read, write',
          columns: ['', 'µs', 'times'],
          rows: [...rows('pinned', pinned), ...rows('not pinned', unpinned)],
        },
        {
          title: 'Listing channels, ms',
          columns: ['', 'ms'],
          rows: [[`xen-evtchn ls, ${grouped(CHANNELS)} channels`, withMiddleHalf(ls)]],
        },
      ],
      verdicts: [
        requirement(1, NOBODY_TIMES, 'where nobody watches,'),
        requirement(2, TRACED_TIMES, 'traced to a file,'),
        {
          requirement: `xen-evtchn ls of ${grouped(CHANNELS)} channels: under ${LS_MS} ms, its start included`,
          measured: `${figure(ms)} ms`,
          met: ms < LS_MS,
        },
      ],
    };
  },
};

function rows(placement: string, figures: number[][]): string[][] {
  return WAYS.map(({ name }, way) => [
    `${name}, ${placement}`,
    withMiddleHalf(microseconds(figures[way]!)),
    withMiddleHalf(ratios(figures[way]!, figures[0]!)),
  ]);
}

/** Lists a domain with many channels, so many times. @returns milliseconds */
async function timesOfLs(testbed: Testbed, times: number): Promise<number[]> {
  const server = await testbed.serve(SERVED);
  await testbed.ports(server, CHANNELS);
  return Array.from({ length: times }, () => timeOfLs(server));
}

/** @throws Error unless `ls` lists them all */
function timeOfLs({ folder }: Server): number {
  const since = process.hrtime.bigint();
  const { status, stdout, error } = spawnSync(
    process.execPath,
    [XEN_EVTCHN, 'ls', '--host', folder],
    { stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 2 ** 28 },
  );
  const ms = Number(process.hrtime.bigint() - since) / 1e6;
  if (error !== undefined) throw error;
  const lines = stdout.toString('latin1').split('\n').length;
  if (status !== 0 || lines < CHANNELS) throw new Error(`ls ended with ${status}, ${lines} lines`);
  return ms;
}
