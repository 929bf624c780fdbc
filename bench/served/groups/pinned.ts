import type { Group } from './group.js';
import {
  measureRequests,
  type RequestFigures,
  requestsTable,
  requestVerdicts,
} from './requests.js';

const PINNED = 'pinned to one CPU';

export const pinned: Group<RequestFigures> = {
  about: 'single requests, client and server on one CPU',

  async measure(testbed, effort, progress) {
    const { last } = testbed.cpus;
    const figures = await measureRequests(testbed, effort, progress, { [PINNED]: '' }, last);
    return figures[PINNED]!;
  },

  report: (figures) => ({
    tables: [requestsTable(PINNED, figures)],
    verdicts: requestVerdicts(PINNED, { [PINNED]: figures }),
  }),
};
