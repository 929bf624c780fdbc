import { describe, expect, it } from 'vitest';
import { checkNames, checkWord, wrongValue } from '../../../src/errors/names.js';

describe('names and words', () => {
  it('are refused as Node refuses values', () => {
    const error = wrongValue('timers', 'any or idle', 'never');
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({
      code: 'ERR_INVALID_ARG_VALUE',
      message: 'The "timers" must be any or idle. Received never',
    });
  });

  it('of options must be those there are', () => {
    checkNames('options', {}, ['seed']);
    checkNames('options', { seed: 1 }, ['runs', 'seed']);
    expect(() => checkNames('options', { seed: 1, sed: 2 }, ['runs', 'seed'])).toThrow(
      'The "options" must be made of runs, seed. Received sed',
    );
  });

  it('must be one of some words, or left out', () => {
    checkWord('timers', undefined, ['any']);
    checkWord('timers', 'any', ['any']);
    expect(() => checkWord('timers', 1, ['any', 'idle'])).toThrow('one of any, idle. Received 1');
  });
});
