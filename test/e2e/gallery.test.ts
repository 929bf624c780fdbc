import { describe, expect, it } from 'vitest';
import { PAIRS } from '../../bench/gallery/served/pair.js';
import { mustPass, search } from '../../bench/gallery/served.js';

/** Runs of each broken program without faults. */
const RUNS = 3;
/** Rounds of each corrected program: the command `npm run gallery` tries more. */
const ROUNDS = 300;
/** Rounds under all that a correct program gets over. */
const MIXED_ROUNDS = 30;

describe.each(PAIRS)('$name', (pair) => {
  it(`is found by ${pair.spec} within ${pair.budget} seeds`, async () => {
    expect((await search(pair, 1)).failure).toMatch(pair.failure);
  });

  it('is not seen without faults', async () => {
    for (let run = 0; run < RUNS; run++) await mustPass(pair, true, pair.rounds);
  });

  it('is not there in the corrected program, with the same faults', () =>
    mustPass(pair, false, ROUNDS, 1));

  it('is not there in the corrected program, with all faults of the mix ci', () =>
    mustPass({ ...pair, spec: 'ci' }, false, MIXED_ROUNDS, 1));
});
