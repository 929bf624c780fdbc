import {
  type Exploration,
  ExplorationError,
  type ExploreOptions,
  explore,
  type Failure,
  type Lab,
  type Party,
  type PartyOptions,
  type Scenario,
} from '../../../src/lab.js';

/** Two parties that send so many events to each other in turn, and check that none is lost. */
export function pingPong(rounds: number): Scenario {
  return (lab) => {
    let port: number | undefined;
    let received = 0;
    lab.party('back', async (party) => {
      using evtchn = party.openEvtchn(0);
      port = evtchn.bindUnboundPort(1);
      for (let round = 0; round < rounds; round++) {
        const came = await evtchn.pending();
        received++;
        evtchn.unmask(came);
        evtchn.notify(came);
      }
    });
    lab.party('front', async (party) => {
      using evtchn = party.openEvtchn(1);
      await party.until(() => port !== undefined, 'the port');
      const mine = evtchn.bindInterdomain(0, port!);
      evtchn.unmask(await evtchn.pending());
      for (let round = 0; round < rounds; round++) {
        evtchn.notify(mine);
        evtchn.unmask(await evtchn.pending());
      }
    });
    lab.atEnd(() => {
      if (received !== rounds) throw new Error(`${received} of ${rounds}`);
    });
  };
}

/** A party that binds a port for domain 1, and one there that connects to it and sends as often as it is told. */
export function sender(
  lab: Lab,
  port: () => number | undefined,
  sends: number,
  options: PartyOptions = {},
): void {
  const run = async (party: Party) => {
    using evtchn = party.openEvtchn(1);
    await party.until(() => port() !== undefined, 'the port');
    const mine = evtchn.bindInterdomain(0, port()!);
    await party.step('connected');
    for (let sent = 0; sent < sends; sent++) {
      evtchn.notify(mine);
      await party.step('sent');
    }
  };
  lab.party('sender', run, options);
}

/** The failure that is found. */
export async function failureOf(
  scenario: Scenario,
  options: ExploreOptions = {},
): Promise<Failure & { readonly runs: number; readonly steps: number }> {
  try {
    await explore(scenario, { runs: 200, shrink: false, ...options });
  } catch (error) {
    if (!(error instanceof ExplorationError)) throw error;
    return { ...error.failure, runs: error.runs, steps: error.schedule.length };
  }
  throw new Error('no run failed');
}

/** Runs that are all right. */
export function explored(scenario: Scenario, options: ExploreOptions = {}): Promise<Exploration> {
  return explore(scenario, { runs: 200, traceChecks: 'all', ...options });
}
