/**
 * Layouts of C structs: named scalars at given byte offsets, little endian. A layout is written
 * once; the TypeScript types of its values are inferred from it.
 */

/** What stands in a field: an unsigned integer of 8, 16, 32 or 64 bits. */
export type ScalarType = 'u8' | 'u16' | 'u32' | 'u64';

/** A field: its type, and its offset in bytes from the start of the struct. */
export type StructField = readonly [type: ScalarType, offset: number];

/** The fields of a struct by name. Fields that overlap are members of a union. */
export type StructFields = Readonly<Record<string, StructField>>;

/** How a field's value is held: `bigint` for u64, `number` for all others. */
export type ScalarValue<Type extends ScalarType> = Type extends 'u64' ? bigint : number;

/** The values of a struct with these fields. */
export type StructValues<Fields extends StructFields> = {
  -readonly [Name in keyof Fields]: ScalarValue<Fields[Name][0]>;
};

/** A struct's layout, made by {@link defineStruct}. */
export interface StructLayout<Fields extends StructFields = StructFields> {
  /** The name of the C struct. */
  readonly name: string;
  /** Its size in bytes, padding included (`sizeof`). */
  readonly size: number;
  /** Its fields. */
  readonly fields: Fields;

  /**
   * Reads a struct.
   *
   * @param bytes - memory that holds it
   * @param offset - where it starts there, in bytes; 0 if left out
   * @throws RangeError if the memory ends before the struct, or offset is not a whole number >= 0
   * @throws TypeError if bytes is not a Uint8Array, or offset is not a number
   */
  decode(bytes: Uint8Array, offset?: number): StructValues<Fields>;

  /**
   * Writes a struct. Fields left out, and padding, keep what is there (0 in new memory), as a
   * kernel fills in only its answer. Members of a union are written in the order of the layout, so
   * name one. Nothing is written when anything is wrong.
   *
   * @param values - the fields to write
   * @param bytes - memory to write to; new memory of the struct's size if left out
   * @param offset - where the struct starts there, in bytes; 0 if left out
   * @returns the memory written to
   * @throws RangeError if the memory ends before the struct, offset is not a whole number >= 0, or
   * a value is not a whole number within its field's range
   * @throws TypeError if a value's type is not that of its field (`bigint` for u64, `number`
   * otherwise; `undefined` is neither), if there is no such field, values is not an object, bytes is
   * not a Uint8Array, or offset is not a number
   */
  encode(
    values: Readonly<Partial<StructValues<Fields>>>,
    bytes?: Uint8Array,
    offset?: number,
  ): Uint8Array;
}

/** The values of a layout: `ValuesOf<typeof evtchnSend>` is `{ port: number }`. */
export type ValuesOf<Layout> =
  Layout extends StructLayout<infer Fields> ? StructValues<Fields> : never;

interface Scalar {
  readonly size: number;
  readonly max: number | bigint;
  get(view: DataView, offset: number): number | bigint;
  set(view: DataView, offset: number, value: number | bigint): void;
}

const SCALARS: Readonly<Record<ScalarType, Scalar>> = {
  u8: {
    size: 1,
    max: 0xff,
    get: (view, offset) => view.getUint8(offset),
    set: (view, offset, value) => view.setUint8(offset, Number(value)),
  },
  u16: {
    size: 2,
    max: 0xffff,
    get: (view, offset) => view.getUint16(offset, true),
    set: (view, offset, value) => view.setUint16(offset, Number(value), true),
  },
  u32: {
    size: 4,
    max: 0xffffffff,
    get: (view, offset) => view.getUint32(offset, true),
    set: (view, offset, value) => view.setUint32(offset, Number(value), true),
  },
  u64: {
    size: 8,
    max: 0xffffffffffffffffn,
    get: (view, offset) => view.getBigUint64(offset, true),
    set: (view, offset, value) => view.setBigUint64(offset, BigInt(value), true),
  },
};

