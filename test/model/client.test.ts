/**
 * Random programs on a handle: waits, channels, signals, reads, in any order and with or without turns between them. Each
 * event is handed to one taker, none is lost, and nobody is forgotten.
 *
 * The seed is random and printed; MODEL_SEED=n repeats a run. MODEL_SCALE=n makes n times as many operations.
 */
import { describe, it } from 'vitest';
import type { Giving } from './client-model.js';
import { ClientRun } from './client-run.js';
import { clientProgram } from './client-step.js';
import { type ClientSubject, EmbeddedSubject, FakeSubject } from './client-subject.js';
import { checkWaitingPrograms } from './seeded-check.js';

const OPERATIONS = 30_000;
const TIME_LIMIT = 300_000;

/** Runs random programs on such handles. */
async function check(
  name: string,
  giving: Giving,
  make: (signal: AbortSignal) => ClientSubject,
  programs = clientProgram,
): Promise<void> {
  await checkWaitingPrograms(`client, ${name}`, programs, OPERATIONS, async (given) => {
    const run = new ClientRun(make, giving);
    await run.run(given);
    return run.operations;
  });
}

describe('each event goes to one of those it is for', () => {
  it('over an embedded handle', { timeout: TIME_LIMIT }, async () => {
    const giving = { batch: 1, unmasksFirst: false };
    await check('an embedded handle', giving, (signal) => new EmbeddedSubject(signal));
  });

  for (const batch of [4, 1024]) {
    it(`over a device that gives ${batch} at once`, { timeout: TIME_LIMIT }, async () => {
      const giving = { batch, unmasksFirst: false };
      await check(`${batch} at once`, giving, (signal) => new FakeSubject(signal, giving));
    });

    // What comes first in a turn depends on who is told first: so each step has turns of its own.
    const settled = clientProgram.map((steps) => steps.map((step) => ({ ...step, settles: true })));
    it(`over one that tells of them later, ${batch} at once`, { timeout: TIME_LIMIT }, async () => {
      const giving = { batch, unmasksFirst: true };
      const make = (signal: AbortSignal) => new FakeSubject(signal, giving);
      await check(`${batch} at once, told later`, giving, make, settled);
    });
  }
});
