import { setImmediate, setTimeout } from 'node:timers/promises';
import {
  type DomainOptions,
  type EmbeddedOpenOptions,
  type Evtchn,
  type HostDomain,
  XenHost,
} from 'xen-evtchn/embedded';
import type { Cell, Lab, Party, PartyOptions, Scenario } from 'xen-evtchn/lab';
import { Random } from '../src/lab/random.js';

/** After so many milliseconds a run hangs: hundreds of times what one takes. */
const PATIENCE = 10_000;

/**
 * What a scenario builds on, without a lab: an ordinary embedded host, which delivers events at once, and parties that go on
 * when what they await is there. Nothing is explored, nobody dies and no event comes that nobody sent: it is how a test of the
 * programs would run them.
 */
class OrdinaryLab implements Lab {
  readonly host = new XenHost();
  readonly random: Random;
  readonly #parties: Promise<void>[] = [];
  readonly #checks: (() => void)[] = [];
  #ended = false;

  constructor(run: number) {
    this.random = new Random(1, run);
  }

  createDomain(options: DomainOptions): HostDomain {
    return this.host.createDomain(options);
  }

  party(name: string, run: (party: Party) => Promise<void>, options: PartyOptions = {}): void {
    const running = run({
      name,
      openEvtchn: (domid, opening) => this.#open(domid, { comm: name, ...opening }),
      step: () => setImmediate(),
      until: (condition) => this.#until(condition),
      sleep: (milliseconds) => setTimeout(milliseconds),
      wait: async (_what, begin) => begin(),
    });
    if (!options.daemon) this.#parties.push(running);
  }

  cell<T>(name: string, value: T): Cell<T> {
    return new OrdinaryCell(name, value);
  }

  atEnd(check: () => void): void {
    this.#checks.push(check);
  }

  /** Resolves when all parties are over. @throws (rejects) what a party or a check threw; Error if they hang */
  async end(): Promise<void> {
    const patience = new AbortController();
    try {
      const hang = setTimeout(PATIENCE, undefined, patience).then(() => {
        throw new Error('hangs');
      });
      await Promise.race([Promise.all(this.#parties), hang]);
      for (const check of this.#checks) check();
    } finally {
      this.#ended = true;
      patience.abort();
    }
  }

  #open(domid: number, options: EmbeddedOpenOptions): Evtchn {
    const domain =
      this.host.domain(domid) ?? this.host.createDomain({ domid, kernelChannels: false });
    return domain.openEvtchn(options);
  }

  /** A party that waits when the run is over, such as a daemon, waits for ever. */
  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await setImmediate();
      if (this.#ended) await new Promise(() => {});
    }
  }
}

/** Memory that is read and written at once. */
class OrdinaryCell<T> implements Cell<T> {
  readonly name: string;
  value: T;

  constructor(name: string, value: T) {
    this.name = name;
    this.value = value;
  }

  async read(): Promise<T> {
    return this.value;
  }

  async write(value: T): Promise<void> {
    this.value = value;
  }

  async update(change: (value: T) => T): Promise<T> {
    this.value = change(this.value);
    return this.value;
  }
}

/**
 * Runs a scenario without a lab, once after another.
 * @returns the run that failed, from 1; undefined if none did
 */
export async function runOrdinarily(
  scenario: Scenario,
  runs: number,
): Promise<{ readonly run: number; readonly error: unknown } | undefined> {
  for (let run = 1; run <= runs; run++) {
    const lab = new OrdinaryLab(run);
    try {
      scenario(lab);
      await lab.end();
    } catch (error) {
      return { run, error };
    }
  }
  return undefined;
}
