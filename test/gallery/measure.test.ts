import { describe, expect, it } from 'vitest';
import type { Scenario } from 'xen-evtchn/lab';
import type { Effort } from '../../gallery/effort.js';
import type { Exhibit } from '../../gallery/exhibit.js';
import { measure } from '../../gallery/measure.js';

const EFFORT: Effort = {
  seeds: 2,
  budget: 5,
  exhaustiveBudget: 100,
  corrected: 5,
  ordinary: 3,
};

const passes: Scenario = (lab) => {
  lab.party('one', (party) => party.step());
};
const throws: Scenario = (lab) => {
  lab.party('one', async (party) => {
    await party.step();
    throw new Error('the bug');
  });
};
/** Fails only where somebody dies, which nobody does without the lab. */
const dies: Scenario = (lab) => {
  const guest = lab.createDomain({ domid: 7, kernelChannels: false });
  const dying = async (party: Parameters<Parameters<typeof lab.party>[1]>[0]) => {
    await party.step();
    await party.step();
  };
  lab.party('guest', dying, { mortal: 7 });
  lab.atEnd(() => {
    if (guest.destroyed) throw new Error('the bug');
  });
};

const exhibit = (changes: Partial<Exhibit>): Exhibit => ({
  name: 'it',
  title: 'a bug',
  broken: dies,
  corrected: passes,
  failure: { kind: 'assertion', message: /the bug/ },
  ...changes,
});

describe('measure', () => {
  it('tells how many schedules the bug took', async () => {
    const figures = await measure(exhibit({}), { ...EFFORT, budget: 100 });
    expect(figures).toMatchObject({ name: 'it', title: 'a bug', kind: 'assertion' });
    expect(figures.random.median).toBeGreaterThanOrEqual(1);
    expect(figures.sequence).toContain('guest  dies with domain 7');
  });

  it('fails if the bug is not found', async () => {
    await expect(measure(exhibit({ broken: passes }), EFFORT)).rejects.toThrow(
      'it, broken, random, seed 1: not found in 5 schedules',
    );
  });

  it('fails if something else is found', async () => {
    const failure = { kind: 'assertion', message: /another/ } as const;
    await expect(measure(exhibit({ broken: throws, failure }), EFFORT)).rejects.toThrow(
      'it, broken, random, seed 1: something else was found',
    );
  });

  it('fails if the corrected program fails', async () => {
    await expect(measure(exhibit({ broken: throws, corrected: throws }), EFFORT)).rejects.toThrow(
      'it, corrected, random: ',
    );
  });

  it('fails if the bug is seen without the lab', async () => {
    await expect(measure(exhibit({ broken: throws }), EFFORT)).rejects.toThrow(
      'it, broken, without the lab, run 1: Error: the bug',
    );
  });
});
