import { extname } from 'node:path';
import type { HostSnapshot } from '../snapshot/host-snapshot.js';
import type { TraceFormat } from '../trace-formats/trace-format.js';

/** The formats that a trace can be written in. */
export const TRACE_FORMATS = ['text', 'json', 'chrome'] as const;

/** One of {@link TRACE_FORMATS}. */
export type TraceFormatName = (typeof TRACE_FORMATS)[number];

/** The format of a file by the end of its name; text unless that says another. */
export function formatOf(path: string | undefined): TraceFormatName {
  switch (extname(path ?? '').toLowerCase()) {
    case '.json':
      return 'chrome';
    case '.jsonl':
    case '.ndjson':
      return 'json';
    default:
      return 'text';
  }
}

/** Makes a format. @param filtered - records will be left out, which some formats say */
export type MakeTraceFormat = (snapshot: HostSnapshot, filtered?: true) => TraceFormat;

/** What makes a format, loaded when it is needed. */
export async function traceFormat(name: TraceFormatName): Promise<MakeTraceFormat> {
  switch (name) {
    case 'text': {
      const { TextFormat } = await import('../trace-formats/text-format.js');
      const { timeOfDay } = await import('./time-of-day.js');
      return (snapshot) => new TextFormat({ snapshot, formatTime: timeOfDay(snapshot) });
    }
    case 'json': {
      const { JsonLinesFormat } = await import('../trace-formats/json-lines.js');
      return (snapshot, filtered) => new JsonLinesFormat({ snapshot, filtered });
    }
    case 'chrome': {
      const { ChromeFormat } = await import('../trace-formats/chrome-format.js');
      return (snapshot) => new ChromeFormat({ snapshot });
    }
  }
}
