import type { HostSnapshot } from '../snapshot/host-snapshot.js';
import { FAULT_NAMES } from '../trace/fault-name.js';
import type { TraceBatch } from '../trace/trace-batch.js';
import type { ChannelOpenRecord, TraceRecord } from '../trace/trace-record.js';
import { JSON_LINES_VERSION } from './json-lines.js';
import { type FieldKind, RECORD_FIELDS } from './record-fields.js';

/** A trace that was written as JSON lines. */
export interface RecordedTrace {
  /** What the host was like when the trace began, if whoever wrote it knew; not checked but for its version. */
  readonly snapshot: HostSnapshot | undefined;
  /** Records were left out on purpose, by whoever wrote it. */
  readonly filtered: boolean;
  /** The records, cut where some were lost. */
  readonly batches: readonly TraceBatch[];
  /** It has its last line: whoever wrote it was not interrupted. */
  readonly complete: boolean;
}

const FAULTS: ReadonlySet<unknown> = new Set(FAULT_NAMES);

type Json = Readonly<Record<string, unknown>>;

const STATES: ReadonlySet<unknown> = new Set<ChannelOpenRecord['state']>([
  'unbound',
  'interdomain',
  'pirq',
  'virq',
  'ipi',
]);

/**
 * Reads a trace that a `JsonLinesFormat` wrote. A last line that was cut off is passed over, as of a writer that was killed.
 * @throws Error that says which line is wrong and how, for anything else than such a trace, or one of another version
 */
export function readJsonLines(text: string): RecordedTrace {
  const lines = text.split('\n');
  // What is behind the last end of a line is nothing, or a line that was cut off.
  lines.pop();
  const [first, ...rest] = lines;
  const { snapshot, filtered } = readHeader(first ?? '');
  const batches: { records: TraceRecord[]; dropped: number }[] = [{ records: [], dropped: 0 }];
  let complete = false;
  for (const [index, line] of rest.entries()) {
    const number = index + 2;
    if (complete) throw new Error(`line ${number}: something is behind the end of the trace`);
    const value = parse(line, number);
    if (value.type === 'end') complete = true;
    else if (value.type === 'dropped') batches.push({ records: [], dropped: lost(value, number) });
    else batches.at(-1)!.records.push(readRecord(value, number));
  }
  return { snapshot, filtered, batches, complete };
}

function readHeader(line: string): Pick<RecordedTrace, 'snapshot' | 'filtered'> {
  const { type, version, snapshot, filtered } = parse(line, 1);
  if (type !== 'trace') throw new Error('line 1: not the start of a trace');
  if (version !== JSON_LINES_VERSION) {
    throw new Error(`line 1: version ${version} is not ${JSON_LINES_VERSION}, which can be read`);
  }
  if (filtered !== undefined && filtered !== true) {
    throw new Error("line 1: 'filtered' is true or missing");
  }
  if (snapshot !== undefined && (!isObject(snapshot) || snapshot.version !== 1)) {
    throw new Error('line 1: the snapshot is none, or of another version than 1');
  }
  return { snapshot: snapshot as HostSnapshot | undefined, filtered: filtered ?? false };
}

function lost({ records }: Json, number: number): number {
  if (!Number.isSafeInteger(records) || (records as number) < 1) {
    throw new Error(`line ${number}: 'records' is not how many were lost`);
  }
  return records as number;
}

function readRecord(value: Json, number: number): TraceRecord {
  const { type } = value;
  if (typeof type !== 'string' || !Object.hasOwn(RECORD_FIELDS, type)) {
    throw new Error(`line ${number}: there is no record of type ${JSON.stringify(type)}`);
  }
  const fields = RECORD_FIELDS[type as TraceRecord['type']];
  const kinds: Readonly<Record<string, FieldKind>> = { time: 'number', domid: 'number', ...fields };
  const record: Record<string, unknown> = { type };
  for (const [name, kind] of Object.entries(kinds)) {
    if (!IS[kind](value[name])) throw new Error(`line ${number}: '${name}' of ${type} is wrong`);
    record[name] = value[name];
  }
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(record, name)) {
      throw new Error(`line ${number}: ${type} has no '${name}'`);
    }
  }
  // Every field was looked at.
  return record as unknown as TraceRecord;
}

const IS: Readonly<Record<FieldKind, (value: unknown) => boolean>> = {
  number: (value) => Number.isFinite(value),
  boolean: (value) => typeof value === 'boolean',
  text: (value) => typeof value === 'string',
  numbers: (value) => Array.isArray(value) && value.every(Number.isFinite),
  fields: (value) => isObject(value) && Object.values(value).every(Number.isFinite),
  state: (value) => STATES.has(value),
  fault: (value) => FAULTS.has(value),
  peer: (value) =>
    value === undefined ||
    (isObject(value) && Number.isFinite(value.domid) && Number.isFinite(value.port)),
};

function parse(line: string, number: number): Json {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new Error(`line ${number}: not JSON`, { cause: error });
  }
  if (!isObject(value)) throw new Error(`line ${number}: not an object`);
  return value;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
