import { figure } from '../../report/format.js';
import { median } from '../../statistics.js';
import { type Rounds, takeTurns, warmUp } from '../rounds.js';
import { NODE, SERVED, WITH_POLL, WITHOUT_FETCH, YARDSTICK } from '../servers.js';
import type { Group } from './group.js';
import { KINDS } from './requests.js';

/** From what the kernel alone costs to the whole. */
const STEPS = [WITHOUT_FETCH, YARDSTICK, WITH_POLL, NODE, SERVED];

export const floor: Group<Rounds[]> = {
  about: 'where the time of a request goes: servers that do ever more, on one CPU',

  async measure(testbed, { passes, counts }, progress) {
    const figures: Rounds[] = [];
    for (let pass = 1; pass <= passes; pass++) {
      progress(`pass ${pass} of ${passes}`);
      const contenders = [];
      for (const kind of STEPS) contenders.push(await testbed.requests(kind, testbed.cpus.last));
      await warmUp(contenders, counts.warmUp);
      await takeTurns(contenders, figures, counts.rounds);
      await testbed.clear();
    }
    return figures;
  },

  report: (figures) => ({
    tables: [
      {
        title: 'Where the time of a request goes, µs, client and server on one CPU',
        columns: ['', ...STEPS.map(({ name }) => name)],
        rows: KINDS.map((name, kind) => [
          name,
          ...figures.map((rounds) => figure(median(rounds[kind]!) / 1000)),
        ]),
      },
    ],
    verdicts: [],
  }),
};
