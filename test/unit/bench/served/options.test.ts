import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../../bench/arguments.js';
import { NAMES } from '../../../../bench/served/groups/all.js';
import { parseOptions, USAGE } from '../../../../bench/served/options.js';

describe('the arguments of npm run bench:served', () => {
  test('without any, everything is measured', () => {
    expect(parseOptions([])).toEqual({ names: NAMES, json: undefined, quick: false, page: false });
  });

  test('named benchmarks are run once, in their usual order', () => {
    expect(parseOptions(['path', 'pinned', 'path', '--json', 'a.json', '--quick'])).toEqual({
      names: ['pinned', 'path'],
      json: 'a.json',
      quick: true,
      page: false,
    });
  });

  test('--help asks for the usage, which names every benchmark', () => {
    expect(parseOptions(['--help'])).toBeUndefined();
    for (const name of NAMES) expect(USAGE).toContain(`\n  ${name} `);
  });

  test.each([
    [['cycle'], "no benchmark 'cycle'"],
    [['--charts'], "Unknown option '--charts'"],
    [['--json='], '--json needs'],
    [['--page', '--quick'], '--page needs'],
    [['--page', 'path'], '--page needs'],
  ])('%j is refused in one line', (args, message) => {
    expect(() => parseOptions(args)).toThrow(UsageError);
    expect(() => parseOptions(args)).toThrow(message);
    expect(() => parseOptions(args)).not.toThrow(/\n/);
  });
});
