import { expect, it } from 'vitest';
import { formatOf, TRACE_FORMATS, traceFormat } from '../../../src/watch/trace-file-format.js';
import { snapshotOf } from '../snapshot/snapshot-fixture.js';

it.each([
  [undefined, 'text'],
  ['a.txt', 'text'],
  ['a.log', 'text'],
  ['trace', 'text'],
  ['a.json', 'chrome'],
  ['/srv/A.JSON', 'chrome'],
  ['a.jsonl', 'json'],
  ['a.ndjson', 'json'],
])('takes the format of %s for %s', (path, format) => expect(formatOf(path)).toBe(format));

it.each(TRACE_FORMATS)('makes a writer of %s for each trace', async (name) => {
  const make = await traceFormat(name);
  expect(make(snapshotOf())).not.toBe(make(snapshotOf()));
});
