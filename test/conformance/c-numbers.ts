/**
 * Numbers as the C library reads them out of text: the recordings were made by programs in C, and what a case writes as
 * `0x1f`, `-1` or with too many digits means what it meant there.
 */

const ANY_BASE = /^[ \t\n\v\f\r]*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)/;
const DECIMAL = /^[ \t\n\v\f\r]*([+-]?[0-9]+)/;
const RANGE = /^[ \t\n\v\f\r]*([+-]?[0-9]+)\.\.[ \t\n\v\f\r]*([+-]?[0-9]+)/;
const ULONG_MAX = 2n ** 64n - 1n;
const LONG_MAX = 2n ** 63n - 1n;
const LONG_MIN = -(2n ** 63n);

function magnitude(digits: string): bigint {
  const octal = digits.length > 1 && digits[0] === '0' && /^[0-7]+$/.test(digits);
  return BigInt(octal ? `0o${digits.slice(1)}` : digits);
}

/** `strtoul(text, NULL, 0)`: too large a number is the largest, a negative one wraps around. */
export function strtoul(text: string): bigint {
  const match = ANY_BASE.exec(text);
  if (match === null) return 0n;
  const value = magnitude(match[2]!);
  if (value > ULONG_MAX) return ULONG_MAX;
  return BigInt.asUintN(64, match[1] === '-' ? -value : value);
}

/** `strtol(text, NULL, 0)`: clamped. */
export function strtol(text: string): bigint {
  const match = ANY_BASE.exec(text);
  if (match === null) return 0n;
  const value = magnitude(match[2]!);
  return clamp(match[1] === '-' ? -value : value);
}

/** `(unsigned)strtoul(text, NULL, 0)`. */
export function unsigned(text: string): number {
  return Number(BigInt.asUintN(32, strtoul(text)));
}

/** `(int)` of a long. */
export function toInt(value: bigint): number {
  return Number(BigInt.asIntN(32, value));
}

/** `atol(text)`: decimal only. */
export function atol(text: string): bigint {
  const match = DECIMAL.exec(text);
  return match === null ? 0n : clamp(BigInt(match[1]!.replace('+', '')));
}

/** `atoi(text)`. */
export function atoi(text: string): number {
  return toInt(atol(text));
}

/** How long `usleep(1000 * milliseconds)` sleeps, in milliseconds: the argument has 32 bits, without a sign. */
export function usleepTime(milliseconds: bigint): number {
  return Number(BigInt.asUintN(32, 1000n * milliseconds)) / 1000;
}

/** `sscanf(text, "%d..%d")`, both or nothing. */
export function scanRange(text: string): readonly [number, number] | undefined {
  const match = RANGE.exec(text);
  return match === null ? undefined : [atoi(match[1]!), atoi(match[2]!)];
}

function clamp(value: bigint): bigint {
  if (value > LONG_MAX) return LONG_MAX;
  return value < LONG_MIN ? LONG_MIN : value;
}