/**
 * Defines the layout of a C struct.
 *
 * @param name - the name of the C struct, used in messages
 * @param size - its size in bytes, padding included: a whole number, at least 1
 * @param fields - each field's type and byte offset, as `{ port: ['u32', 0] }`
 * @returns the layout; frozen
 * @throws RangeError if size is not as said, or a field does not lie within the struct or is not at
 * a multiple of its own size (x86-64 aligns every scalar so)
 * @throws TypeError if a field has an unknown type
 */
export function defineStruct<const Fields extends StructFields>(
  name: string,
  size: number,
  fields: Fields,
): StructLayout<Fields> {
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new RangeError(`struct ${name}: ${size} is not a size`);
  }
  const members = Object.entries(fields).map(([key, [type, offset]]) => {
    const scalar = Object.hasOwn(SCALARS, type) ? SCALARS[type] : undefined;
    if (scalar === undefined) throw new TypeError(`${name}.${key}: no such type: ${type}`);
    if (!Number.isSafeInteger(offset) || offset < 0 || offset + scalar.size > size) {
      throw new RangeError(`${name}.${key}: offset ${offset} is outside of the ${size} bytes`);
    }
    if (offset % scalar.size !== 0) {
      throw new RangeError(`${name}.${key}: offset ${offset} is not aligned for ${type}`);
    }
    return { key, offset, scalar };
  });
  const ownFields = Object.freeze(
    Object.fromEntries(
      Object.entries(fields).map(([key, [type, offset]]) => [key, Object.freeze([type, offset])]),
    ),
  ) as unknown as Fields;

  return Object.freeze({
    name,
    size,
    fields: ownFields,

    decode(bytes: Uint8Array, offset = 0): StructValues<Fields> {
      const view = viewOf(name, size, bytes, offset);
      const values: Record<string, number | bigint> = {};
      for (const member of members) {
        values[member.key] = member.scalar.get(view, member.offset);
      }
      return values as StructValues<Fields>;
    },

    encode(
      values: Readonly<Partial<StructValues<Fields>>>,
      bytes: Uint8Array = new Uint8Array(size),
      offset = 0,
    ): Uint8Array {
      const view = viewOf(name, size, bytes, offset);
      if (typeof values !== 'object' || values === null) {
        throw new TypeError(`${name}: values must be an object`);
      }
      const given: Readonly<Record<string, unknown>> = values;
      for (const key of Object.keys(given)) {
        if (!Object.hasOwn(ownFields, key)) throw new TypeError(`${name} has no field ${key}`);
      }
      const writes: (() => void)[] = [];
      for (const { key, offset: at, scalar } of members) {
        if (!Object.hasOwn(given, key)) continue;
        const value = checkedValue(`${name}.${key}`, scalar, given[key]);
        writes.push(() => scalar.set(view, at, value));
      }
      for (const write of writes) write();
      return bytes;
    },
  });
}

function viewOf(name: string, size: number, bytes: Uint8Array, offset: number): DataView {
  if (!(bytes instanceof Uint8Array)) throw new TypeError(`${name}: memory must be a Uint8Array`);
  if (typeof offset !== 'number') throw new TypeError(`${name}: offset must be a number`);
  if (!Number.isSafeInteger(offset) || offset < 0) {
    throw new RangeError(`${name}: ${offset} is not an offset`);
  }
  if (offset + size > bytes.byteLength) {
    throw new RangeError(
      `${name}: ${size} bytes at ${offset} do not fit into ${bytes.byteLength} bytes`,
    );
  }
  return new DataView(bytes.buffer, bytes.byteOffset + offset, size);
}

function checkedValue(field: string, scalar: Scalar, value: unknown): number | bigint {
  if (typeof scalar.max === 'bigint') {
    if (typeof value !== 'bigint') throw new TypeError(`${field} must be a bigint`);
  } else {
    if (typeof value !== 'number') throw new TypeError(`${field} must be a number`);
    if (!Number.isInteger(value)) throw new RangeError(`${field}: ${value} is not a whole number`);
  }
  if (value < 0 || value > scalar.max) {
    throw new RangeError(`${field}: ${value} is not in 0..${scalar.max}`);
  }
  return value;
}
