import type { Group } from './group.js';
import {
  measureRequests,
  type RequestFigures,
  requestsTable,
  requestVerdicts,
} from './requests.js';

/** By circumstance. */
type UnpinnedFigures = Readonly<Record<string, RequestFigures>>;

export const unpinned: Group<UnpinnedFigures> = {
  about: 'single requests, client and server anywhere, or on two CPUs',

  measure(testbed, effort, progress) {
    const { first, last } = testbed.cpus;
    return measureRequests(testbed, effort, progress, {
      'begun on one CPU, then anywhere': `${last} ${last} free`,
      'begun on two CPUs, then anywhere': `${last} ${first} free`,
      'kept on two CPUs': `${last} ${first}`,
    });
  },

  report: (figures) => ({
    tables: Object.entries(figures).map(([circumstance, found]) =>
      requestsTable(circumstance, found),
    ),
    verdicts: requestVerdicts('not pinned to one CPU', figures),
  }),
};
