import type { HostSnapshot } from '../snapshot/host-snapshot.js';

const pad = (number: number, digits: number): string => String(number).padStart(digits, '0');

/**
 * How times of a host are written in a text: the local time of day with microseconds, `19:04:11.204518`; where a host has no
 * wall clock, the seconds of its own, `12.345678`.
 * @returns writes milliseconds of the host's clock
 */
export function timeOfDay({
  time: reference,
  wallTime,
}: Pick<HostSnapshot, 'time' | 'wallTime'>): (time: number) => string {
  if (wallTime === undefined) return (time) => (time / 1000).toFixed(6);
  const offset = (wallTime - reference) * 1000;
  let second = Number.NaN;
  let text = '';
  return (time) => {
    const microseconds = Math.round(time * 1000 + offset);
    const now = Math.floor(microseconds / 1e6);
    if (now !== second) {
      second = now;
      const date = new Date(now * 1000);
      const parts = [date.getHours(), date.getMinutes(), date.getSeconds()];
      text = parts.map((part) => pad(part, 2)).join(':');
    }
    return `${text}.${pad(microseconds - now * 1e6, 6)}`;
  };
}
