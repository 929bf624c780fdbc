/**
 * Random programs on a served host, every call a FUSE request in bytes, and the same on the embedded host through its own
 * files: answers, reads that wait, poll masks and notifications have to be alike.
 *
 * The seed is random and printed; MODEL_SEED=n repeats a run. MODEL_SCALE=n makes n times as many calls.
 */
import { describe, expect, it } from 'vitest';
import { checkPrograms } from './seeded-check.js';
import { ServedRun } from './served-run.js';
import { servedSteps } from './served-step.js';

const CALLS = 10_000;
const TIME_LIMIT = 300_000;

/** What random programs have to come across, or the suite would prove little. */
const MUST_REACH = [
  'read got its event',
  'several reads at once',
  'read ended with 19',
  'poller woken',
  'errno 11',
  'errno 13',
  'errno 14',
  'errno 19',
  'errno 22',
  'errno 27',
  'errno 38',
  'errno 107',
];

describe('a served host does what the embedded one does', () => {
  for (const interrupts of [true, false]) {
    const name = interrupts ? 'with signals' : 'without signals';
    it(`to threads that read, write and poll, ${name}`, { timeout: TIME_LIMIT }, () => {
      const reached = new Map<string, number>();
      checkPrograms(`served, ${name}`, servedSteps, CALLS, (steps) => {
        const run = new ServedRun(interrupts, (what) => {
          reached.set(what, (reached.get(what) ?? 0) + 1);
        });
        run.run(steps);
        return run.calls;
      });
      console.log(`came across ${[...reached].map((each) => each.join(' ')).join(', ')}`);
      const wanted = interrupts ? [...MUST_REACH, 'read ended with 4'] : MUST_REACH;
      expect(wanted.filter((what) => !reached.has(what))).toEqual([]);
    });
  }
});
