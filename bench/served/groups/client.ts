import { type Bursts, burstsTable, measureBursts } from './client/bursts.js';
import { type Cycles, cyclesTable, cycleVerdicts, measureCycles } from './client/cycle.js';
import { type Idle, idleTable, measureIdle } from './client/idle.js';
import {
  type ClientRequests,
  clientRequestsTables,
  measureClientRequests,
  notifyVerdict,
} from './client/requests.js';
import type { Group } from './group.js';

/** Two clients and more make requests here, so that rounds take longer: half as many do. */
const ROUNDS = 0.5;

interface ClientFigures {
  readonly requests: ClientRequests;
  readonly cycles: Cycles;
  readonly bursts: Bursts;
  readonly idle: Idle;
}

export const client: Group<ClientFigures> = {
  about: 'the client of the package, next to C programs on the same served file',

  async measure(testbed, usual, progress) {
    const { counts } = usual;
    const effort = { ...usual, counts: { ...counts, rounds: counts.rounds * ROUNDS } };
    return {
      requests: await measureClientRequests(testbed, effort, progress),
      cycles: await measureCycles(testbed, effort, progress),
      bursts: await measureBursts(testbed, effort, progress),
      idle: await measureIdle(testbed, effort, progress),
    };
  },

  report: ({ requests, cycles, bursts, idle }) => ({
    tables: [
      ...clientRequestsTables(requests),
      cyclesTable(cycles),
      burstsTable(bursts),
      idleTable(idle),
    ],
    verdicts: [notifyVerdict(requests), ...cycleVerdicts(cycles)],
  }),
};
