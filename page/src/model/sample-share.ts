import { figure } from './time-text.js';

/** Batches that count: at ten a second, those of the last five seconds. */
const BATCHES = 50;

/** How much of a busy host is shown: what the page says beside the diagram, so that nobody takes a part for the whole. */
export class SampleShare {
  /** Events since the page was opened. */
  events = 0;
  /** Of them, those that the page got to see. */
  shown = 0;
  readonly #recent: { readonly events: number; readonly shown: number }[] = [];

  /** Counts a batch. */
  take(events: number, shown: number): void {
    this.events += events;
    this.shown += shown;
    this.#recent.push({ events, shown });
    if (this.#recent.length > BATCHES) this.#recent.shift();
  }

  /** Of how many events one was shown lately: 1 when all were. */
  get ratio(): number {
    let events = 0;
    let shown = 0;
    for (const batch of this.#recent) {
      events += batch.events;
      shown += batch.shown;
    }
    if (events <= shown) return 1;
    return shown === 0 ? events : events / shown;
  }

  /** For people, when not everything was shown lately: `showing 1 of 12 events`, or `showing 97 % of events`. */
  get note(): string | undefined {
    const { ratio } = this;
    if (ratio <= 1) return undefined;
    if (ratio < 2) return `showing ${Math.min(99, Math.round(100 / ratio))} % of events`;
    return `showing 1 of ${figure(Number(ratio.toFixed(ratio < 10 ? 1 : 0)))} events`;
  }
}
