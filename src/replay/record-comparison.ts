import type { TraceRecord } from '../trace/trace-record.js';
import { RECORD_FIELDS } from '../trace-formats/record-fields.js';

/** Whether two records tell the same, whenever it was. */
export function sameRecord(one: TraceRecord, other: TraceRecord): boolean {
  if (one.type !== other.type || one.domid !== other.domid) return false;
  const a = one as unknown as Readonly<Record<string, unknown>>;
  const b = other as unknown as Readonly<Record<string, unknown>>;
  for (const name in RECORD_FIELDS[one.type]) if (!sameValue(a[name], b[name])) return false;
  return true;
}

/** Fields are numbers, texts, booleans, lists of numbers, or numbers by name. */
function sameValue(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object') return false;
  const [a, b] = [Object.entries(one ?? {}), Object.entries(other ?? {})];
  if (a.length !== b.length) return false;
  const values = new Map(b);
  return a.every(([name, value]) => values.has(name) && values.get(name) === value);
}
