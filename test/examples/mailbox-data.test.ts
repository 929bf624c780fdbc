import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ExplorationError, explore, replay } from 'xen-evtchn/lab';
import { exchange } from '../../examples/lab/mailbox.js';
import { receiveOneEach } from '../../examples/lab/one-each.js';

/** Any letters, one at least. */
const letters = fc.array(fc.string(), { minLength: 1, maxLength: 6 });
/** A seed of the lab: none is simpler than another. */
const seeds = fc.noShrink(fc.nat(0xffffffff));

it('delivers any letters in any order', async () => {
  const property = fc.asyncProperty(letters, seeds, async (sent, seed) => {
    await explore(exchange(sent), { runs: 20, seed });
  });
  await fc.assert(property, { numRuns: 20, seed: 1 });
});

it('finds the fewest letters of which one is lost, and the schedule that loses it', async () => {
  const property = fc.asyncProperty(letters, seeds, async (sent, seed) => {
    await explore(exchange(sent, receiveOneEach), { runs: 50, seed });
  });
  const { counterexample, errorInstance } = await fc.check(property, { seed: 1 });
  const [sent] = counterexample!;
  expect(sent).toEqual(['', '']);
  const { message, replay: schedule } = errorInstance as ExplorationError;
  expect(message).toContain('2 notifies came as one event');
  await expect(replay(exchange(sent, receiveOneEach), schedule)).rejects.toThrow(ExplorationError);
});
