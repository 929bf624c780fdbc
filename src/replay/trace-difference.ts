import type { HostSnapshot } from '../snapshot/host-snapshot.js';
import type { TraceRecord } from '../trace/trace-record.js';
import { TextFormat } from '../trace-formats/text-format.js';

/** A place at which a trace and its replay do not tell the same. */
export interface TraceDifference {
  /** Which record of the trace, from 1. */
  readonly record: number;
  /** What the trace has there; undefined if it is over, or nothing more came of the call. */
  readonly recorded: TraceRecord | undefined;
  /** What came in the replay, with files by the trace's numbers; undefined if nothing more did. */
  readonly replayed: TraceRecord | undefined;
  /** The own record of the call that was replayed, from 1. */
  readonly call: number;
  /** Both, with the records around them, a line each, in the words of a trace as text. */
  readonly text: string;
}

/** Records shown before and behind a difference. */
const BEFORE = 5;
const BEHIND = 3;

/** What a difference is described from. */
export interface DifferencePlace {
  readonly records: readonly TraceRecord[];
  readonly snapshot: HostSnapshot | undefined;
  /** Where in the records it is, from 0. */
  readonly index: number;
  /** The call's own record, from 0. */
  readonly call: number;
  readonly recorded: TraceRecord | undefined;
  readonly replayed: TraceRecord | undefined;
}

/** Describes a difference. */
export function describeDifference(place: DifferencePlace): TraceDifference {
  const { index, call, recorded, replayed } = place;
  return { record: index + 1, recorded, replayed, call: call + 1, text: textOf(place) };
}

function textOf({ records, snapshot, index, call, recorded, replayed }: DifferencePlace): string {
  const first = Math.max(0, index - BEFORE);
  const last = Math.min(records.length, index + 1 + BEHIND);
  const shown = linesOf(records, snapshot, first, records.slice(first, last));
  const before = records.slice(first, index);
  const other = replayed && linesOf(records, snapshot, first, [...before, replayed]).at(-1);
  const width = String(last).length;
  const line = (mark: string, number: number | undefined, text: string): string =>
    `${mark} ${String(number ?? '').padStart(width)} ${text}`;
  const lines = shown.map((text, at) =>
    line(recorded !== undefined && first + at === index ? '-' : ' ', first + at + 1, text),
  );
  const nothing =
    recorded === undefined
      ? [line('-', undefined, `(the trace has nothing more of the call of record ${call + 1})`)]
      : [];
  const instead = line('+', undefined, other ?? '(nothing came of it in the replay)');
  const place = index - first + (recorded === undefined ? 0 : 1);
  lines.splice(place, 0, ...nothing, instead);
  return lines.join('\n');
}

/** Lines of some records, as they are in a trace that has those before them. */
function linesOf(
  records: readonly TraceRecord[],
  snapshot: HostSnapshot | undefined,
  first: number,
  shown: readonly TraceRecord[],
): string[] {
  const formatTime = (time: number): string => (time / 1000).toFixed(6);
  const format = new TextFormat({ formatTime, snapshot });
  for (const record of records.slice(0, first)) format.leaveOut(record);
  const text = format.batch({ records: shown, dropped: 0 });
  const rest = format.batch({ records: [], dropped: 0 });
  return (text + rest).split('\n').slice(0, -1);
}
