/**
 * What is recorded of the real device is done here as well (conformance.test.ts); so what is traced of it has to be a life as
 * it can be, and a file of it one that Perfetto opens.
 */
import { describe, expect, it } from 'vitest';
import { ChromeFormat } from '../../src/trace/chrome-format.js';
import { LifeCycleChecker } from '../../src/trace/life-cycle.js';
import type { LifeCycleViolation } from '../../src/trace/life-cycle-violation.js';
import type { TraceRecord } from '../../src/trace/trace-record.js';
import { readChromeTrace } from '../unit/trace/chrome-validator.js';
import { readCases } from './case-folder.js';
import { whyLeftOut } from './left-out.js';
import { Machine } from './machine.js';
import { ownFolder } from './own-folder.js';
import { outputOf } from './run-cases.js';

for (const abi of ['fifo', 'two-level'] as const) {
  describe(`a trace of the embedded device with the ${abi} ABI is one of a possible life, and can be drawn, in the case`, () => {
    for (const test of readCases(ownFolder(), abi)) {
      if (whyLeftOut(test, abi) !== undefined) continue;
      it(test.name, async () => {
        const violations: LifeCycleViolation[] = [];
        const checker = new LifeCycleChecker((violation) => violations.push(violation));
        const format = new ChromeFormat();
        let file = format.begin();
        let count = 0;
        let batch: TraceRecord[] = [];
        const machine = new Machine(abi, {
          record: (record) => {
            checker.take(record);
            count++;
            batch.push(record);
            if (batch.length < 1000) return;
            file += format.batch({ records: batch, dropped: 0 });
            batch = [];
          },
        });
        await outputOf(test, machine);
        checker.end();
        file += format.batch({ records: batch, dropped: 0 });
        file += format.end({ records: count, dropped: 0 });
        expect(violations.slice(0, 3)).toEqual([]);
        expect(count).toBeGreaterThan(0);
        expect(readChromeTrace(file).processes.get(1)).toBe('domain 0');
      });
    }
  });
}
