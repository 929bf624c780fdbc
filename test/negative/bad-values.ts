/** A value that may be bad, by a name for messages. */
export interface NamedValue {
  readonly name: string;
  readonly value: unknown;
}

/** Numbers that are bad almost everywhere. -0 is not among them: it counts as 0. */
export const BAD_NUMBERS: readonly number[] = [
  -1,
  -(2 ** 31),
  -(2 ** 32),
  -1e308,
  Number.NEGATIVE_INFINITY,
  0.5,
  1.5,
  -0.5,
  1e-308,
  Number.NaN,
  2 ** 32,
  2 ** 32 + 1,
  2 ** 53,
  1e308,
  Number.POSITIVE_INFINITY,
];

/** Values that are no number. */
export const WRONG_TYPES: readonly NamedValue[] = [
  { name: "'1'", value: '1' },
  { name: "''", value: '' },
  { name: "'x'", value: 'x' },
  { name: 'null', value: null },
  { name: 'undefined', value: undefined },
  { name: '{}', value: {} },
  { name: '{ valueOf }', value: { valueOf: () => 1 } },
  { name: '[]', value: [] },
  { name: '[1]', value: [1] },
  { name: '1n', value: 1n },
  { name: 'a symbol', value: Symbol('bad') },
  { name: 'true', value: true },
  { name: 'false', value: false },
  { name: 'a function', value: () => 1 },
];

/** All of them. */
export const BAD_VALUES: readonly NamedValue[] = [
  ...BAD_NUMBERS.map((value) => ({ name: String(value), value })),
  ...WRONG_TYPES,
];
