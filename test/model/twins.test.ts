/**
 * The same random program on hosts that differ only in how events travel: both ABIs, with a trace and without one, and with
 * one that comes and goes. Without a trace an event takes a short way; with one it goes through the guest's memory. The
 * trace is taken as records and as bytes, which must say the same.
 *
 * The seed is random and printed; MODEL_SEED=n repeats a run. MODEL_SCALE=n makes n times as many operations.
 */
import { describe, it } from 'vitest';
import { program } from './program.js';
import { checkPrograms } from './seeded-check.js';
import { TwinRun } from './twin-run.js';

const OPERATIONS = 10_000;
const TIME_LIMIT = 300_000;

describe('hosts answer alike however events travel', () => {
  it('with and without a trace, with either ABI', { timeout: TIME_LIMIT }, () => {
    // Kernels of the two ABIs bind different channels of their own, so here they bind none.
    const bare = program.map(({ scenario, steps }) => ({
      scenario: { ...scenario, kernelChannels: false },
      steps,
    }));
    checkPrograms('twins, both ABIs', bare, OPERATIONS, (given) => {
      const run = new TwinRun(['fifo', 'two-level']);
      run.run(given);
      return run.operations;
    });
  });

  for (const abi of ['fifo', 'two-level'] as const) {
    it(`with and without a trace, with the ${abi} ABI`, { timeout: TIME_LIMIT }, () => {
      checkPrograms(`twins, ${abi}`, program, OPERATIONS, (given) => {
        const run = new TwinRun([abi]);
        run.run(given);
        return run.operations;
      });
    });
  }
});
