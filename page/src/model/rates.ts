import type { ChannelSnapshot, HostSnapshot } from 'xen-evtchn/embedded';
import { SampleRing } from './sample-ring.js';

/** How much happens, per second of the host's clock. */
export interface Rate {
  /** Events made pending, those that merged included. */
  readonly events: number;
  /** Events that merged into one that was pending already. */
  readonly merged: number;
}

/** Rates over time, oldest first; all three have the same length. */
export interface RateSeries {
  /** Ends of the samples, in milliseconds of the host's clock. */
  readonly times: readonly number[];
  readonly events: readonly number[];
  readonly merged: readonly number[];
}

/** A channel and its rate. */
export interface RankedChannel {
  readonly domid: number;
  readonly port: number;
  /** Events per second, over the last samples. */
  readonly events: number;
}

/** How {@link Rates} keeps its samples. */
export interface RatesOptions {
  /** Samples kept; 600 unless given. */
  readonly samples?: number | undefined;
  /** Milliseconds between two of them at least; 1000 unless given. Snapshots that come sooner are passed over. */
  readonly interval?: number | undefined;
  /** Channels whose samples are kept, 2048 unless given; of more, those that had events last. */
  readonly channels?: number | undefined;
}

/** What is known of one channel. */
interface ChannelRate {
  events: number;
  merged: number;
  openedAt: number | undefined;
  rate: Rate | undefined;
  history: History | undefined;
}

/** The samples of one channel, or of all. */
interface History {
  readonly events: SampleRing;
  readonly merged: SampleRing;
  /** The sample in which something happened last. */
  active: number;
}

/** Samples that {@link Rates.top} looks at, so that the order does not jump with every one. */
const TOP_SAMPLES = 10;
/** Snapshots are asked for by a timer, which is early at times. */
const EARLY = 0.9;

/**
 * Rates of every channel and of the whole host, made from successive snapshots. A port that was closed and opened again
 * starts afresh, and so does everything when the host was restarted or its counting began anew.
 */
export class Rates {
  readonly #samples: number;
  readonly #interval: number;
  readonly #channels: number;
  #byDomain = new Map<number, Map<number, ChannelRate>>();
  #times: SampleRing;
  #all: History;
  #total: Rate | undefined;
  /** Number of the newest sample. */
  #sample = 0;
  #last: { readonly time: number; readonly since: number | undefined } | undefined;
  /** Channels that have a history. */
  readonly #kept = new Set<ChannelRate>();
  /** The sample in which no room could be made for another history. */
  #crowded = -1;

  constructor(options: RatesOptions = {}) {
    const { samples = 600, interval = 1000, channels = 2048 } = options;
    this.#samples = samples;
    this.#interval = interval;
    this.#channels = channels;
    this.#times = new SampleRing(samples);
    this.#all = this.#history();
  }

  /** Takes the next snapshot. One without counts, because nobody watches the host, ends what was known. */
  take(snapshot: HostSnapshot): void {
    const { time, watchedSince: since } = snapshot;
    const last = this.#last;
    if (since === undefined || last === undefined || since !== last.since || time < last.time) {
      this.#restart(snapshot);
      return;
    }
    const elapsed = time - last.time;
    if (elapsed <= 0 || elapsed < this.#interval * EARLY) return;
    this.#last = { time, since };
    this.#sample++;
    const before = this.#byDomain;
    const byDomain = new Map<number, Map<number, ChannelRate>>();
    let events = 0;
    let merged = 0;
    for (const { domid, channels } of snapshot.domains) {
      const known = before.get(domid);
      const rates = new Map<number, ChannelRate>();
      for (const channel of channels) {
        const rate = this.#advance(known?.get(channel.port), channel, last.time, elapsed);
        rates.set(channel.port, rate);
        events += rate.rate?.events ?? 0;
        merged += rate.rate?.merged ?? 0;
      }
      byDomain.set(domid, rates);
    }
    this.#byDomain = byDomain;
    this.#forgetGone(byDomain, before);
    this.#total = { events, merged };
    this.#times.push(time);
    this.#all.events.push(events);
    this.#all.merged.push(merged);
  }

  /** What happens now on the whole host; undefined before there are two snapshots to compare. */
  get total(): Rate | undefined {
    return this.#total;
  }

  /** What happens now on a channel; undefined when it is not known, or not yet. */
  channel(domid: number, port: number): Rate | undefined {
    return this.#byDomain.get(domid)?.get(port)?.rate;
  }

  /** The whole host over time. */
  totalSeries(): RateSeries {
    return this.#series(this.#all);
  }

  /** A channel over time: as long as {@link totalSeries}, 0 where the channel was not there, or not kept. */
  channelSeries(domid: number, port: number): RateSeries {
    return this.#series(this.#byDomain.get(domid)?.get(port)?.history);
  }

  /** Channels with the most events lately, at most `count`, busiest first; none that had no event. */
  top(count: number): RankedChannel[] {
    const ranked: RankedChannel[] = [];
    for (const [domid, rates] of this.#byDomain) {
      for (const [port, { history }] of rates) {
        const events = history === undefined ? 0 : recentMean(history.events);
        if (events > 0) ranked.push({ domid, port, events });
      }
    }
    ranked.sort((a, b) => b.events - a.events || a.domid - b.domid || a.port - b.port);
    return ranked.slice(0, count);
  }

  /** Nothing before this snapshot can be compared with it. */
  #restart(snapshot: HostSnapshot): void {
    this.#byDomain = new Map();
    this.#kept.clear();
    this.#times = new SampleRing(this.#samples);
    this.#all = this.#history();
    this.#total = undefined;
    this.#sample = 0;
    this.#crowded = -1;
    this.#last = { time: snapshot.time, since: snapshot.watchedSince };
    for (const { domid, channels } of snapshot.domains) {
      const rates = channels.map((channel) => [channel.port, firstSeen(channel)] as const);
      this.#byDomain.set(domid, new Map(rates));
    }
  }

