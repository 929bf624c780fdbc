/**
 * What is traced of the recorded cases (trace.test.ts), written and read as JSON lines, comes out the same when it is done
 * again.
 */
import { describe, expect, it } from 'vitest';
import { replayTrace } from '../../src/replay/replay-trace.js';
import type { TraceRecord } from '../../src/trace/trace-record.js';
import { JsonLinesFormat } from '../../src/trace-formats/json-lines.js';
import { readJsonLines } from '../../src/trace-formats/json-lines-reader.js';
import { readCases } from './case-folder.js';
import { whyLeftOut } from './left-out.js';
import { Machine } from './machine.js';
import { ownFolder } from './own-folder.js';
import { outputOf } from './run-cases.js';

/** A case may take long on a busy machine, one that opens every port. */
const TIME_LIMIT = 60_000;

function written(records: readonly TraceRecord[]): string {
  const format = new JsonLinesFormat();
  let text = format.begin();
  for (let at = 0; at < records.length; at += 1000) {
    text += format.batch({ records: records.slice(at, at + 1000), dropped: 0 });
  }
  return text + format.end({ records: records.length, dropped: 0 });
}

for (const abi of ['fifo', 'two-level'] as const) {
  describe(`a trace of the embedded device with the ${abi} ABI is replayed with the same results, of the case`, () => {
    for (const test of readCases(ownFolder(), abi)) {
      if (whyLeftOut(test, abi) !== undefined) continue;
      it(test.name, { timeout: TIME_LIMIT }, async () => {
        const records: TraceRecord[] = [];
        const machine = new Machine(abi, { record: (record) => records.push(record) });
        await outputOf(test, machine);
        const replayed = replayTrace(readJsonLines(written(records)));
        expect(replayed.differences.map(({ text }) => text)).toEqual([]);
        expect(replayed.records).toBe(records.length);
        expect(replayed.unfinished).toBe(0);
      });
    }
  });
}
