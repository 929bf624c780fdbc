/**
 * Random programs on the embedded host, compared with a model of what the pages and recordings say.
 *
 * The seed is random and printed; MODEL_SEED=n repeats a run. MODEL_SCALE=n makes n times as many operations.
 */
import { describe, expect, it } from 'vitest';
import { ModelRun } from './model-run.js';
import { program } from './program.js';
import { Reached } from './reached.js';
import { checkPrograms } from './seeded-check.js';

const OPERATIONS = 50_000;
const TIME_LIMIT = 300_000;

describe('random programs answer as the model says, and keep every invariant', () => {
  for (const abi of ['fifo', 'two-level'] as const) {
    it(`with the ${abi} ABI`, { timeout: TIME_LIMIT }, () => {
      const reached = new Reached();
      checkPrograms(`model, ${abi}`, program, OPERATIONS, (given) => {
        const run = new ModelRun(reached);
        run.run(given, abi);
        return run.operations;
      });
      console.log(`came across ${reached.summary}`);
      expect(reached.missing).toEqual([]);
    });
  }
});
