import { describe, expect, it } from 'vitest';
import { UsageError } from '../../bench/arguments.js';
import { parseOptions } from '../../gallery/options.js';

describe('npm run gallery', () => {
  it('is for everything unless told otherwise', () => {
    expect(parseOptions([])).toEqual({ only: [], json: false, check: false, served: false });
  });

  it('takes names', () => {
    expect(parseOptions(['--only', 'one-read', '--only', 'dead-peer', '--json'])).toEqual({
      only: ['one-read', 'dead-peer'],
      json: true,
      check: false,
      served: false,
    });
    expect(parseOptions(['--served'])).toMatchObject({ served: true });
  });

  it('helps', () => {
    expect(parseOptions(['--only', 'one-read', '--help'])).toBeUndefined();
  });

  it.each([
    [['--only', 'nothing'], /nothing here is called 'nothing'; there are check-then-wait, /],
    [['one-read'], /what is 'one-read'/],
    [['--check', '--only', 'one-read'], /--check is of the whole page/],
    [['--check', '--served'], /--served has no --check/],
    [['--fast'], /'--fast'/],
  ])('refuses %j', (args, message) => {
    expect(() => parseOptions(args)).toThrow(UsageError);
    expect(() => parseOptions(args)).toThrow(message);
  });
});
