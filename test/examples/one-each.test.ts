import { expect, it } from 'vitest';
import { ExplorationError, explore, replay } from 'xen-evtchn/lab';
import { exchange } from '../../examples/lab/mailbox.js';
import { receiveOneEach } from '../../examples/lab/one-each.js';

it('finds the letter that is lost, and loses it again', async () => {
  const scenario = exchange(['one', 'two'], receiveOneEach);
  const error: unknown = await explore(scenario).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ExplorationError);
  const { failure, replay: schedule } = error as ExplorationError;
  expect(failure.kind).toBe('lost-wakeup');
  await expect(replay(scenario, schedule)).rejects.toThrow('2 notifies came as one event');
});
