import type { HostSnapshot } from 'xen-evtchn/embedded';
import type { SourceBatch } from '../source/host-source.js';
import { Changing } from './changing.js';
import { Figures } from './figures.js';
import { History } from './history.js';
import { Lifelines } from './lifelines.js';
import type { Trail } from './moment.js';
import { MomentMaker } from './moment-maker.js';
import { SampleShare } from './sample-share.js';

/** How many moments the page keeps. */
export const HISTORY_CAPACITY = 20_000;

/** What the page knows of a host: what it is like, and the latest of what happened. Says when it changes. */
export class PageModel extends Changing {
  /** What happened, as far back as it is kept. */
  readonly history: History;
  /** Domains and open files. */
  readonly lifelines = new Lifelines();
  /** How much of what happens is shown. */
  readonly share = new SampleShare();
  /** How busy the host and its channels are, and how long events take. */
  readonly figures = new Figures();
  /** Records that were lost so far. */
  dropped = 0;
  readonly #maker: MomentMaker;
  #snapshot: HostSnapshot | undefined;
  #previous: HostSnapshot | undefined;
  #lastRecordAt = Number.NEGATIVE_INFINITY;

  /** @param capacity - how many moments are kept */
  constructor(capacity = HISTORY_CAPACITY) {
    super();
    this.history = new History(capacity, (moment) => this.#maker.gone(moment));
    this.#maker = new MomentMaker(this.history, this.lifelines);
  }

  /** The newest snapshot. */
  get snapshot(): HostSnapshot | undefined {
    return this.#snapshot;
  }

  /** The snapshot before. */
  get previous(): HostSnapshot | undefined {
    return this.#previous;
  }

  /** Events that open files have now: queued or read, and not done with. */
  get inService(): ReadonlySet<Trail> {
    return this.#maker.inService;
  }

  /** Takes what came of the host. */
  take(batch: SourceBatch): void {
    const { records, events, shown, dropped } = batch;
    const first = records[0];
    if (dropped > 0) {
      this.dropped += dropped;
      this.#maker.forget();
      this.#maker.miss(first?.time ?? this.#lastRecordAt, first?.domid ?? 0, dropped);
    }
    for (const record of records) this.#maker.take(record);
    this.#maker.settle();
    const last = records[records.length - 1];
    if (last !== undefined) this.#lastRecordAt = last.time;
    this.share.take(events, shown);
    this.lifelines.forget(this.history.first);
    if (records.length > 0 || events > 0 || dropped > 0) this.changed();
  }

  /** Takes what the host is like now. */
  takeSnapshot(snapshot: HostSnapshot): void {
    this.#previous = this.#snapshot;
    this.#snapshot = snapshot;
    this.figures.take(snapshot, this.history);
    // One that the records have overtaken would undo what they said.
    if (snapshot.time >= this.#lastRecordAt || this.#previous === undefined) {
      this.#maker.book.replace(snapshot);
      this.lifelines.replace(snapshot, this.history.end);
    }
    this.changed();
  }

  /** Has the history stand, so that nothing of it goes, until it is called with false. */
  hold(held: boolean): void {
    const { skipped } = this.history;
    this.history.hold(held);
    if (!held && skipped > 0) {
      this.history.skipped = 0;
      const time = this.history.last?.time ?? 0;
      this.#maker.miss(time, this.history.last?.domid ?? 0, skipped);
    }
    this.changed();
  }
}
