import { median, quantile, type Spread, spread } from '../statistics.js';

/** A number with about three digits that count. */
export function figure(value: number): string {
  if (value >= 100) return grouped(Math.round(value));
  return value.toFixed(value >= 10 ? 1 : 2);
}

/** A whole number, its thousands apart by a thin gap that neither terminals nor browsers break. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, '\u00a0');
}

/** The median, and from where to where the rounds went. */
export function withSpread(numbers: readonly number[], unit = ''): string {
  const { median, min, max }: Spread = spread(numbers);
  return `${figure(median)}${unit} (${figure(min)}–${figure(max)})`;
}

/** The median, and where the middle half of the rounds is: of many rounds, the lowest and the highest tell little. */
export function withMiddleHalf(numbers: readonly number[]): string {
  const [from, to] = [0.25, 0.75].map((share) => figure(quantile(numbers, share)));
  return `${figure(median(numbers))} (${from}–${to})`;
}

/** Bytes in MiB. */
export function mebibytes(bytes: number): string {
  return `${figure(bytes / 2 ** 20)} MiB`;
}
