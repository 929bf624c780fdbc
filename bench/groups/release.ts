import { figure, grouped, withSpread } from '../report/format.js';
import { measureApart } from '../scenario.js';
import type { ReleaseFigures, ReleaseOptions } from '../scenarios/release.js';
import { median } from '../statistics.js';
import type { Group } from './group.js';

type What = ReleaseOptions['what'];

interface Row {
  readonly what: What;
  readonly figures: ReleaseFigures[];
}

const SIZES = [10, 100, 1000, 10000];
const OTHERS = [0, 100000];
const NAMES: Record<What, string> = {
  close: 'close a file',
  unbind: 'unbind one by one',
  destroy: 'destroy a domain',
  destroyEmptied: 'destroy a domain that had the others',
};
/** What a port costs may differ by so much: caches and small numbers, not more work. */
const LINEAR = 1.5;
/** What caches that have gone cold may cost, once. */
const COLD_NS = 150_000;

export const release: Group<Row[]> = {
  about: 'unbind, close, and destroying domains',

  async measure({ rounds }, progress) {
    const rows: Row[] = [];
    for (const what of ['unbind', 'close', 'destroy', 'destroyEmptied'] satisfies What[]) {
      progress(NAMES[what]);
      const options = { what, others: OTHERS, sizes: SIZES, rounds };
      rows.push({ what, figures: await measureApart('release', options) });
    }
    return rows;
  },

  report(rows) {
    const [few, many] = OTHERS as [number, number];
    const held = rows.filter(({ what }) => what !== 'destroyEmptied');
    const growth = held.flatMap(({ figures }) =>
      OTHERS.map((others) => cost(figures, others, 10000) / cost(figures, others, 100)),
    );
    const times = ({ figures }: Row) =>
      Math.max(...SIZES.map((size) => cost(figures, many, size) / cost(figures, few, size)));
    const byOthers = Math.max(...held.map((row) => times(row)));
    const emptied = rows.find(({ what }) => what === 'destroyEmptied')!.figures;
    // Not in proportion: tables that 100 000 ports have filled are no longer in the caches, whatever is released.
    const byReleased = Math.max(
      ...SIZES.map((size) => (cost(emptied, many, size) - cost(emptied, few, size)) * size),
    );
    return {
      tables: [
        {
          title: 'Release, ns per port',
          columns: ['', 'other ports', ...SIZES.map((size) => `${grouped(size)} ports`)],
          rows: rows.flatMap(({ what, figures }) =>
            OTHERS.map((others) => [
              NAMES[what],
              grouped(others),
              ...SIZES.map((size) => withSpread(rounds(figures, others, size))),
            ]),
          ),
        },
      ],
      verdicts: [
        {
          requirement: `Unbind, close and destruction are linear in what they release: a port of 10 000 costs at most ${LINEAR} times a port of 100`,
          measured: `${figure(Math.max(...growth))} times at most`,
          met: Math.max(...growth) <= LINEAR,
        },
        {
          requirement: `… and in nothing else: 100 000 other ports bound make a port cost at most ${LINEAR} times as much`,
          measured: `${figure(byOthers)} times at most`,
          met: byOthers <= LINEAR,
        },
        {
          requirement: `… nor in what was released before: that a domain once had 100 000 more ports adds at most ${COLD_NS / 1000} µs to its destruction, which is less than 2 ns for each`,
          measured: `${figure(byReleased / 1000)} µs at most`,
          met: byReleased <= COLD_NS,
        },
      ],
    };
  },
};

function rounds(figures: ReleaseFigures[], others: number, size: number): number[] {
  return figures.find((found) => found.others === others && found.size === size)!.ns;
}

function cost(figures: ReleaseFigures[], others: number, size: number): number {
  return median(rounds(figures, others, size));
}
