import { duration, figure } from '../model/time-text.js';

/** A count with its thousands apart; nothing for one that is not known. */
export function countText(count: number | undefined): string {
  return count === undefined ? '' : figure(count);
}

/** A rate per second with about three digits; nothing for one that is not known. */
export function rateText(rate: number | undefined): string {
  if (rate === undefined) return '';
  if (rate === 0) return '0';
  if (rate < 0.1) return '<0.1';
  return rate < 10 ? rate.toFixed(1) : figure(Math.round(rate));
}

/** How long ago something was; nothing for what never was. */
export function agoText(now: number, at: number | undefined): string {
  return at === undefined ? '' : duration(Math.max(0, now - at));
}
