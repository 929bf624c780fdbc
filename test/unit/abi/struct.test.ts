import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { defineStruct, type ValuesOf } from '../../../src/abi/struct.js';

const mixed = defineStruct('mixed', 24, {
  byte: ['u8', 1],
  half: ['u16', 2],
  word: ['u32', 4],
  long: ['u64', 8],
});

const LIMITS = { byte: 0xff, half: 0xffff, word: 0xffffffff } as const;

describe('a layout', () => {
  it('knows its name, size and fields', () => {
    expect(mixed.name).toBe('mixed');
    expect(mixed.size).toBe(24);
    expect(mixed.fields).toEqual({
      byte: ['u8', 1],
      half: ['u16', 2],
      word: ['u32', 4],
      long: ['u64', 8],
    });
  });

  it('gives its values their types', () => {
    expectTypeOf<ValuesOf<typeof mixed>>().toEqualTypeOf<{
      byte: number;
      half: number;
      word: number;
      long: bigint;
    }>();
    expectTypeOf(mixed.decode(new Uint8Array(24)).long).toEqualTypeOf<bigint>();
  });

  it('cannot be changed, nor by changing what it was made from', () => {
    const fields: { port: ['u32', number] } = { port: ['u32', 0] };
    const layout = defineStruct('made', 8, fields);
    fields.port[1] = 4;
    expect(layout.fields.port).toEqual(['u32', 0]);
    expect(layout.decode(Uint8Array.of(7, 0, 0, 0, 9, 0, 0, 0))).toEqual({ port: 7 });
    expect(Object.isFrozen(layout)).toBe(true);
    expect(Object.isFrozen(layout.fields)).toBe(true);
    expect(Object.isFrozen(layout.fields.port)).toBe(true);
  });

  it.each([0, -4, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('cannot have %d bytes', (size) => {
    expect(() => defineStruct('bad', size, {})).toThrow(RangeError);
  });

  it.each([
    ['u8', 8],
    ['u16', 7],
    ['u32', 6],
    ['u32', 2],
    ['u64', 4],
    ['u8', -1],
    ['u8', 0.5],
    ['u8', Number.NaN],
  ] as const)('of 8 bytes cannot have a %s at %d', (type, offset) => {
    expect(() => defineStruct('bad', 8, { field: [type, offset] })).toThrow(RangeError);
  });

  it.each(['u128', 'toString', ''])('cannot have a field of type "%s"', (type) => {
    // @ts-expect-error no such type
    expect(() => defineStruct('bad', 8, { field: [type, 0] })).toThrow(TypeError);
  });
});

describe('decode', () => {
  const bytes = Uint8Array.from({ length: 24 }, (_, index) => index + 0xf0);

  it('reads little endian', () => {
    expect(mixed.decode(bytes)).toEqual({
      byte: 0xf1,
      half: 0xf3f2,
      word: 0xf7f6f5f4,
      long: 0xfffefdfcfbfaf9f8n,
    });
  });

  it('reads at an offset, aligned or not', () => {
    const memory = new Uint8Array(40);
    memory.set(bytes, 13);
    expect(mixed.decode(memory, 13)).toEqual(mixed.decode(bytes));
  });

  it('reads from the middle of a buffer', () => {
    const memory = new Uint8Array(40);
    memory.set(bytes, 9);
    expect(mixed.decode(memory.subarray(9, 33))).toEqual(mixed.decode(bytes));
    expect(() => mixed.decode(memory.subarray(9, 32))).toThrow(RangeError);
  });

  it.each([
    [0, 0],
    [23, 0],
    [24, 1],
    [100, 77],
    [24, -1],
    [100, 0.5],
    [100, Number.NaN],
    [100, Number.POSITIVE_INFINITY],
    [100, 2 ** 53],
  ])('refuses %i bytes at offset %d', (length, offset) => {
    expect(() => mixed.decode(new Uint8Array(length), offset)).toThrow(RangeError);
  });

  it('refuses other memory and other offsets', () => {
    // @ts-expect-error not bytes
    expect(() => mixed.decode(Array.from(bytes))).toThrow(TypeError);
    // @ts-expect-error not bytes
    expect(() => mixed.decode(new DataView(bytes.buffer))).toThrow(TypeError);
    // @ts-expect-error not bytes
    expect(() => mixed.decode(new Uint16Array(24))).toThrow(TypeError);
    // @ts-expect-error not bytes
    expect(() => mixed.decode(undefined)).toThrow(TypeError);
    // @ts-expect-error not a number
    expect(() => mixed.decode(bytes, '0')).toThrow(TypeError);
    // @ts-expect-error not a number
    expect(() => mixed.decode(bytes, 0n)).toThrow(TypeError);
  });
});

describe('encode', () => {
  it('makes memory of the size of the struct', () => {
    const bytes = mixed.encode({
      byte: 1,
      half: 0x0302,
      word: 0x07060504,
      long: 0x0f0e0d0c0b0a0908n,
    });
    expect([...bytes]).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 0, 0, 0, 0, 0, 0, 0,
    ]);
  });

  it('writes into memory it is given and leaves the rest alone', () => {
    const memory = new Uint8Array(30).fill(0xaa);
    expect(mixed.encode({ word: 0 }, memory, 3)).toBe(memory);
    const expected = new Uint8Array(30).fill(0xaa).fill(0, 7, 11);
    expect(memory).toEqual(expected);
  });

  it('writes nothing when there is nothing to write', () => {
    expect(mixed.encode({})).toEqual(new Uint8Array(24));
  });

  it('takes the largest values', () => {
    const largest = { ...LIMITS, long: 2n ** 64n - 1n };
    expect(mixed.decode(mixed.encode(largest))).toEqual(largest);
  });

  const BAD_NUMBERS = [-1, -0.5, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 1e300, 2 ** 53];
  const names = ['byte', 'half', 'word'] as const;
  const bad = names.flatMap((name) =>
    [...BAD_NUMBERS, LIMITS[name] + 1].map((value) => [name, value] as const),
  );
  it.each(bad)('refuses %s = %d', (name, value) => {
    expect(() => mixed.encode({ [name]: value })).toThrow(RangeError);
  });

  it.each([-1n, 2n ** 64n, -(2n ** 70n)])('refuses long = %d', (value) => {
    expect(() => mixed.encode({ long: value })).toThrow(RangeError);
  });

  it.each(['1', null, undefined, true, [1], {}, 1n, Symbol('1')])(
    'refuses a value of another type: word = %s',
    (value) => {
      // @ts-expect-error not a number
      expect(() => mixed.encode({ word: value })).toThrow(TypeError);
    },
  );

  it.each([1, '1', null, undefined])('refuses a value of another type: long = %s', (value) => {
    // @ts-expect-error not a bigint
    expect(() => mixed.encode({ long: value })).toThrow(TypeError);
  });

  it.each(['port', 'toString', '__proto__'])('refuses a field it does not have: %s', (name) => {
    const values = Object.defineProperty({}, name, { value: 1, enumerable: true });
    expect(() => mixed.encode(values)).toThrow(TypeError);
  });

  it('refuses values that are not an object', () => {
    // @ts-expect-error no values
    expect(() => mixed.encode(undefined)).toThrow(TypeError);
    // @ts-expect-error no values
    expect(() => mixed.encode(null)).toThrow(TypeError);
    // @ts-expect-error no values
    expect(() => mixed.encode(7)).toThrow(TypeError);
  });

  it('writes nothing when one value of several is wrong', () => {
    const memory = new Uint8Array(24);
    expect(() => mixed.encode({ byte: 1, half: 2, word: -1 }, memory)).toThrow(RangeError);
    expect(memory).toEqual(new Uint8Array(24));
  });

  it('refuses memory that is too short', () => {
    expect(() => mixed.encode({ byte: 1 }, new Uint8Array(23))).toThrow(RangeError);
    expect(() => mixed.encode({ byte: 1 }, new Uint8Array(24), 1)).toThrow(RangeError);
    expect(() => mixed.encode({ byte: 1 }, undefined, 1)).toThrow(RangeError);
    // @ts-expect-error not bytes
    expect(() => mixed.encode({ byte: 1 }, [0, 0])).toThrow(TypeError);
  });
});

describe('encode and decode', () => {
  const values = fc.record({
    byte: fc.nat({ max: LIMITS.byte }),
    half: fc.nat({ max: LIMITS.half }),
    word: fc.nat({ max: LIMITS.word }),
    long: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  });

  it('are inverse, at any offset', () => {
    fc.assert(
      fc.property(values, fc.nat({ max: 50 }), (given, offset) => {
        const memory = mixed.encode(given, new Uint8Array(24 + 50), offset);
        expect(mixed.decode(memory, offset)).toEqual(given);
      }),
    );
  });

  it('give back the bytes of any memory', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 24, maxLength: 24 }), (bytes) => {
        const copy = bytes.slice();
        mixed.encode(mixed.decode(bytes), copy);
        expect(copy).toEqual(bytes);
      }),
    );
  });

  it('never write a number that is not a value of the field', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        const valid = Number.isInteger(value) && value >= 0 && value <= LIMITS.half;
        if (valid) expect(mixed.decode(mixed.encode({ half: value })).half).toBe(value + 0);
        else expect(() => mixed.encode({ half: value })).toThrow(RangeError);
      }),
    );
  });
});
