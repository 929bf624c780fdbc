import { performance } from 'node:perf_hooks';
import { type ExploreOptions, explore, type Scenario } from '../../src/lab.js';

export interface LabOptions {
  readonly strategy: 'random' | 'pct';
  readonly traceChecks: 'sampled' | 'all' | 'none';
  /** Events between the two parties in a run, an even number; 0 leaves what every run costs. */
  readonly events: number;
  readonly rounds: number;
  /** Milliseconds a round takes at least. */
  readonly budget: number;
}

export interface LabFigures {
  /** Schedules a second, by round. */
  readonly rates: readonly number[];
  /** Steps of a schedule, on average. */
  readonly steps: number;
}

/** Schedules before the first round, in which the code is compiled. */
const WARM_UP = 5000;
/** Schedules between two looks at the clock. */
const BATCH = 1000;

/** Two parties that send each other events in turn: each waits for one, ends it, and answers. */
function pingPong(rounds: number): Scenario {
  return (lab) => {
    let port = 0;
    lab.party('back', async (party) => {
      const evtchn = party.openEvtchn(0);
      port = evtchn.bindUnboundPort(1);
      for (let round = 0; round < rounds; round++) {
        const came = await evtchn.pending();
        evtchn.unmask(came);
        evtchn.notify(came);
      }
      await party.until(() => port === 0, 'the other to be over');
      evtchn.close();
    });
    lab.party('front', async (party) => {
      const evtchn = party.openEvtchn(1);
      await party.until(() => port !== 0, 'the port');
      const mine = evtchn.bindInterdomain(0, port);
      evtchn.unmask(await evtchn.pending());
      for (let round = 0; round < rounds; round++) {
        evtchn.notify(mine);
        evtchn.unmask(await evtchn.pending());
      }
      port = 0;
      evtchn.close();
    });
  };
}

/** How many schedules a second are explored, by this thread. */
export async function run(options: LabOptions): Promise<LabFigures> {
  const { strategy, traceChecks, events, rounds, budget } = options;
  const scenario = pingPong(events / 2);
  const explored = (runs: number, seed: number) => {
    const exploring: ExploreOptions = { runs, seed, strategy, traceChecks };
    return explore(scenario, exploring);
  };
  await explored(WARM_UP, 0);
  const rates: number[] = [];
  let steps = 0;
  let schedules = 0;
  for (let round = 0; round < rounds; round++) {
    const begin = performance.now();
    let elapsed = 0;
    let runs = 0;
    while (elapsed < budget) {
      steps += (await explored(BATCH, schedules)).steps;
      runs += BATCH;
      schedules += BATCH;
      elapsed = performance.now() - begin;
    }
    rates.push((runs / elapsed) * 1000);
  }
  return { rates, steps: steps / schedules };
}