  /** The next sample of a channel. */
  #advance(
    known: ChannelRate | undefined,
    channel: ChannelSnapshot,
    since: number,
    elapsed: number,
  ): ChannelRate {
    const { events = 0, coalesced = 0, openedAt } = channel;
    const same = known !== undefined && known.openedAt === openedAt && events >= known.events;
    // A port opened since the last snapshot had all its events since then; of another, seen for the first time, nobody
    // knows.
    const opened = openedAt !== undefined && openedAt >= since && known?.openedAt !== openedAt;
    const rate = same ? known : firstSeen(channel);
    if (!same && !opened) return rate;
    const perSecond = 1000 / elapsed;
    const happened = same ? events - known.events : events;
    const merged = same ? Math.max(0, coalesced - known.merged) : coalesced;
    rate.rate = { events: happened * perSecond, merged: merged * perSecond };
    rate.events = events;
    rate.merged = coalesced;
    if (happened > 0) rate.history ??= this.#keep(rate);
    if (rate.history === undefined) return rate;
    if (happened > 0) rate.history.active = this.#sample;
    rate.history.events.push(rate.rate.events);
    rate.history.merged.push(rate.rate.merged);
    return rate;
  }

  /** A history for a channel, at the cost of one that is idle if there are too many; undefined if none is. */
  #keep(rate: ChannelRate): History | undefined {
    if (this.#kept.size >= this.#channels) {
      if (this.#crowded === this.#sample) return undefined;
      let idle: ChannelRate | undefined;
      for (const kept of this.#kept) {
        if (kept.history!.active < (idle?.history?.active ?? this.#sample - 1)) idle = kept;
      }
      if (idle === undefined) {
        this.#crowded = this.#sample;
        return undefined;
      }
      idle.history = undefined;
      this.#kept.delete(idle);
    }
    this.#kept.add(rate);
    return this.#history();
  }

  /** Histories of channels that are gone make room. */
  #forgetGone(
    now: ReadonlyMap<number, ReadonlyMap<number, ChannelRate>>,
    before: ReadonlyMap<number, ReadonlyMap<number, ChannelRate>>,
  ): void {
    for (const [domid, rates] of before) {
      for (const [port, rate] of rates) {
        if (now.get(domid)?.get(port) !== rate) this.#kept.delete(rate);
      }
    }
  }

  #history(): History {
    return {
      events: new SampleRing(this.#samples),
      merged: new SampleRing(this.#samples),
      active: this.#sample,
    };
  }

  #series(history: History | undefined): RateSeries {
    const times = this.#times.toArray();
    const aligned = (ring: SampleRing | undefined): number[] => {
      const values = ring?.toArray() ?? [];
      return [...new Array<number>(times.length - values.length).fill(0), ...values];
    };
    return { times, events: aligned(history?.events), merged: aligned(history?.merged) };
  }
}

/** A channel of which only the counts are known. */
function firstSeen({ events = 0, coalesced = 0, openedAt }: ChannelSnapshot): ChannelRate {
  return { events, merged: coalesced, openedAt, rate: undefined, history: undefined };
}

/** The mean over the last samples, those before it began counted as 0. */
function recentMean(ring: SampleRing): number {
  let sum = 0;
  for (let back = 0; back < TOP_SAMPLES; back++) sum += ring.fromEnd(back) ?? 0;
  return sum / TOP_SAMPLES;
}
