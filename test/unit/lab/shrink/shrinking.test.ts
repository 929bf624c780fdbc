import { describe, expect, it } from 'vitest';
import { RUN_DEFAULTS } from '../../../../src/lab/run-defaults.js';
import { SHRINK_RUNS, Shrinking } from '../../../../src/lab/shrink/shrinking.js';
import { tryRun } from '../../../../src/lab/shrink/tried-run.js';
import { ListStrategy } from '../../../../src/lab/strategies/list-strategy.js';
import type { Scenario } from '../../../../src/lab.js';
import { failureOf } from '../failure-of.js';
import { checkThenWait, connected, lostUpdate, unmaskForgotten } from '../scenarios.js';

/** The decisions of a schedule string. */
const decisionsOf = (text: string) => text.split(':').at(-2)!.split('-');

describe('shrinking', () => {
  it('leaves the one order that a lost update needs', async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const { replay, schedule } = await failureOf(lostUpdate, { seed });
      // One reads, the other does all it does, one writes: or the other way round.
      expect(decisionsOf(replay).length).toBeLessThanOrEqual(2);
      expect(schedule).toHaveLength(6);
    }
  });

  it('leaves no more decisions than a bug needs orderings', async () => {
    for (const seed of [1, 2, 3]) {
      const { replay } = await failureOf(checkThenWait, { seed });
      expect(decisionsOf(replay).length).toBeLessThanOrEqual(3);
    }
  });

  it('leaves no decision where the default policy fails by itself', async () => {
    const { replay } = await failureOf(unmaskForgotten);
    expect(replay).toMatch(/^x1:\d+\.\d+:-:/);
  });

  it('comes to the same each time', async () => {
    const first = await failureOf(checkThenWait, { seed: 7 });
    const second = await failureOf(checkThenWait, { seed: 7 });
    expect(second.replay).toBe(first.replay);
    expect(second.message).toBe(first.message);
  });

  it('is not done when it is not asked for', async () => {
    const shrunk = await failureOf(checkThenWait, { seed: 2 });
    const whole = await failureOf(checkThenWait, { seed: 2, shrink: false });
    expect(decisionsOf(whole.replay).length).toBeGreaterThan(decisionsOf(shrunk.replay).length);
    expect(whole.message).not.toContain('shrunk');
  });

  it('keeps the message of an assertion, among others', async () => {
    const scenario: Scenario = (lab) => {
      const first = lab.cell('first', '');
      for (const name of ['one', 'other', 'third']) {
        lab.party(name, async () => {
          if ((await first.read()) === '') await first.write(name);
          else throw new Error(`${name} is late`);
        });
      }
    };
    for (const seed of [1, 2, 3, 4]) {
      const whole = await failureOf(scenario, { seed, shrink: false });
      const shrunk = await failureOf(scenario, { seed });
      expect((shrunk.cause as Error).message).toBe((whole.cause as Error).message);
    }
  });

  it('does without accidents that the failure does not need', async () => {
    const scenario: Scenario = (lab) =>
      connected(
        lab,
        async (_party, evtchn) => {
          for (let event = 0; event < 10; event++) evtchn.unmask(await evtchn.pending());
        },
        async (_party, evtchn, port) => evtchn.notify(port),
      );
    const { replay } = await failureOf(scenario, { seed: 4, spurious: 3 });
    expect(decisionsOf(replay).filter((decision) => /s/.test(decision))).toEqual([]);
  });

  it('ends when its runs are used up', async () => {
    const scenario: Scenario = (lab) => {
      const cells = Array.from({ length: 60 }, (_, number) => lab.cell(`cell ${number}`, 0));
      let order = 0;
      for (const name of ['one', 'other']) {
        lab.party(name, async () => {
          for (const cell of cells) {
            await cell.write(1);
            // What fails is this very order, so that nothing can be left out.
            order = (order * 31 + name.length) % 1_000_003;
          }
        });
      }
      lab.atEnd(() => {
        throw new Error(`order ${order}`);
      });
    };
    const { schedule } = await failureOf(scenario, { shrink: false });
    const options = { ...RUN_DEFAULTS, seed: 1, run: 0 };
    const found = await tryRun(scenario, options, new ListStrategy(schedule));
    const shrinking = new Shrinking(scenario, options, found);
    await shrinking.shrink();
    expect(shrinking.runs).toBeLessThanOrEqual(SHRINK_RUNS);
    expect(shrinking.best.failure).toEqual(found.failure);
  });
});
