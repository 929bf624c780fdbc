/** Upper bounds of the buckets, in seconds: 1, 2.5 and 5 of each power of ten from a microsecond to ten seconds. */
export const LATENCY_BOUNDS: readonly number[] = Object.freeze([
  1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05,
  0.1, 0.25, 0.5, 1, 2.5, 5, 10,
]);

/** How often times were how long, in fixed buckets as Prometheus has them. Observing allocates nothing. */
export class LatencyHistogram {
  /** How many there were. */
  count = 0;
  /** Their sum, in seconds. */
  sum = 0;
  /** By bucket, those of smaller buckets not counted; the last is for what is above all bounds. */
  private readonly counts = new Float64Array(LATENCY_BOUNDS.length + 1);

  /** Counts one time. @param seconds - 0 or more */
  observe(seconds: number): void {
    this.count++;
    this.sum += seconds;
    this.counts[bucketOf(seconds)]!++;
  }

  /** How many were no longer than each of {@link LATENCY_BOUNDS}. */
  cumulative(): number[] {
    let below = 0;
    return LATENCY_BOUNDS.map((_, bucket) => (below += this.counts[bucket]!));
  }
}

/** The first bucket whose bound is no less; the one after the last where there is none. */
function bucketOf(seconds: number): number {
  let low = 0;
  let high = LATENCY_BOUNDS.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (LATENCY_BOUNDS[middle]! < seconds) low = middle + 1;
    else high = middle;
  }
  return low;
}
