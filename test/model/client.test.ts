/**
 * Random programs on a handle: waits, channels, signals, reads, in any order and with or without turns between them. Each
 * event is handed to one taker, none is lost, and nobody is forgotten.
 *
 * The seed is random and printed; MODEL_SEED=n repeats a run. MODEL_SCALE=n makes n times as many operations.
 */
import { describe, it } from 'vitest';
import { ClientRun } from './client-run.js';
import { clientProgram } from './client-step.js';
import { type ClientSubject, EmbeddedSubject, FakeSubject } from './client-subject.js';
import { checkWaitingPrograms } from './seeded-check.js';

const OPERATIONS = 30_000;
const TIME_LIMIT = 300_000;

const SUBJECTS: readonly (readonly [string, number, (signal: AbortSignal) => ClientSubject])[] = [
  ['an embedded handle', 1, (signal) => new EmbeddedSubject(signal)],
  ['a device that gives 4 at once', 4, (signal) => new FakeSubject(signal, 4)],
  ['a device that gives 1024 at once', 1024, (signal) => new FakeSubject(signal, 1024)],
];

describe('each event goes to one of those it is for', () => {
  it.each(SUBJECTS)('over %s', { timeout: TIME_LIMIT }, async (name, batch, make) => {
    await checkWaitingPrograms(`client, ${name}`, clientProgram, OPERATIONS, async (given) => {
      const run = new ClientRun(make, batch);
      await run.run(given);
      return run.operations;
    });
  });
});
