import type { TraceEnd, TraceProgress } from './trace-recording.js';

/** Milliseconds that an output or a host which does not go on is waited for, once the trace is to end. */
export const END_PATIENCE = 1500;

/** Bytes as people write them: `812 B`, `1.3 kB`, `24.0 MB`. */
export function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** What a summary begins with: nothing for an end that was wished. */
const REASONS: Readonly<Record<TraceEnd, string>> = {
  asked: '',
  late: 'stopped before the end of it was written: ',
  host: 'the host has ended: ',
  unread: 'nobody reads it any more: ',
};

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** What a trace has come to, in one line. @param file - where it was written, unless that is standard output */
export function summaryText(
  { records, events, dropped }: TraceProgress,
  milliseconds: number,
  end: TraceEnd,
  file: { readonly name: string; readonly bytes: number } | undefined,
): string {
  const seconds = (milliseconds / 1000).toFixed(1);
  const what = `${counted(records, 'record')} of ${counted(events, 'event')} in ${seconds} s`;
  const lost = dropped === 0 ? 'none dropped' : `${dropped} dropped`;
  const size = file === undefined ? '' : `; ${sizeText(file.bytes)} in ${file.name}`;
  return `${REASONS[end]}${what}, ${lost}${size}`;
}

/** What is said of a trace whose output or host was waited for in vain. */
export function cutShortText(output: { readonly name: string; readonly busy: boolean }): string {
  const why = output.busy ? `nobody reads ${output.name}` : 'the host does not answer';
  return `${why}: the end of the trace is missing`;
}

/** How a trace is doing, in one line of a terminal. @param rate - records per second */
export function progressText({ records, dropped }: TraceProgress, rate: number): string {
  return `${counted(records, 'record')}, ${dropped} dropped, ${Math.round(rate)}/s`;
}
