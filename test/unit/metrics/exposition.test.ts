import { describe, expect, it } from 'vitest';
import { Exposition } from '../../../src/metrics/exposition.js';
import { LatencyHistogram } from '../../../src/statistics/histogram.js';
import { parseExposition } from './exposition-parser.js';

describe('Exposition', () => {
  it('writes a family with its help and type, and its samples', () => {
    const to = new Exposition();
    to.family('a_total', 'counter', 'What it is.').sample({ domain: 7, op: 'send' }, 3);
    to.family('b', 'gauge', 'Another.').sample({}, 0.5).sample({ domain: 0 }, 1e21);
    expect(to.text).toBe(
      '# HELP a_total What it is.\n# TYPE a_total counter\na_total{domain="7",op="send"} 3\n' +
        '# HELP b Another.\n# TYPE b gauge\nb 0.5\nb{domain="0"} 1e+21\n',
    );
  });

  it('escapes what would end a help text or a label', () => {
    const to = new Exposition();
    to.family('a', 'gauge', 'one\ntwo \\ "three"').sample({ name: 'x"y\\z\n' }, 1);
    const [family] = parseExposition(to.text);
    expect(family!.help).toBe('one\ntwo \\ "three"');
    expect(family!.samples[0]!.labels).toEqual({ name: 'x"y\\z\n' });
  });

  it('writes histograms with cumulative buckets, sum and count', () => {
    const histogram = new LatencyHistogram();
    for (const seconds of [0, 3e-6, 0.2, 60]) histogram.observe(seconds);
    const to = new Exposition();
    to.family('h', 'histogram', 'Times.').histogram(histogram);
    const { samples } = parseExposition(to.text)[0]!;
    const bucket = (le: string) => samples.find(({ labels }) => labels.le === le)?.value;
    expect(['0.000001', '0.000005', '0.25', '10', '+Inf'].map(bucket)).toEqual([1, 2, 3, 3, 4]);
    expect(samples.at(-2)).toEqual({ name: 'h_sum', labels: {}, value: 60.200003 });
    expect(samples.at(-1)).toEqual({ name: 'h_count', labels: {}, value: 4 });
  });
});

describe('the parser of these tests', () => {
  it.each([
    ['a 1', 'line feed'],
    ['a 1\n', 'out of place'],
    ['# TYPE a gauge\na 1\n', 'TYPE without'],
    ['# HELP a x\n# TYPE a gauge\nb 1\n', 'not of a'],
    ['# HELP a x\n# TYPE a gauge\na x\n', 'no number'],
    ['# HELP a x\n# TYPE a gauge\na{b=1} 1\n', 'bad labels'],
    ['# HELP a x\n# TYPE a gauge\na{b="1",b="2"} 1\n', 'label twice'],
    ['# HELP a x\n# TYPE a gauge\na 1\na 2\n', 'a sample twice'],
    ['# HELP a x\n# TYPE a counter\na 1\n', 'is a counter'],
    ['# HELP a_total x\n# TYPE a_total counter\na_total -1\n', 'below 0'],
    ['# HELP a x\n# TYPE a histogram\na_bucket{le="1"} 1\na_sum 1\na_count 1\n', 'no +Inf'],
    [
      '# HELP a x\n# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n',
      'not cumulative',
    ],
    [
      '# HELP a x\n# TYPE a histogram\na_bucket{le="+Inf"} 1\na_sum 1\na_count 2\n',
      'another count',
    ],
    ['# HELP a x\n# TYPE a histogram\na_bucket{le="+Inf"} 1\na_count 1\n', 'no sum'],
  ])('refuses %j', (text, why) => {
    expect(() => parseExposition(text)).toThrow(why);
  });
});
