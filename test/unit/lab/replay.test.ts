import { describe, expect, it } from 'vitest';
import { partyActor } from '../../../src/lab/actor.js';
import { RUN_DEFAULTS } from '../../../src/lab/run-defaults.js';
import { formatSchedule } from '../../../src/lab/schedule-string.js';
import { ExplorationError, explore, replay, type Scenario } from '../../../src/lab.js';
import { failureOf } from './failure-of.js';
import {
  checkAgain,
  checkThenWait,
  connected,
  lostUpdate,
  oneEventPerSend,
  unmaskForgotten,
} from './scenarios.js';

describe('replay', () => {
  it.each([
    ['checkThenWait', checkThenWait],
    ['unmaskForgotten', unmaskForgotten],
    ['oneEventPerSend', oneEventPerSend],
    ['lostUpdate', lostUpdate],
  ])('fails as the exploration did: %s', async (_, scenario) => {
    for (const shrink of [true, false]) {
      const found = await failureOf(scenario, { seed: 3, shrink });
      const again: unknown = await replay(scenario, found.replay).catch((error: unknown) => error);
      expect(again).toBeInstanceOf(ExplorationError);
      const { failure, schedule, replay: string, runs } = again as ExplorationError;
      expect(failure.kind).toBe(found.failure.kind);
      expect(failure.message).toBe(found.failure.message);
      expect(schedule).toEqual(found.schedule);
      expect(string).toBe(found.replay);
      expect(runs).toBe(1);
    }
  });

  it('gives the data of the run that failed', async () => {
    const scenario: Scenario = (lab) => {
      const value = lab.random.integer(0, 1000);
      lab.party('one', async () => {
        if (value > 900) throw new Error(`value ${value}`);
      });
    };
    const found = await failureOf(scenario, { seed: 9 });
    const again: unknown = await replay(scenario, found.replay).catch((error: unknown) => error);
    expect((again as ExplorationError).cause).toEqual(found.cause);
  });

  it('gives the options that the schedule was found with', async () => {
    const spurious: Scenario = (lab) =>
      connected(
        lab,
        async (_party, evtchn) => {
          const port = await evtchn.pending();
          throw new Error(`an event on port ${port}`);
        },
        async () => {},
      );
    const options = { spurious: 1, timers: 'idle', maxSteps: 77 } as const;
    const error: unknown = await explore(spurious, { runs: 200, ...options }).catch((e) => e);
    const found = error as ExplorationError;
    expect(found.replay).toContain(':ts1m77:');
    await expect(replay(spurious, found.replay)).rejects.toThrow(ExplorationError);
  });

  it('resolves when the run does not fail', async () => {
    const calm = formatSchedule({ options: { ...RUN_DEFAULTS, seed: 1, run: 0 }, decisions: [] });
    await replay(lostUpdate, calm);
  });

  it('refuses a schedule that a changed program cannot follow, unless told to be loose', async () => {
    const found = await failureOf(lostUpdate);
    const mended: Scenario = (lab) => {
      const count = lab.cell('count', 0);
      lab.party('one', async () => {
        await count.update((value) => value + 1);
      });
    };
    await expect(replay(mended, found.replay)).rejects.toThrow(
      /does not fit the scenario: at step \d+ it has party 1 go, and the run is over by then\. .*explore again.*loose/,
    );
    await replay(mended, found.replay, { loose: true });
  });

  it('refuses a schedule that goes on when the run is over', async () => {
    const late = formatSchedule({
      options: { ...RUN_DEFAULTS, seed: 1, run: 0 },
      decisions: [{ after: 500, actor: partyActor(0) }],
    });
    await expect(replay(lostUpdate, late)).rejects.toThrow(
      /at step 501 it has one go, and the run is over by then/,
    );
  });

  it('names whoever cannot go', async () => {
    const misfit = async (word: string) => {
      const body = `x1:1.0:${word}`;
      let hash = 0x811c9dc5;
      for (const one of body) hash = Math.imul(hash ^ one.charCodeAt(0), 0x01000193);
      const check = ((hash >>> 0) % 46_656).toString(36).padStart(3, '0');
      const error: unknown = await replay(checkAgain, `${body}:${check}`).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(RangeError);
      return (error as RangeError).message;
    };
    expect(await misfit('w1.3')).toContain('front (which hears of events on its handle 3) go');
    expect(await misfit('d0')).toContain('back (which dies) go, and only back, front can');
    expect(await misfit('c')).toContain('the clock go');
    expect(await misfit('v7')).toContain('vCPU 0 of domain 7 (its upcall) go');
    expect(await misfit('s0.4')).toContain('a spurious event on port 4 of domain 0 go');
  });

  it('refuses options and strings of the wrong type', async () => {
    await expect(replay(lostUpdate, 'nonsense')).rejects.toThrow(RangeError);
    await expect(replay(lostUpdate, undefined as unknown as string)).rejects.toThrow(TypeError);
    await expect(replay(lostUpdate, 'x1:', { loose: 1 as unknown as boolean })).rejects.toThrow(
      TypeError,
    );
  });
});
