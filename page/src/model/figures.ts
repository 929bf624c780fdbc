import type { HostSnapshot } from 'xen-evtchn/embedded';
import type { History } from './history.js';
import { Latencies } from './latencies.js';
import { Rates } from './rates.js';

/** What is counted and measured of a host over time: the last ten minutes of it. */
export class Figures {
  readonly rates = new Rates();
  readonly latencies = new Latencies();
  /** Number of the first moment that was not looked at. */
  #next = 0;

  /** Takes the next snapshot, and what happened until then. */
  take(snapshot: HostSnapshot, history: History): void {
    this.rates.take(snapshot);
    for (let seq = Math.max(this.#next, history.first); seq < history.end; seq++) {
      const { steps, trail } = history.at(seq)!;
      const sent = trail?.path.steps[0]?.time;
      if (sent === undefined) continue;
      for (const { kind, time } of steps) if (kind === 'read') this.latencies.read(time - sent);
    }
    this.#next = history.end;
    this.latencies.sample(snapshot.time);
  }
}
