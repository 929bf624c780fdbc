import { grouped } from '../report/format.js';
import { measureApart } from '../scenario.js';
import type { AllocationFigures, AllocationOptions } from '../scenarios/allocation.js';
import type { Group } from './group.js';

interface Row extends AllocationFigures {
  readonly name: string;
}

/** Bytes per event that measuring itself may leave behind. */
const NOTHING = 0.1;
const EVENTS = 10 * 1048576;

const WHAT: readonly (readonly [string, Pick<AllocationOptions, 'way' | 'abi'>])[] = [
  ['client', { way: 'client', abi: 'fifo' }],
  ['client, 64 at once', { way: 'client-burst', abi: 'fifo' }],
  ['client, two-level ABI', { way: 'client', abi: 'two-level' }],
  ['system calls on the file', { way: 'file', abi: 'fifo' }],
  ['system calls, 64 at once', { way: 'file-burst', abi: 'fifo' }],
];

export const allocation: Group<Row[]> = {
  about: 'what an event allocates: nothing',

  async measure(_effort, progress) {
    const rows: Row[] = [];
    for (const [name, what] of WHAT) {
      progress(name);
      const found = await measureApart('allocation', { ...what, ports: 1024, events: EVENTS });
      rows.push({ name, ...found });
    }
    return rows;
  },

  report(rows) {
    const worst = Math.max(...rows.map(({ bytes, events }) => bytes / events));
    const collections = rows.reduce((sum, row) => sum + row.collections, 0);
    return {
      tables: [
        {
          title: 'Allocation',
          columns: ['events by', 'events', 'heap grew by, bytes', 'bytes per event', 'collections'],
          rows: rows.map(({ name, events, bytes, collections }) => [
            name,
            grouped(events),
            grouped(bytes),
            (bytes / events).toFixed(3),
            String(collections),
          ]),
        },
      ],
      verdicts: [
        {
          requirement: `No allocation per event: less than ${NOTHING} bytes over ${grouped(EVENTS)} events, and no garbage collection meanwhile`,
          measured: `${worst.toFixed(3)} bytes per event at most, ${collections} collections`,
          met: worst < NOTHING && collections === 0,
        },
      ],
    };
  },
};
