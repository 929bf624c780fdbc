/** docs/trace-format.md has every record and every field there is, and no other; its example can be read and replayed. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { replayTrace } from '../../../src/replay/replay-trace.js';
import { FAULT_NAMES } from '../../../src/trace/fault-name.js';
import { JSON_LINES_VERSION, JsonLinesFormat } from '../../../src/trace-formats/json-lines.js';
import { readJsonLines } from '../../../src/trace-formats/json-lines-reader.js';
import { RECORD_FIELDS } from '../../../src/trace-formats/record-fields.js';

const page = readFileSync(new URL('../../../docs/trace-format.md', import.meta.url), 'utf8');

/** The cells of the rows of the table below a heading. */
function rowsBelow(heading: string): string[][] {
  const section = page.split(`\n## ${heading}\n`)[1]!.split('\n## ')[0]!;
  const rows = section.split('\n').filter((line) => line.startsWith('| '));
  return rows
    .slice(1)
    .map((row) => row.split(' | ').map((cell) => cell.replaceAll(/^\| | \|$/g, '')));
}

/** Names in a cell. */
function names(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
}

describe('docs/trace-format.md', () => {
  const rows = new Map(rowsBelow('Records').map(([type, fields]) => [names(type!)[0]!, fields!]));

  it('has every type of record', () => {
    expect([...rows.keys()].sort()).toEqual(Object.keys(RECORD_FIELDS).sort());
  });

  it.each(Object.entries(RECORD_FIELDS))('has the fields of %s', (type, fields) => {
    expect(names(rows.get(type)!)).toEqual(Object.keys(fields));
  });

  it('names no record that there is not where it says what stands before what', () => {
    const section = page.split('\n## What stands before what\n')[1]!.split('\n## ')[0]!;
    const other = ['notify --incoming', 'snapshot', ...FAULT_NAMES];
    const unknown = names(section).filter(
      (name) => !Object.hasOwn(RECORD_FIELDS, name) && !other.includes(name) && !/[A-Z]/.test(name),
    );
    expect(unknown).toEqual([]);
  });

  it('has the lines that are no records, with their fields', () => {
    const named = (cell: string) => names(cell).filter((name) => !name.startsWith('"'));
    const [header, , dropped, end] = rowsBelow('Lines').map(([, fields]) => named(fields!));
    const format = new JsonLinesFormat();
    const fieldsOf = (line: string) => Object.keys(JSON.parse(line) as object);
    expect(header).toEqual([...fieldsOf(format.begin()), 'snapshot', 'filtered']);
    expect(dropped).toEqual(fieldsOf(format.batch({ records: [], dropped: 1 })));
    expect(end).toEqual(fieldsOf(format.end({ records: 1, dropped: 1 })));
  });

  it('has the version that is written', () => {
    expect(page).toContain(`\`version\` = ${JSON_LINES_VERSION}, `);
    expect(rowsBelow('Versions').at(-1)![0]).toBe(String(JSON_LINES_VERSION));
  });

  it('has an example that can be read, and comes out the same when it is replayed', () => {
    const example = /\n```json\n(\{"type":"trace"[^`]+)```\n/.exec(page)![1]!;
    const trace = readJsonLines(example);
    expect(trace.complete).toBe(true);
    const replayed = replayTrace(trace);
    expect(replayed.differences.map(({ text }) => text)).toEqual([]);
    expect(replayed.records).toBe(trace.batches[0]!.records.length);
  });
});
