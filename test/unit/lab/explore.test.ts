import { describe, expect, it } from 'vitest';
import { ExplorationError, type ExploreOptions, explore } from '../../../src/lab.js';
import { explored, failureOf, pingPong } from './programs.js';

describe('explore', () => {
  it('runs a thousand schedules unless told otherwise', async () => {
    let runs = 0;
    const one = await explore((lab) => {
      runs++;
      lab.party('a', async () => {});
    });
    expect([runs, one]).toEqual([1000, { runs: 1000, steps: 1000, complete: false }]);
  });

  it('stops at the first run that fails, and throws what it failed by', async () => {
    const cause = new Error('wrong');
    let runs = 0;
    const error = await explore((lab) => {
      const last = runs++ >= 3;
      lab.party('a', async (party) => {
        await party.step();
        if (last) throw cause;
      });
    }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ExplorationError);
    expect(error).toMatchObject({
      name: 'ExplorationError',
      failure: { kind: 'assertion', message: 'a threw', error: cause },
      runs: 4,
      schedule: [0, 0],
    });
  });

  it('gives each run numbers of its own, the same whenever it is run', async () => {
    const drawn = async (options: ExploreOptions) => {
      const numbers: number[] = [];
      await explore(
        (lab) => {
          numbers.push(lab.random.integer(0, 0xffffffff));
          lab.party('a', async () => {});
        },
        { runs: 5, ...options },
      );
      return numbers;
    };
    const first = await drawn({});
    expect(new Set(first).size).toBe(5);
    expect(await drawn({ seed: 1 })).toEqual(first);
    expect(await drawn({ seed: 2 })).not.toEqual(first);
  });

  it('lets the program do other things while it runs', async () => {
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 0);
    await explore(pingPong(3), { runs: 2000 });
    clearInterval(ticking);
    expect(ticks).toBeGreaterThan(0);
  });

  it('runs several explorations side by side', async () => {
    const [first, second] = await Promise.all([explored(pingPong(2)), explored(pingPong(2))]);
    expect(first).toEqual(second);
  });

  it.each<[string, unknown, typeof Error]>([
    ['options that are none', 1, TypeError],
    ['an unknown option', { seeds: 1 }, TypeError],
    ['no runs', { runs: 0 }, RangeError],
    ['half a run', { runs: 1.5 }, RangeError],
    ['a seed of 33 bits', { seed: 2 ** 32 }, RangeError],
    ['a seed that is no number', { seed: '1' }, TypeError],
    ['an unknown strategy', { strategy: 'clever' }, TypeError],
    ['no depth', { depth: 0 }, RangeError],
    ['too much depth', { depth: 65 }, RangeError],
    ['no steps', { maxSteps: 0 }, RangeError],
    ['unknown timers', { timers: 'never' }, TypeError],
    ['negative events', { spurious: -1 }, RangeError],
    ['negative deaths', { deaths: -1 }, RangeError],
    ['unknown leftovers', { leftovers: true }, TypeError],
    ['unknown checks', { traceChecks: 'some' }, TypeError],
  ])('refuses %s', async (_, options, kind) => {
    let runs = 0;
    const scenario = () => {
      runs++;
    };
    await expect(explore(scenario, options as ExploreOptions)).rejects.toBeInstanceOf(kind);
    expect(runs).toBe(0);
  });

  it('refuses a scenario that is none, is async, or starts no party', async () => {
    await expect(explore(1 as never)).rejects.toBeInstanceOf(TypeError);
    const isAsync = async () => {
      throw new Error('nobody hears of it');
    };
    await expect(explore(isAsync)).rejects.toThrow('a scenario is not async');
    await expect(explore(() => {})).rejects.toThrow('the scenario starts no party');
  });
});

describe('a scenario that is not the same each time', () => {
  it('is told as such when it does not fail again', async () => {
    let runs = 0;
    const { kind, message, error } = await failureOf((lab) => {
      const bad = runs++ === 7;
      lab.party('a', async (party) => {
        await party.step();
        if (bad) throw new Error('once');
      });
    });
    expect(kind).toBe('nondeterminism');
    expect(message).toMatch(/and it did not when the same steps were repeated$/);
    expect(error).toEqual(new Error('once'));
  });

  it('is told as such when it fails otherwise', async () => {
    let runs = 0;
    const { kind } = await failureOf((lab) => {
      const first = runs++ === 0;
      lab.party('a', async (party) => {
        await party.step();
        if (first) await party.until(() => false);
        throw new Error('wrong');
      });
    });
    expect(kind).toBe('nondeterminism');
  });
});
