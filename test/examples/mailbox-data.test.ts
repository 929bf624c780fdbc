import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ExplorationError, explore, replay } from 'xen-evtchn/lab';
import { exchange } from '../../examples/lab/mailbox.js';
import { receiveOneEach } from '../../examples/lab/one-each.js';

/** Any letters, and a seed for the orders, which is not made smaller: each is as good as another. */
const letters = fc.array(fc.string(), { minLength: 1, maxLength: 6 });
const seeds = fc.noShrink(fc.nat(0xffffffff));

it('delivers any letters in any order', async () => {
  await fc.assert(
    fc.asyncProperty(letters, seeds, (sent, seed) =>
      explored(explore(exchange(sent), { runs: 20, seed })),
    ),
    { numRuns: 20, seed: 1 },
  );
});

/** A property resolves to nothing. */
const explored = async (exploration: Promise<unknown>): Promise<void> => {
  await exploration;
};

it('finds the fewest letters of which one is lost, and the schedule that loses it', async () => {
  const details = await fc.check(
    fc.asyncProperty(letters, seeds, (sent, seed) =>
      explored(explore(exchange(sent, receiveOneEach), { runs: 50, seed })),
    ),
    { seed: 1 },
  );
  const { counterexample, errorInstance } = details;
  const [sent] = counterexample!;
  expect(sent).toEqual(['', '']);
  const { message, replay: schedule } = errorInstance as ExplorationError;
  expect(message).toContain('2 notifies came as one event');
  await expect(replay(exchange(sent, receiveOneEach), schedule)).rejects.toThrow(ExplorationError);
});
