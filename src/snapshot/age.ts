/** Units of a span of time below a minute, in milliseconds, and how many there may be of each. */
const UNITS = [
  { unit: 'µs', milliseconds: 0.001, most: 999 },
  { unit: 'ms', milliseconds: 1, most: 999 },
  { unit: 's', milliseconds: 1000, most: 59 },
] as const;
/** Those from a minute on, each with the next smaller one, in seconds. */
const LARGE_UNITS = [
  { unit: 'min', seconds: 60, small: 's', smallSeconds: 1, most: 60 },
  { unit: 'h', seconds: 3600, small: 'min', smallSeconds: 60, most: 24 },
  { unit: 'd', seconds: 86_400, small: 'h', smallSeconds: 3600, most: Number.POSITIVE_INFINITY },
] as const;

/**
 * A span of time as people say it, in two digits or two units: `0 s`, `12 µs`, `350 ms`, `4.2 s`, `3 min 5 s`, `2 h 4 min`,
 * `3 d 2 h`.
 * @param milliseconds - what is below 0 counts as 0
 */
export function formatAge(milliseconds: number): string {
  if (!(milliseconds > 0)) return '0 s';
  for (const { unit, milliseconds: size, most } of UNITS) {
    const amount = rounded(milliseconds / size);
    if (amount <= most) return `${amount === 0 && unit === 'µs' ? '<0.1' : amount} ${unit}`;
  }
  const seconds = milliseconds / 1000;
  const {
    unit,
    small,
    seconds: size,
    smallSeconds,
  } = LARGE_UNITS.find(
    (large) =>
      Math.round(seconds / large.smallSeconds) * large.smallSeconds < large.most * large.seconds,
  )!;
  const smalls = Math.round(seconds / smallSeconds);
  const perUnit = size / smallSeconds;
  const rest = smalls % perUnit;
  const whole = `${Math.floor(smalls / perUnit)} ${unit}`;
  return rest === 0 ? whole : `${whole} ${rest} ${small}`;
}

/** One digit behind the point below ten, none above. */
function rounded(amount: number): number {
  const tenths = Math.round(amount * 10) / 10;
  return tenths < 10 ? tenths : Math.round(amount);
}
