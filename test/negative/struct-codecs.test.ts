import { describe, expect, it } from 'vitest';
import { EVTCHNOPS } from '../../src/abi/event-channel.js';
import { EVTCHN_IOCTLS } from '../../src/abi/ioctl.js';
import type { ScalarType, StructFields, StructLayout } from '../../src/abi/struct.js';
import { BAD_VALUES, WRONG_TYPES } from './bad-values.js';

/** Every layout there is, once. */
const LAYOUTS: readonly StructLayout<StructFields>[] = [
  ...new Set([...EVTCHNOPS, ...EVTCHN_IOCTLS].flatMap(({ struct }) => struct ?? [])),
];

const BITS: Readonly<Record<ScalarType, number>> = { u8: 8, u16: 16, u32: 32, u64: 64 };

/** Values no field of a type takes, with the error each is refused with. */
function badFor(type: ScalarType): [string, unknown, typeof RangeError | typeof TypeError][] {
  const own = BITS[type];
  const wide = type === 'u64';
  const outside = wide
    ? [-1n, 2n ** 64n, -(2n ** 64n), 2n ** 200n]
    : [2 ** own, -(2 ** own), 2 ** own - 0.5];
  return [
    ...outside.map((value) => [String(value), value, RangeError] as const),
    ...BAD_VALUES.filter(({ value }) => typeof value !== (wide ? 'bigint' : 'number')).map(
      ({ name, value }) => [name, value, TypeError] as const,
    ),
    ...BAD_VALUES.filter(({ value }) => !wide && typeof value === 'number').map(
      ({ name, value }) => [name, value, RangeError] as const,
    ),
  ].map((row) => [...row]);
}

/** Memory no layout leaves untouched by accident. */
function memory(size: number): Uint8Array {
  return new Uint8Array(size).fill(0xa5);
}

describe.each(LAYOUTS.map((layout) => [layout.name, layout] as const))('%s', (_name, layout) => {
  const fields = Object.entries(layout.fields);

  it.each(fields)(
    'refuses bad values in %s and writes nothing, not even good ones',
    (field, [type]) => {
      const good = Object.fromEntries(
        fields.map(([name, [each]]) => [name, each === 'u64' ? 1n : 1]),
      );
      for (const [name, value, error] of badFor(type)) {
        const bytes = memory(layout.size);
        const values = { ...good, [field]: value } as Record<string, number>;
        expect(() => layout.encode(values, bytes), name).toThrow(error);
        expect(bytes, name).toEqual(memory(layout.size));
      }
    },
  );

  it('takes -0 for 0', () => {
    for (const [field, [type]] of fields) {
      if (type === 'u64') continue;
      const bytes = layout.encode({ [field]: -0 } as Record<string, number>);
      expect(bytes).toEqual(new Uint8Array(layout.size));
      expect(Object.is(layout.decode(bytes)[field], 0)).toBe(true);
    }
  });

  it('refuses values that are no object, and fields it does not have', () => {
    const bytes = memory(layout.size);
    for (const { name, value } of WRONG_TYPES) {
      if (typeof value === 'object' && value !== null) continue;
      expect(() => layout.encode(value as never, bytes), name).toThrow(TypeError);
    }
    for (const field of ['nope', 'toString', '__proto__x', '0']) {
      expect(() => layout.encode({ [field]: 1 } as never, bytes), field).toThrow(TypeError);
    }
    expect(bytes).toEqual(memory(layout.size));
  });

  it('refuses memory that is none or too short, and offsets outside of it', () => {
    const bytes = memory(layout.size);
    for (const { name, value } of BAD_VALUES) {
      if (value === undefined) continue;
      const error = typeof value === 'number' ? RangeError : TypeError;
      expect(() => layout.decode(value as never), name).toThrow(TypeError);
      expect(() => layout.encode({}, value as never), name).toThrow(TypeError);
      expect(() => layout.decode(bytes, value as never), name).toThrow(error);
      expect(() => layout.encode({}, bytes, value as never), name).toThrow(error);
    }
    const short = bytes.subarray(0, layout.size - 1);
    expect(() => layout.decode(short)).toThrow(RangeError);
    expect(() => layout.encode({}, short)).toThrow(RangeError);
    expect(() => layout.decode(bytes, 1)).toThrow(RangeError);
    expect(layout.decode(bytes, -0)).toEqual(layout.decode(bytes));
    expect(bytes).toEqual(memory(layout.size));
  });
});
