import type { TraceRecord } from '../../src/index.js';
import type { TraceBatch } from '../../src/trace/trace-batch.js';
import type { WatchedHost } from '../../src/watch/watched-host.js';
import { PATIENCE, within } from './deadline.js';

/** Follows a host, and keeps what comes. */
export class TraceFollower {
  readonly records: TraceRecord[] = [];
  dropped = 0;
  /** Resolves when the following is over. */
  readonly ended: Promise<void>;
  readonly #controller = new AbortController();
  #onBatch = (): void => {};

  private constructor(host: WatchedHost, begun: () => void) {
    this.ended = this.#follow(host, begun);
  }

  /** Resolves when it follows. @throws (rejects) Error if it cannot */
  static async start(host: WatchedHost): Promise<TraceFollower> {
    return new Promise((resolve, reject) => {
      const follower = new TraceFollower(host, () => resolve(follower));
      follower.ended.catch(reject);
    });
  }

  async #follow(host: WatchedHost, begun: () => void): Promise<void> {
    const { signal } = this.#controller;
    for await (const batch of host.follow({ signal, interval: 5 })) {
      this.#take(batch);
      begun();
    }
  }

  #take({ records, dropped }: TraceBatch): void {
    this.records.push(...records);
    this.dropped += dropped;
    this.#onBatch();
  }

  /** Waits until there is such a record. @throws (rejects) Error if the deadline passes */
  async until(found: (record: TraceRecord) => boolean): Promise<void> {
    const came = new Promise<void>((resolve) => {
      let seen = 0;
      this.#onBatch = () => {
        for (; seen < this.records.length; seen++) if (found(this.records[seen]!)) resolve();
      };
      this.#onBatch();
    });
    await within(PATIENCE, () => `no such record among ${this.records.length}`, came);
  }

  /** Ends it. */
  async stop(): Promise<void> {
    this.#controller.abort();
    await this.ended;
  }
}
