import { figure, withMiddleHalf } from '../../report/format.js';
import { median, ratios } from '../../statistics.js';
import { type Rounds, takeTurns, warmUp } from '../rounds.js';
import { SERVED, type ServerKind, SHORTEST_PATH } from '../servers.js';
import type { Group } from './group.js';
import { microseconds } from './requests.js';

type Placement = 'pinned' | 'unpinned';

/** Nanoseconds of a way, and of half of a round trip; by placement, then by {@link BETWEEN}, then by round. */
type PathFigures = Record<Placement, Rounds[]>;

/** What is between the two processes. */
const BETWEEN: readonly (ServerKind | undefined)[] = [undefined, SHORTEST_PATH, SERVED];

export const path: Group<PathFigures> = {
  about: 'an event from one process to another, next to an eventfd',

  async measure(testbed, { passes, counts }, progress) {
    const figures: PathFigures = { pinned: [], unpinned: [] };
    for (let pass = 1; pass <= passes; pass++) {
      for (const placement of ['pinned', 'unpinned'] as const) {
        progress(`${placement} (pass ${pass} of ${passes})`);
        const cpu = placement === 'pinned' ? testbed.cpus.last : undefined;
        const contenders = [];
        for (const kind of BETWEEN) contenders.push(await testbed.path(kind, cpu));
        await warmUp(contenders, counts.warmUp);
        await takeTurns(contenders, figures[placement], counts.rounds);
        await testbed.clear();
      }
    }
    return figures;
  },

  report: (figures) => ({
    tables: [
      {
        title: 'An event from one process to another',
        columns: ['', 'notify to read, µs', 'half a round trip, µs', 'times eventfd'],
        rows: (['pinned', 'unpinned'] as const).flatMap((placement) =>
          BETWEEN.map((kind, index) => [
            `${kind?.name ?? 'eventfd'}, ${placement}`,
            withMiddleHalf(microseconds(figures[placement][index]![0]!)),
            withMiddleHalf(microseconds(figures[placement][index]![1]!)),
            figure(median(ratios(figures[placement][index]![0]!, figures[placement][0]![0]!))),
          ]),
        ),
      },
    ],
    verdicts: [],
  }),
};
