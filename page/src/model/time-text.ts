import type { HostSnapshot } from 'xen-evtchn/embedded';

/** A length of time: `12 µs`, `3.4 ms`, `1.25 s`, `2 min 5 s`. @param milliseconds - at least 0 */
export function duration(milliseconds: number): string {
  const micro = Math.round(milliseconds * 1000);
  if (micro < 1000) return `${micro} µs`;
  if (milliseconds < 999.5) return `${significant(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${significant(milliseconds / 1000)} s`;
  const seconds = Math.round(milliseconds / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A moment of the host's clock, in seconds to the microsecond: `12.345678`. */
export function seconds(time: number): string {
  return (time / 1000).toFixed(6);
}

/** So many of something: `1 event`, `12 345 events`. The plural is with an s. */
export function count(amount: number, noun: string): string {
  return `${figure(amount)} ${noun}${amount === 1 ? '' : 's'}`;
}

/** A number with its thousands apart. */
export function figure(amount: number): string {
  return amount.toLocaleString('en').replaceAll(',', '\u202f');
}

/** When a snapshot was taken: by the wall clock if it has one, as UTC; otherwise by the host's. */
export function clockText(snapshot: HostSnapshot): string {
  const { time, wallTime } = snapshot;
  if (wallTime === undefined) return `${(time / 1000).toFixed(0)} s`;
  return `${new Date(wallTime).toISOString().slice(11, 19)} UTC`;
}

function significant(value: number): string {
  const digits = value < 10 ? 2 : value < 100 ? 1 : 0;
  return value.toFixed(digits).replace(/\.0+$/, '');
}
