import { LATENCY_BOUNDS, type LatencyHistogram } from '../statistics/histogram.js';

/** Labels of one sample. */
export type Labels = Readonly<Record<string, string | number>>;

/**
 * Writes metrics in Prometheus' text format, version 0.0.4: families one after the other, each with its help, its type and
 * its samples.
 */
export class Exposition {
  readonly #lines: string[] = [];
  #name = '';

  /** Begins a family. @param name - of characters that names may have; of a counter, with `_total` */
  family(name: string, type: 'counter' | 'gauge' | 'histogram', help: string): this {
    this.#name = name;
    this.#lines.push(`# HELP ${name} ${help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}`);
    this.#lines.push(`# TYPE ${name} ${type}`);
    return this;
  }

  /** One sample of the family that was begun last. */
  sample(labels: Labels, value: number): this {
    this.#line(this.#name, labels, value);
    return this;
  }

  /** All samples of a histogram. */
  histogram(histogram: LatencyHistogram): this {
    const bucket = `${this.#name}_bucket`;
    for (const [index, count] of histogram.cumulative().entries()) {
      this.#line(bucket, { le: LATENCY_BOUNDS[index]! }, count);
    }
    this.#line(bucket, { le: '+Inf' }, histogram.count);
    this.#line(`${this.#name}_sum`, {}, histogram.sum);
    this.#line(`${this.#name}_count`, {}, histogram.count);
    return this;
  }

  /** All that was written. */
  get text(): string {
    return `${this.#lines.join('\n')}\n`;
  }

  #line(name: string, labels: Labels, value: number): void {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
    this.#lines.push(`${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`);
  }
}

function escaped(text: string | number): string {
  return String(text).replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}
