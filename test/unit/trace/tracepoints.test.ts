import { describe, expect, it } from 'vitest';
import type { TraceRecord } from '../../../src/trace/trace-record.js';
import { Tracepoints } from '../../../src/trace/tracepoints.js';

describe('Tracepoints', () => {
  it('stamp a record with the time and hand it on, fields as they are', () => {
    const records: TraceRecord[] = [];
    const trace = new Tracepoints(() => 12.5);
    trace.sink = { record: (record) => records.push(record) };
    trace.emit({ type: 'upcall', domid: 3, vcpu: 1 });
    expect(records).toEqual([{ time: 12.5, type: 'upcall', domid: 3, vcpu: 1 }]);
  });

  it('trace nothing at first, and do not look at the clock for it', () => {
    let looks = 0;
    const trace = new Tracepoints(() => ++looks);
    expect(trace.sink).toBeUndefined();
    trace.emit({ type: 'domain-create', domid: 0 });
    expect(looks).toBe(0);
  });

  it('follow the sink as it is changed and taken away', () => {
    const first: TraceRecord[] = [];
    const second: TraceRecord[] = [];
    const trace = new Tracepoints(() => 0);
    trace.sink = { record: (record) => first.push(record) };
    trace.emit({ type: 'domain-create', domid: 1 });
    trace.sink = { record: (record) => second.push(record) };
    trace.emit({ type: 'domain-create', domid: 2 });
    trace.sink = undefined;
    trace.emit({ type: 'domain-create', domid: 3 });
    expect([first, second].map((records) => records.map((record) => record.domid))).toEqual([
      [1],
      [2],
    ]);
  });
});
