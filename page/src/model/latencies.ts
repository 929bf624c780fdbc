import { SampleRing } from './sample-ring.js';

/** How long events took until they were read, over time, oldest first; all three have the same length. */
export interface LatencySeries {
  /** Ends of the samples, in milliseconds of the host's clock. */
  readonly times: readonly number[];
  /** In milliseconds; undefined where nothing was read. */
  readonly median: readonly (number | undefined)[];
  /** 99 of 100 took no longer. */
  readonly p99: readonly (number | undefined)[];
}

/** Gathers how long events took from being sent to being read, and sums it up about once a second. */
export class Latencies {
  readonly #samples: number;
  readonly #interval: number;
  #times: SampleRing;
  #median: SampleRing;
  #p99: SampleRing;
  #last: number | undefined;
  /** Of the sample that is being gathered. */
  #took: number[] = [];

  /**
   * @param samples - how many are kept
   * @param interval - milliseconds between two of them at least
   */
  constructor(samples = 600, interval = 900) {
    this.#samples = samples;
    this.#interval = interval;
    this.#times = new SampleRing(samples);
    this.#median = new SampleRing(samples);
    this.#p99 = new SampleRing(samples);
  }

  /** An event was read, so many milliseconds after it was sent. */
  read(took: number): void {
    this.#took.push(took);
  }

  /** Ends a sample at a moment of the host's clock, unless the last one was just before. A clock that went back starts anew. */
  sample(time: number): void {
    if (this.#last !== undefined && time < this.#last) {
      this.#times = new SampleRing(this.#samples);
      this.#median = new SampleRing(this.#samples);
      this.#p99 = new SampleRing(this.#samples);
    } else if (this.#last !== undefined && time - this.#last < this.#interval) return;
    this.#last = time;
    const sorted = Float64Array.from(this.#took).sort();
    this.#took = [];
    this.#times.push(time);
    this.#median.push(rank(sorted, 0.5));
    this.#p99.push(rank(sorted, 0.99));
  }

  /** All samples that are kept. */
  series(): LatencySeries {
    const known = (value: number) => (Number.isNaN(value) ? undefined : value);
    return {
      times: this.#times.toArray(),
      median: this.#median.toArray().map(known),
      p99: this.#p99.toArray().map(known),
    };
  }
}

/** The value that such a share of all does not exceed (nearest rank); NaN if there is none. */
function rank(sorted: Float64Array, share: number): number {
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
}
