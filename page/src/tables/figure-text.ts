const COUNT = new Intl.NumberFormat('en', { useGrouping: true, maximumFractionDigits: 0 });

/** A count with its thousands apart; nothing for one that is not known. */
export function countText(count: number | undefined): string {
  return count === undefined ? '' : COUNT.format(count).replaceAll(',', '\u202f');
}

/** A rate per second with about three digits; nothing for one that is not known. */
export function rateText(rate: number | undefined): string {
  if (rate === undefined) return '';
  if (rate === 0) return '0';
  if (rate < 0.1) return '<0.1';
  return rate < 10 ? rate.toFixed(1) : countText(Math.round(rate));
}

/** A span of milliseconds, two units at most: `0.3 ms`, `2.4 s`, `3 min 20 s`, `2 h 5 min`, `4 d 1 h`. */
export function spanText(milliseconds: number): string {
  const span = Math.max(0, milliseconds);
  if (span < 1) return `${(Math.round(span * 100) / 100).toString()} ms`;
  if (span < 1000) return `${span < 10 ? span.toFixed(1) : Math.floor(span)} ms`;
  if (span < 60_000) return `${(Math.floor(span / 100) / 10).toFixed(1)} s`;
  const seconds = Math.floor(span / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return twoUnits(minutes, 'min', seconds % 60, 's');
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return twoUnits(hours, 'h', minutes % 60, 'min');
  return twoUnits(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** How long ago something was; nothing for what never was. */
export function agoText(now: number, at: number | undefined): string {
  return at === undefined ? '' : spanText(now - at);
}

function twoUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
