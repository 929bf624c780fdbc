/** A time as a snapshot has it: to the microsecond, as more would only be more digits. */
export function toMicroseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}

/** As {@link toMicroseconds}; undefined for NaN, which is how statistics say "never". */
export function known(milliseconds: number): number | undefined {
  return Number.isNaN(milliseconds) ? undefined : toMicroseconds(milliseconds);
}
