import { expect, it } from 'vitest';
import { RecordProbe } from '../../../src/trace/record-probe.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';
import { isOfGroup, RECORD_GROUPS } from '../../../src/trace-formats/record-groups.js';
import { callEach } from '../trace/every-call.js';

const records: TraceRecord[] = [];
callEach(new RecordProbe({ record: (record) => records.push(record) }, () => 0));

it.each(records.map((record) => [record.type, record]))('has a group for %s', (_, record) => {
  expect(RECORD_GROUPS.filter((group) => isOfGroup(record, group))).not.toEqual([]);
});

it('has in every group who opens and closes the device', () => {
  for (const record of records.filter(({ type }) => type === 'open' || type === 'release'))
    expect(RECORD_GROUPS.filter((group) => isOfGroup(record, group))).toEqual(RECORD_GROUPS);
});

it('counts sends as part of events, other hypercalls not', () => {
  const hypercall = (op: string): TraceRecord => ({
    time: 0,
    type: 'hypercall',
    domid: 0,
    op,
    args: {},
    result: 0,
  });
  expect(isOfGroup(hypercall('EVTCHNOP_send'), 'events')).toBe(true);
  expect(isOfGroup(hypercall('EVTCHNOP_send'), 'calls')).toBe(true);
  expect(isOfGroup(hypercall('EVTCHNOP_unmask'), 'events')).toBe(false);
});
