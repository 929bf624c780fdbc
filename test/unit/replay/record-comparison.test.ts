import { expect, it } from 'vitest';
import { sameRecord } from '../../../src/replay/record-comparison.js';
import { RecordProbe } from '../../../src/trace/record-probe.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';
import { callEach } from '../trace/every-call.js';

function everyRecord(time: number): TraceRecord[] {
  const records: TraceRecord[] = [];
  callEach(new RecordProbe({ record: (record) => records.push(record) }, () => time));
  return records;
}

it('finds records the same whenever they were, and otherwise if a field differs', () => {
  for (const [index, record] of everyRecord(1).entries()) {
    const later = everyRecord(2)[index]!;
    expect(sameRecord(record, later)).toBe(true);
    expect(sameRecord(record, { ...later, domid: 0x7000 })).toBe(false);
    for (const [name, value] of Object.entries(record)) {
      if (name === 'time' || name === 'type' || name === 'domid') continue;
      const other = typeof value === 'object' ? { different: 1, more: 2 } : 'different';
      const changed = { ...later, [name]: other } as unknown as TraceRecord;
      expect(sameRecord(record, changed)).toBe(false);
      expect(sameRecord(changed, record)).toBe(false);
    }
  }
});

it('compares lists and fields by what is in them', () => {
  const read = (...ports: number[]): TraceRecord => {
    return { time: 0, domid: 1, type: 'read', file: 1, ports, result: 8 };
  };
  expect(sameRecord(read(1, 2), read(1, 2))).toBe(true);
  expect(sameRecord(read(1, 2), read(2, 1))).toBe(false);
  expect(sameRecord(read(1, 2), read(1))).toBe(false);
  const close = { time: 0, domid: 1, type: 'channel-close', port: 3 } as const;
  const alone: TraceRecord = { ...close, peer: undefined };
  expect(sameRecord(alone, { ...close, peer: { domid: 1, port: 2 } })).toBe(false);
  expect(sameRecord(alone, { time: 3, domid: 1, type: 'upcall', vcpu: 0 })).toBe(false);
});
