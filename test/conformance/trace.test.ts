/**
 * What is recorded of the real device is done here as well (conformance.test.ts); so what is traced of it has to be a life as
 * it can be, every step of it found in the path of an event, and a file of it one that Perfetto opens.
 */
import { describe, expect, it } from 'vitest';
import { EventPaths } from '../../src/event-paths/event-paths.js';
import { LifeCycleChecker } from '../../src/life-cycle/life-cycle.js';
import type { LifeCycleViolation } from '../../src/life-cycle/life-cycle-violation.js';
import type { TraceRecord } from '../../src/trace/trace-record.js';
import { ChromeFormat } from '../../src/trace-formats/chrome-format.js';
import { readChromeTrace } from '../unit/trace-formats/chrome-validator.js';
import { readCases } from './case-folder.js';
import { whyLeftOut } from './left-out.js';
import { Machine } from './machine.js';
import { ownFolder } from './own-folder.js';
import { outputOf } from './run-cases.js';

/** How often something happened. */
class Tally {
  readonly #counts = new Map<string, number>();

  get kinds(): string[] {
    return [...this.#counts.keys()];
  }

  count(kind: string, times = 1): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + times);
  }

  /** What a record says has happened to events, in the words of their paths. */
  countRecord(record: TraceRecord): void {
    if (record.type === 'set-pending') this.count(record.coalesced ? 'merged' : 'pending');
    if (record.type === 'interrupt') this.count('queued');
    if (record.type === 'overflow') this.count('overflow');
    if (record.type === 'read') this.count('read', record.ports.length);
    if (record.type === 'eoi') this.count('enabled');
    if (record.type === 'deferred-eoi') this.count('deferred');
  }

  of(...kinds: readonly string[]): number[] {
    return kinds.map((kind) => this.#counts.get(kind) ?? 0);
  }
}

for (const abi of ['fifo', 'two-level'] as const) {
  describe(`a trace of the embedded device with the ${abi} ABI is one of a possible life, and can be drawn, in the case`, () => {
    for (const test of readCases(ownFolder(), abi)) {
      if (whyLeftOut(test, abi) !== undefined) continue;
      it(test.name, async () => {
        const violations: LifeCycleViolation[] = [];
        const checker = new LifeCycleChecker((violation) => violations.push(violation));
        const format = new ChromeFormat();
        const told = new Tally();
        const followed = new Tally();
        const paths = new EventPaths(({ cause }, { kind }) => {
          followed.count(kind);
          expect(cause).not.toBe('unknown');
        });
        let file = format.begin();
        let count = 0;
        let batch: TraceRecord[] = [];
        const machine = new Machine(abi, {
          record: (record) => {
            checker.take(record);
            paths.take(record);
            told.countRecord(record);
            count++;
            batch.push(record);
            if (batch.length < 1000) return;
            file += format.batch({ records: batch, dropped: 0 });
            batch = [];
          },
        });
        await outputOf(test, machine);
        checker.end();
        paths.settle();
        file += format.batch({ records: batch, dropped: 0 });
        file += format.end({ records: count, dropped: 0 });
        expect(violations.slice(0, 3)).toEqual([]);
        expect(count).toBeGreaterThan(0);
        expect(followed.of(...told.kinds)).toEqual(told.of(...told.kinds));
        expect(readChromeTrace(file).processes.get(1)).toBe('domain 0');
      });
    }
  });
}
