/** What cannot be replayed is refused, with the reason; what is wrong with options is refused before anything is done. */
import { describe, expect, it } from 'vitest';
import { replayTrace } from '../../src/replay/replay-trace.js';
import type { ReplayTraceOptions } from '../../src/replay/replayable-trace.js';
import type { TraceRecord } from '../../src/trace/trace-record.js';
import { readJsonLines } from '../../src/trace-formats/json-lines-reader.js';
import { forgetful, RecordedHost, traceOf } from '../unit/replay/recorded-host.js';

const { recorded } = forgetful();
const { records } = recorded;

/** A trace that begins with a program that is under way. */
function lateTrace(open: boolean) {
  const late = new RecordedHost();
  const domain = late.host.createDomain({ domid: 0 });
  const evtchn = domain.openEvtchn({ comm: 'early' });
  if (open) evtchn.bindUnboundPort(7);
  else domain.hypercalls.allocUnbound(0, 7);
  late.begin();
  evtchn.close();
  return late.trace;
}

describe('a trace is refused', () => {
  it('that was asked for some records only', () => {
    const words = /^cannot replay this trace: it was asked for some domains, ports, processes/;
    expect(() => replayTrace({ ...recorded.trace, filtered: true })).toThrow(words);
    const snapshot = { version: 1, time: 0, domains: [], destroyed: [], partial: true } as const;
    expect(() => replayTrace(traceOf(records, snapshot))).toThrow(words);
  });

  it('that lost records, but not up to there', () => {
    const batches = [
      { records: records.slice(0, 50), dropped: 0 },
      { records: records.slice(57), dropped: 7 },
    ];
    expect(() => replayTrace({ batches })).toThrow(
      'cannot replay this trace: 7 records were lost behind record 50; until: 50 replays what is before',
    );
    expect(() => replayTrace({ batches }, { until: 51 })).toThrow('were lost');
    expect(replayTrace({ batches }, { until: 50 }).equal).toBe(true);
  });

  it('that began when a file was open', () => {
    expect(() => replayTrace(lateTrace(true))).toThrow(
      "cannot replay this trace: file 1 of early was open when it began. It must begin before the programs do, as that of 'run --trace'",
    );
    const snapshot = lateTrace(true).snapshot!;
    const [domain] = snapshot.domains;
    const files = domain!.files.map((file) => ({ ...file, process: { comm: 'qemu', pid: 812 } }));
    const served = { ...snapshot, domains: [{ ...domain!, files }] };
    expect(() => replayTrace(traceOf([], served))).toThrow('file 1 of qemu[812] was open');
  });

  it('that began when a port was open, and that has a file that was', () => {
    const { snapshot, batches } = lateTrace(false);
    const [domain] = snapshot!.domains;
    const domains = [{ ...domain!, files: [] }];
    expect(() => replayTrace({ batches, snapshot: { ...snapshot!, domains } })).toThrow(
      /^cannot replay this trace: port \d+ of domain 0 was open when it began/,
    );
    expect(() => replayTrace({ batches })).toThrow(
      'cannot replay record 1: file 1 was not opened in this trace: it must have all that happened, from before its programs began',
    );
  });

  it.each<[string, TraceRecord, string]>([
    [
      'that has an ioctl that there is not',
      { time: 0, domid: 0, type: 'ioctl', file: 1, command: 'IOCTL_X', args: {}, result: 0 },
      "there is no ioctl 'IOCTL_X'",
    ],
    [
      'that has a hypercall that there is not',
      { time: 0, domid: 0, type: 'hypercall', op: 'EVTCHNOP_x', args: {}, result: 0 },
      "there is no hypercall 'EVTCHNOP_x'",
    ],
    [
      'that has an event on a port that is not there',
      { time: 0, domid: 0, type: 'set-pending', port: 60, vcpu: 0, coalesced: false, masked: true },
      'port 60 of domain 0 is not open by then',
    ],
    [
      'that has an upcall without a cause',
      { time: 0, domid: 0, type: 'upcall', vcpu: 0 },
      "nothing in the trace has caused this upcall: for a host with deferred delivery, give the option delivery: 'deferred'",
    ],
    [
      'that has records of a later version',
      { time: 0, domid: 0, type: 'reverie' } as unknown as TraceRecord,
      "this version of xen-evtchn does not know records of type 'reverie'",
    ],
  ])('%s', (_, record, why) => {
    expect(() => replayTrace(traceOf([record]))).toThrow(`cannot replay record 1: ${why}`);
  });

  it('that opens the device where nothing runs, or in a domain that is gone', () => {
    const open = { time: 0, domid: 5, type: 'open', file: 1, name: 'x', pid: 1 } as const;
    const domains = [{ domid: 5, kernel: false }];
    expect(() => replayTrace(traceOf([open]), { domains })).toThrow(
      'cannot replay record 1: nothing runs in domain 5, which has no device to open',
    );
    const destroy = { time: 0, domid: 5, type: 'domain-destroy', closed: 0 } as const;
    const empty = [{ domid: 5, kernel: false }];
    expect(() => replayTrace(traceOf([destroy, open]), { domains: empty })).toThrow(
      'cannot replay record 2: there is no domain 5 by then',
    );
  });

  it('of another version than there is', () => {
    expect(() => readJsonLines('{"type":"trace","version":3}\n')).toThrow(
      'line 1: version 3 is not 1, which can be read',
    );
    expect(() => readJsonLines('{"type":"trace","version":1,"filtered":7}\n')).toThrow(
      "line 1: 'filtered' is true or missing",
    );
  });
});

describe('options of a replay are refused', () => {
  it.each<[ReplayTraceOptions, string]>([
    [{ until: 0 }, '"until"'],
    [{ until: 1.5 }, '"until"'],
    [{ maxDifferences: 0 }, '"maxDifferences"'],
    [{ delivery: 'late' as 'deferred' }, '"delivery"'],
    [{ domains: {} as [] }, '"domains"'],
    [null as unknown as ReplayTraceOptions, '"options"'],
  ])('%j', (options, name) => {
    expect(() => replayTrace(recorded.trace, options)).toThrow(name);
  });

  it('of a domain as where domains are made', () => {
    expect(() => replayTrace(recorded.trace, { domains: [{ domid: 0, vcpus: 0 }] })).toThrow(
      '"vcpus"',
    );
    expect(() => replayTrace({ batches: 7 as unknown as [] })).toThrow('"batches"');
  });
});
