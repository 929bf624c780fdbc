import { describe, expect, it } from 'vitest';
import {
  checkArray,
  checkDomid,
  checkInteger,
  checkPorts,
  checkU32,
  wrongType,
} from '../../../src/errors/argument.js';

/** What a check throws. */
function refusal(check: () => void): unknown {
  try {
    check();
  } catch (error) {
    return error;
  }
  return undefined;
}

const NOT_NUMBERS: unknown[] = ['1', null, undefined, {}, [], 1n, Symbol('s'), true, () => 1];

describe('an integer of a range', () => {
  it.each([0, -0, 1, 5])('passes inside of it: %s', (value) => {
    expect(() => checkInteger('n', value, 0, 5)).not.toThrow();
  });

  it.each([-1, 6, 0.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'is refused outside of it, as Node does: %s',
    (value) => {
      const error = refusal(() => checkInteger('n', value, 0, 5));
      expect(error).toBeInstanceOf(RangeError);
      expect(error).toMatchObject({
        code: 'ERR_OUT_OF_RANGE',
        message: `The value of "n" is out of range. It must be an integer from 0 to 5. Received ${value}`,
      });
    },
  );

  it.each(NOT_NUMBERS.map((value) => [typeof value, value]))(
    'is a number, not a %s',
    (_type, value) => {
      const error = refusal(() => checkInteger('n', value as number, 0, 5));
      expect(error).toBeInstanceOf(TypeError);
      expect(error).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' });
    },
  );
});

describe('checks of fields', () => {
  it.each([
    ['a port', checkU32, 0xffffffff],
    ['a domain number', checkDomid, 0xffff],
  ])('%s fits its field', (_what, check, max) => {
    for (const good of [0, -0, 1, max]) expect(() => check('n', good)).not.toThrow();
    for (const bad of [-1, max + 1, 1.5, Number.NaN, 2 ** 53, 1e308]) {
      expect(refusal(() => check('n', bad))).toMatchObject({ code: 'ERR_OUT_OF_RANGE' });
    }
    for (const bad of NOT_NUMBERS) {
      expect(refusal(() => check('n', bad as number))).toMatchObject({
        code: 'ERR_INVALID_ARG_TYPE',
      });
    }
  });

  it('a list of ports passes or fails as a whole', () => {
    expect(() => checkPorts('ports', [])).not.toThrow();
    expect(() => checkPorts('ports', [1, 0xffffffff])).not.toThrow();
    expect(() => checkPorts('ports', Uint32Array.of(1, 2))).not.toThrow();
    expect(refusal(() => checkPorts('ports', [1, -1]))).toBeInstanceOf(RangeError);
    expect(refusal(() => checkPorts('ports', new Array(3)))).toBeInstanceOf(TypeError);
    expect(refusal(() => checkPorts('ports', 'ab' as unknown as number[]))).toMatchObject({
      code: 'ERR_INVALID_ARG_TYPE',
    });
  });

  it('an array is an array', () => {
    expect(() => checkArray('list', [])).not.toThrow();
    expect(refusal(() => checkArray('list', {} as unknown as unknown[]))).toBeInstanceOf(TypeError);
  });
});

describe('the error for a wrong type', () => {
  it('says what it got', () => {
    expect(wrongType('n', 'of type number', null).message).toBe(
      'The "n" argument must be of type number. Received null',
    );
    expect(wrongType('n', 'of type number', 'x').message).toContain('Received string');
  });
});
