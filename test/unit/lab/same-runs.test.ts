import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { LabRun } from '../../../src/lab/lab-run.js';
import { RUN_DEFAULTS } from '../../../src/lab/run-defaults.js';
import { MixedStrategy } from '../../../src/lab/strategies/mixed-strategy.js';
import { PctStrategy } from '../../../src/lab/strategies/pct-strategy.js';
import { RandomStrategy } from '../../../src/lab/strategies/random-strategy.js';
import type { Strategy } from '../../../src/lab/strategy.js';
import { type ExploreOptions, explore, type Scenario } from '../../../src/lab.js';
import { pingPong, sender } from './programs.js';

/** Timers, data, deaths, cells, channels, several operations of a party at once, and promises between parties. */
const everything: Scenario = (lab) => {
  const cell = lab.cell('cell', lab.random.integer(0, 9));
  let port: number | undefined;
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  lab.party(
    'back',
    async (party) => {
      using evtchn = party.openEvtchn(0);
      port = evtchn.bindUnboundPort(1);
      const channel = evtchn.channel(port);
      for (let seen = 0; ; ) {
        seen = await channel.after(seen);
        await cell.update((value) => value + seen);
      }
    },
    { daemon: true },
  );
  sender(lab, () => port, lab.random.integer(1, 3), { mortal: 1 });
  lab.party('opener', async (party) => {
    await Promise.all([party.sleep(5), party.step('beside'), cell.read()]);
    open();
    await party.wait('a tick', () => null);
  });
  lab.party('other', async (party) => {
    await gate;
    await party.step('behind the gate');
  });
};

/** What a number of runs were: their schedules and traces, as one number of 160 bits. */
async function fingerprint(scenario: Scenario, strategy: Strategy): Promise<string> {
  const hash = createHash('sha1');
  for (let run = 0; run < 40; run++) {
    strategy.begin(run);
    const one = new LabRun({ ...RUN_DEFAULTS, spurious: run % 2, seed: 7, run });
    one.host.trace = { record: (record) => hash.update(JSON.stringify(record)) };
    const { schedule, failure } = await one.run(scenario, strategy);
    strategy.end(schedule.length);
    hash.update(`${schedule.join(' ')} ${failure?.kind}\n`);
  }
  return hash.digest('hex');
}

// On every platform and every version of Node: these were recorded on one.
describe('the same seed', () => {
  it.each([
    [
      'pingPong',
      'random',
      pingPong(4),
      new RandomStrategy(7),
      'e993bc5b1b56f9e20e0d549e99bffd17e573c834',
    ],
    [
      'pingPong',
      'pct',
      pingPong(4),
      new PctStrategy(7, 3),
      'ce42bfbd0d6e82a26ef0d68ab8c900d3bce9db88',
    ],
    [
      'everything',
      'random',
      everything,
      new RandomStrategy(7),
      'd388f79b03daf6dfe19265370c3daff7c31d4bb4',
    ],
    [
      'everything',
      'pct',
      everything,
      new PctStrategy(7, 3),
      'bf1d528136ca0edd09508b0bc4e1c03de1b8a501',
    ],
    [
      'everything',
      'mixed',
      everything,
      new MixedStrategy(7, 3),
      '3b0ee2742b6e25e9b9e946ce42935e9cfb22e3ce',
    ],
  ])(
    'gives the same runs of %s by %s, byte for byte',
    async (_, __, scenario, strategy, expected) => {
      expect(await fingerprint(scenario, strategy)).toBe(expected);
    },
  );

  it('gives the same failure, however many explorations there were before', async () => {
    const found = async (options: ExploreOptions) => {
      const error = await explore(
        (lab) => {
          const cell = lab.cell('cell', 0);
          for (const name of ['a', 'b', 'c']) {
            lab.party(name, async () => cell.write((await cell.read()) + 1));
          }
          lab.atEnd(() => {
            if (cell.value === 1) throw new Error('two are lost');
          });
        },
        { runs: 5000, ...options },
      ).catch((thrown: unknown) => thrown);
      const { runs, schedule } = error as { runs: number; schedule: readonly number[] };
      return `${runs} ${schedule}`;
    };
    const first = await found({ seed: 3 });
    expect(await found({ seed: 4 })).not.toBe(first);
    expect(await found({ seed: 3 })).toBe(first);
  });
});
