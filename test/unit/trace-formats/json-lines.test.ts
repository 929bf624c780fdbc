import { describe, expect, it } from 'vitest';
import { XenHost } from '../../../src/host/xen-host.js';
import type { HostSnapshot } from '../../../src/snapshot/host-snapshot.js';
import { RecordProbe } from '../../../src/trace/record-probe.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';
import { JsonLinesFormat } from '../../../src/trace-formats/json-lines.js';
import { readJsonLines } from '../../../src/trace-formats/json-lines-reader.js';
import { callEach } from '../trace/every-call.js';

const HEADER = '{"type":"trace","version":1}\n';

function everyRecord(): TraceRecord[] {
  const records: TraceRecord[] = [];
  const probe = new RecordProbe({ record: (record) => records.push(record) }, () => 1.25);
  callEach(probe);
  probe.channelClose(1, 2, 0, 0);
  probe.interrupt(1, 2, 3, 0);
  probe.read(1, 2, new Uint32Array(0), 0, -11);
  return records;
}

describe('a trace as JSON lines', () => {
  it('is a header with its version, then each record as it is, then an end', () => {
    const format = new JsonLinesFormat();
    expect(format.begin()).toBe(HEADER);
    expect(
      format.batch({
        records: [
          { time: 1.5, type: 'upcall', domid: 3, vcpu: 1 },
          { time: 2, type: 'read', domid: 3, file: 1, ports: [4, 5], result: 8 },
        ],
        dropped: 7,
      }),
    ).toBe(
      '{"type":"dropped","records":7}\n' +
        '{"time":1.5,"type":"upcall","domid":3,"vcpu":1}\n' +
        '{"time":2,"type":"read","domid":3,"file":1,"ports":[4,5],"result":8}\n',
    );
    expect(format.batch({ records: [], dropped: 0 })).toBe('');
    expect(format.end({ records: 2, dropped: 7 })).toBe('{"type":"end","records":2,"dropped":7}\n');
  });

  it('is read back as it was, every type of record, losses and the snapshot too', () => {
    const snapshot: HostSnapshot = { version: 1, time: 5, domains: [], destroyed: [] };
    const records = everyRecord();
    const format = new JsonLinesFormat({ snapshot });
    const text =
      format.begin() +
      format.batch({ records: records.slice(0, 5), dropped: 0 }) +
      format.batch({ records: records.slice(5, 9), dropped: 0 }) +
      format.batch({ records: records.slice(9), dropped: 3 }) +
      format.end({ records: records.length, dropped: 3 });
    expect(readJsonLines(text)).toEqual({
      snapshot,
      filtered: false,
      batches: [
        { records: records.slice(0, 9), dropped: 0 },
        { records: records.slice(9), dropped: 3 },
      ],
      complete: true,
    });
  });

  it('says that records were left out of it', () => {
    const format = new JsonLinesFormat({ filtered: true });
    expect(format.begin()).toBe('{"type":"trace","version":1,"filtered":true}\n');
    expect(readJsonLines(format.begin())).toMatchObject({ filtered: true, snapshot: undefined });
  });

  it('is read up to where its writer died', () => {
    const host = new XenHost();
    const records: TraceRecord[] = [];
    host.trace = { record: (record) => records.push(record) };
    host.createDomain({ domid: 1 });
    const format = new JsonLinesFormat();
    const text = format.begin() + format.batch({ records, dropped: 0 });
    expect(readJsonLines(text)).toMatchObject({ batches: [{ records }], complete: false });
    const cut = readJsonLines(text.slice(0, -5));
    expect(cut.batches[0]?.records).toEqual(records.slice(0, -1));
    expect(readJsonLines(HEADER).batches).toEqual([{ records: [], dropped: 0 }]);
  });

  const upcall = '{"time":1,"type":"upcall","domid":3,"vcpu":1}\n';
  it.each([
    ['nothing', '', 'line 1: not JSON'],
    ['a header that was cut off', HEADER.slice(0, -1), 'line 1: not JSON'],
    ['something else', `${upcall}`, 'line 1: not the start of a trace'],
    ['no object', '[]\n', 'line 1: not an object'],
    ['another version', '{"type":"trace","version":2}\n', 'line 1: version 2 is not 1'],
    ['a bad snapshot', '{"type":"trace","version":1,"snapshot":{"version":9}}\n', 'the snapshot'],
    ['a broken line', `${HEADER}${upcall}{"time":\n${upcall}`, 'line 3: not JSON'],
    ['an unknown type', `${HEADER}{"type":"toString"}\n`, 'line 2: there is no record of type'],
    ['no type', `${HEADER}{}\n`, 'line 2: there is no record of type undefined'],
    ['a missing field', `${HEADER}{"time":1,"type":"upcall","domid":3}\n`, "'vcpu' of upcall"],
    ['a field too many', `${HEADER}${upcall.replace('}', ',"x":1}')}`, "upcall has no 'x'"],
    ['a field of another type', `${HEADER}${upcall.replace('3', '"3"')}`, "'domid' of upcall"],
    [
      'a state that there is not',
      `${HEADER}{"time":1,"type":"channel-open","domid":3,"port":1,"state":"free","remote":0,"remotePort":0}\n`,
      "'state' of channel-open is wrong",
    ],
    [
      'a peer without a port',
      `${HEADER}{"time":1,"type":"channel-close","domid":3,"port":1,"peer":{"domid":1}}\n`,
      "'peer' of channel-close is wrong",
    ],
    [
      'ports that are none',
      `${HEADER}{"time":1,"type":"read","domid":3,"file":1,"ports":["a"],"result":4}\n`,
      "'ports' of read",
    ],
    ['a loss of nothing', `${HEADER}{"type":"dropped","records":0}\n`, "line 2: 'records'"],
    [
      'something behind the end',
      `${HEADER}{"type":"end","records":0,"dropped":0}\n${upcall}`,
      'line 3: something is behind the end',
    ],
  ])('is refused with %s, and says where', (_what, text, message) => {
    expect(() => readJsonLines(text)).toThrow(message);
  });
});
