import { STRUCTS, type StructName } from './fuse-header.js';

type FieldType = 'u16' | 'u32' | 'i32' | 'u64';

/** Values of a structure's fields; those left out are 0. */
export type Values<Name extends StructName> = {
  readonly [Field in keyof (typeof STRUCTS)[Name]]?: number | bigint;
};

/** A structure's fields as they were read. */
export type Fields<Name extends StructName> = {
  readonly [Field in keyof (typeof STRUCTS)[Name]]: (typeof STRUCTS)[Name][Field] extends 'u64'
    ? bigint
    : number;
};

const BYTES: Readonly<Record<FieldType, number>> = { u16: 2, u32: 4, i32: 4, u64: 8 };

/** `sizeof` of a structure. */
export function sizeOf(name: StructName): number {
  return fieldsOf(name).reduce((size, [, type]) => size + BYTES[type], 0);
}

/** The bytes of a structure. */
export function encode<Name extends StructName>(
  name: Name,
  values: Values<Name>,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(sizeOf(name));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [field, type] of fieldsOf(name)) {
    const value = BigInt((values as Readonly<Record<string, number | bigint>>)[field] ?? 0);
    if (type === 'u64') view.setBigUint64(at, value, true);
    else if (type === 'u16') view.setUint16(at, Number(value), true);
    else view.setUint32(at, Number(value), true);
    at += BYTES[type];
  }
  return bytes;
}

/**
 * A structure's fields.
 * @throws RangeError if there are fewer bytes than it has
 */
export function decode<Name extends StructName>(
  name: Name,
  bytes: Uint8Array,
  offset = 0,
): Fields<Name> {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, sizeOf(name));
  const result: Record<string, number | bigint> = {};
  let at = 0;
  for (const [field, type] of fieldsOf(name)) {
    if (type === 'u64') result[field] = view.getBigUint64(at, true);
    else if (type === 'u16') result[field] = view.getUint16(at, true);
    else if (type === 'u32') result[field] = view.getUint32(at, true);
    else result[field] = view.getInt32(at, true);
    at += BYTES[type];
  }
  return result as Fields<Name>;
}

/** Bytes one after another. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A C string: one byte a character, and a NUL. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(`${text}\0`, (character) => character.charCodeAt(0));
}

/** 32-bit words as bytes, as ports and ioctl arguments are passed. */
export function words(...values: readonly number[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Uint32Array.from(values).buffer);
}

function fieldsOf(name: StructName): [string, FieldType][] {
  return Object.entries(STRUCTS[name]) as [string, FieldType][];
}
