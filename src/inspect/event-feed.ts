import { PathSampler } from '../event-paths/path-sampler.js';
import type { TraceBatch } from '../trace/trace-batch.js';
import type { TraceRecord } from '../trace/trace-record.js';
import type { WatchedHost } from '../watch/watched-host.js';

/** Milliseconds between two batches, at least. */
const INTERVAL_MS = 100;
/** How much too early one may come, so that a timer that is a little fast does not halve the rate. */
const EARLY_MS = 20;
/** Events of a batch that are shown whole: 1 000 a second are more than anybody reads. */
const EVENTS_PER_BATCH = 100;
/** Milliseconds without a batch after which a beat is sent, so that a page can tell silence from a lost connection. */
const BEAT_MS = 2000;

/** What a batch is for a page; JSON of `SourceBatch`. */
interface FeedBatch {
  readonly records: readonly TraceRecord[];
  readonly events: number;
  readonly shown: number;
  readonly dropped: number;
}

/** Who gets the events: a connection. */
export interface FeedClient {
  /**
   * Sends a message in the form of server-sent events: `batch` with a `SourceBatch`, or `beat`.
   * @returns false when it will take no more until {@link FeedSubscription.drained} is called
   */
  send(message: string): boolean;
  /** Sends the last message: `end` with `{ why }`. */
  end(message: string): void;
}

/** One client's part in a feed. */
export interface FeedSubscription {
  /** The client takes messages again. */
  drained(): void;
  /** It is gone. */
  leave(): void;
}

/** A message as `text/event-stream` has it; JSON has no line breaks. */
const message = (event: 'batch' | 'beat' | 'end', data: unknown): string =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

const BEAT = message('beat', {});

interface Subscriber {
  readonly client: FeedClient;
  full: boolean;
  /** Records in batches that it was too slow for. */
  missed: number;
}

/**
 * The events of a host for any number of clients. The host is followed once, and only while somebody is there: a host that
 * nobody looks at traces nothing.
 */
export class EventFeed {
  /** Resolves with the reason when the host has ended, or cannot be followed any more. */
  readonly ended: Promise<string>;
  readonly #host: WatchedHost;
  readonly #subscribers = new Set<Subscriber>();
  readonly #resolveEnd: (why: string) => void;
  #following: AbortController | undefined;
  #end: string | undefined;
  #beat: NodeJS.Timeout | undefined;

  constructor(host: WatchedHost) {
    this.#host = host;
    let resolve = (_why: string): void => {};
    this.ended = new Promise((done) => {
      resolve = done;
    });
    this.#resolveEnd = resolve;
  }

  /** Has a client get what happens from now on. */
  join(client: FeedClient): FeedSubscription {
    const subscriber: Subscriber = { client, full: false, missed: 0 };
    if (this.#end !== undefined) client.end(message('end', { why: this.#end }));
    else {
      this.#subscribers.add(subscriber);
      // At once, so that the page knows that it is connected.
      this.#send(subscriber, BEAT);
      this.#start();
    }
    return {
      drained: () => {
        subscriber.full = false;
      },
      leave: () => {
        this.#subscribers.delete(subscriber);
        if (this.#subscribers.size === 0) this.#stop();
      },
    };
  }

  /** Tells every client that this is the end, and why; follows nothing any more. */
  close(why: string): void {
    if (this.#end !== undefined) return;
    this.#end = why;
    for (const { client } of this.#subscribers) client.end(message('end', { why }));
    this.#subscribers.clear();
    this.#stop();
    this.#resolveEnd(why);
  }

  #start(): void {
    if (this.#following !== undefined) return;
    this.#following = new AbortController();
    this.#rest();
    void this.#follow(this.#following.signal);
  }

  #stop(): void {
    clearTimeout(this.#beat);
    this.#following?.abort();
    this.#following = undefined;
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const sampler = new PathSampler(EVENTS_PER_BATCH);
    let held = NOTHING;
    let due = 0;
    try {
      for await (const batch of this.#host.follow({ signal, interval: INTERVAL_MS })) {
        held = joined(held, batch);
        // Empty ones come as well: what is held back now, here or by the sampler, goes with the next.
        const now = performance.now();
        if (now < due - EARLY_MS) continue;
        due = Math.max(due, now - EARLY_MS) + INTERVAL_MS;
        if (held.dropped > 0) sampler.forget();
        const sampled = sampler.sample(held.records);
        if (sampled.events + sampled.records.length + held.dropped > 0) {
          this.#publish({ ...sampled, dropped: held.dropped });
        }
        held = NOTHING;
      }
      if (!signal.aborted) this.close(`${this.#host.name} has ended`);
    } catch (error) {
      if (!signal.aborted) this.close(error instanceof Error ? error.message : String(error));
    }
  }

  #publish(batch: FeedBatch): void {
    this.#rest();
    const text = message('batch', batch);
    for (const subscriber of this.#subscribers) {
      const { full, missed } = subscriber;
      subscriber.missed = full ? missed + batch.records.length + batch.dropped : 0;
      if (full) continue;
      const own = { ...batch, dropped: batch.dropped + missed };
      this.#send(subscriber, missed === 0 ? text : message('batch', own));
    }
  }

  /** Begins to wait anew for a time in which nothing happens. */
  #rest(): void {
    clearTimeout(this.#beat);
    this.#beat = setTimeout(() => {
      for (const subscriber of this.#subscribers) {
        if (!subscriber.full) this.#send(subscriber, BEAT);
      }
      this.#rest();
    }, BEAT_MS);
  }

  #send(subscriber: Subscriber, text: string): void {
    if (!subscriber.client.send(text)) subscriber.full = true;
  }
}

const NOTHING: TraceBatch = { records: [], dropped: 0 };

function joined(held: TraceBatch, batch: TraceBatch): TraceBatch {
  if (held.records.length === 0 && held.dropped === 0) return batch;
  return { records: held.records.concat(batch.records), dropped: held.dropped + batch.dropped };
}
