/**
 * Random programs on a host where events wait for `run()`, with vCPUs between which ports move: no event is lost.
 *
 * The seed is random and printed; MODEL_SEED=n repeats a run. MODEL_SCALE=n makes n times as many operations.
 */
import { describe, it } from 'vitest';
import { DeferredRun, deferredProgram } from './deferred-run.js';
import { checkPrograms } from './seeded-check.js';

const OPERATIONS = 10_000;
const TIME_LIMIT = 300_000;

describe('with deferred delivery and several vCPUs every event is read in the end', () => {
  for (const abi of ['fifo', 'two-level'] as const) {
    it(`with the ${abi} ABI`, { timeout: TIME_LIMIT }, () => {
      checkPrograms(`deferred, ${abi}`, deferredProgram, OPERATIONS, (given) => {
        const run = new DeferredRun();
        run.run(given, abi);
        return run.operations;
      });
    });
  }
});
