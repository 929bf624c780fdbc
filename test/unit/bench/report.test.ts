import { describe, expect, test } from 'vitest';
import { figure, grouped, withMiddleHalf, withSpread } from '../../../bench/report/format.js';
import { lineChart } from '../../../bench/report/line-chart.js';
import { markersOf, replaceFigures, tableMarkdown } from '../../../bench/report/markdown.js';
import { tableText, verdictsText } from '../../../bench/report/text.js';

const table = {
  title: 'Binding',
  columns: ['ports', 'ns'],
  rows: [
    ['1 000', '63.1'],
    ['2', '9'],
  ],
};

describe('what the benchmarks print', () => {
  test('figures have about three digits, and thousands are apart', () => {
    expect([0.123, 9.876, 26.04, 1234.5].map(figure)).toEqual([
      '0.12',
      '9.88',
      '26.0',
      '1\u00a0235',
    ]);
    expect(grouped(10485760)).toBe('10\u00a0485\u00a0760');
    expect(withSpread([3, 1, 20])).toBe('3.00 (1.00–20.0)');
    expect(withMiddleHalf([1, 2, 3, 4, 500])).toBe('3.00 (2.00–4.00)');
  });

  test('a table for a terminal is aligned, figures to the right', () => {
    expect(tableText(table).split('\n')).toEqual([
      'Binding',
      '',
      'ports    ns',
      '─────  ────',
      '1 000  63.1',
      '2         9',
      '',
    ]);
  });

  test('a table for the page is Markdown', () => {
    expect(tableMarkdown(table)).toBe(
      '### Binding\n\n| ports | ns |\n| --- | --: |\n| 1 000 | 63.1 |\n| 2 | 9 |\n',
    );
  });

  test('a missed requirement stands out and is counted', () => {
    const text = verdictsText([
      { requirement: 'small', measured: '1', met: true },
      { requirement: 'fast', measured: '9', met: false },
    ]);
    expect(text).toBe('pass  small\n      1\nMISS  fast\n      9\n\n1 of 2 requirements met\n');
  });

  test('figures replace what is between the markers and nothing else, however often', () => {
    const here = markersOf('a command');
    const there = markersOf('another');
    const others = `${there.begin}\n\nother\n\n${there.end}\n`;
    const page = `before\n\n${here.begin}\n\nold\n\n${here.end}\nafter\n${others}`;
    const once = replaceFigures(page, here, 'new\n');
    expect(once).toBe(`before\n\n${here.begin}\n\nnew\n\n${here.end}\nafter\n${others}`);
    expect(replaceFigures(once, here, 'new\n')).toBe(once);
    expect(() => replaceFigures(others, here, 'new')).toThrow('markers');
  });
});

describe('a chart', () => {
  const svg = lineChart({
    title: 'a < b & "c"',
    subtitle: '',
    xLabel: 'ports',
    xTicks: [1, 10, 100],
    series: [
      {
        name: 'one',
        colour: '#000',
        points: [1, 10, 100].map((x) => ({ x, y: x === 10 ? 50 : 0 })),
      },
      { name: 'bound', colour: '#888', dashed: true, points: [{ x: 1, y: 0 }] },
    ],
  });

  test('escapes its text', () => {
    expect(svg).toContain('>a &lt; b &amp; "c"<'.replaceAll('"', '&quot;'));
  });

  test('spaces powers of ten evenly, puts zero on the lowest line, and marks measured points only', () => {
    const points = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [
      Number(x),
      Number(y),
    ]);
    const [first, second, third] = points as [number[], number[], number[]];
    expect(points).toHaveLength(3);
    expect(second[0]! - first[0]!).toBeCloseTo(third[0]! - second[0]!, 0);
    const lines = [...svg.matchAll(/M56 ([\d.]+)H/g)].map(([, y]) => Number(y));
    expect(first[1]).toBe(Math.max(...lines));
    expect(second[1]).toBeGreaterThanOrEqual(Math.min(...lines));
  });
});
