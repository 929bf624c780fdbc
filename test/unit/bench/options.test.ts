import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../bench/arguments.js';
import { NAMES } from '../../../bench/groups/all.js';
import { parseOptions, USAGE } from '../../../bench/options.js';

describe('the arguments of npm run bench', () => {
  test('without any, everything is measured', () => {
    expect(parseOptions([])).toEqual({
      names: NAMES,
      json: undefined,
      quick: false,
      charts: false,
    });
  });

  test('named benchmarks are run once, in their usual order', () => {
    expect(parseOptions(['memory', 'cycle', 'memory', '--json', 'a.json'])).toMatchObject({
      names: ['cycle', 'memory'],
      json: 'a.json',
    });
  });

  test('--help asks for the usage, which names every benchmark', () => {
    expect(parseOptions(['--help'])).toBeUndefined();
    for (const name of NAMES) expect(USAGE).toContain(`\n  ${name} `);
  });

  test.each([
    [['cycles'], "no benchmark 'cycles'"],
    [['--slow'], "Unknown option '--slow'"],
    [['--json'], '--json'],
    [['--json='], '--json needs'],
    [['--quick=yes'], '--quick'],
    [['--charts', '--quick'], '--charts needs'],
    [['--charts', 'cycle'], '--charts needs'],
  ])('%j is refused in one line', (args, message) => {
    expect(() => parseOptions(args)).toThrow(UsageError);
    expect(() => parseOptions(args)).toThrow(message);
    expect(() => parseOptions(args)).not.toThrow(/\n/);
  });
});
