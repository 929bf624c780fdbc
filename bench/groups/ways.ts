import { figure, grouped, withSpread } from '../report/format.js';
import { measureApart } from '../scenario.js';
import type { EventsFigures, EventsOptions } from '../scenarios/events.js';
import { median, ratios } from '../statistics.js';
import type { Group } from './group.js';

type What = Pick<EventsOptions, 'way' | 'abi' | 'ports' | 'sink' | 'events'>;

interface Row extends EventsFigures {
  readonly name: string;
}

const CYCLE: What = { way: 'client', abi: 'fifo', ports: 1024, sink: 'never', events: 65536 };
const SLOWER = 16384;

/** What is worth knowing though nothing is required of it. */
const WHAT: readonly (readonly [string, What])[] = [
  ['client', CYCLE],
  ['client, ports in no order', { ...CYCLE, way: 'client-shuffled', ports: 16384 }],
  ['client, two-level ABI', { ...CYCLE, abi: 'two-level', ports: 1 }],
  ['client, two-level ABI', { ...CYCLE, abi: 'two-level' }],
  ['client, 64 at once, two-level ABI', { ...CYCLE, abi: 'two-level', way: 'client-burst' }],
  ['system calls on the file', { ...CYCLE, way: 'file' }],
  ['system calls, 64 at once', { ...CYCLE, way: 'file-burst' }],
  ['client, a trace sink that counts', { ...CYCLE, sink: 'counting', events: SLOWER }],
  ['await pending()', { ...CYCLE, way: 'client-pending', events: SLOWER }],
  ['for await', { ...CYCLE, way: 'client-iterator', events: SLOWER }],
];

export const ways: Group<Row[]> = {
  about: 'other ways to handle events, for comparison',

  async measure({ rounds, budget }, progress) {
    const rows: Row[] = [];
    for (const [name, what] of WHAT) {
      progress(`${name}; bound ports: ${what.ports}`);
      const found = await measureApart('events', { ...what, rounds, budget });
      rows.push({
        name: `${name}; ${grouped(what.ports)} ${what.ports === 1 ? 'port' : 'ports'}`,
        ...found,
      });
    }
    return rows;
  },

  report: (rows) => ({
    tables: [
      {
        title: 'Other ways, of which nothing is required',
        columns: ['events by', 'event, ns', 'emit beside it, ns', 'in emits'],
        rows: rows.map(({ name, event, emit }) => [
          name,
          withSpread(event),
          withSpread(emit),
          figure(median(ratios(event, emit))),
        ]),
      },
    ],
    verdicts: [],
  }),
};
