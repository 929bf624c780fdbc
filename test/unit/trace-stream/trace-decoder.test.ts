import { describe, expect, it } from 'vitest';
import { TraceBuffer } from '../../../src/trace-stream/trace-buffer.js';
import { TraceDecoder } from '../../../src/trace-stream/trace-decoder.js';
import { READ_MORE, STREAM_HEADER } from '../../../src/trace-stream/trace-stream.js';

/** A header and a record. */
function stream(): Uint8Array {
  const buffer = new TraceBuffer({ now: () => 1, wallTime: () => 2, onUse: () => {} });
  const reader = buffer.newReader();
  buffer.upcall(1, 2);
  const bytes = new Uint8Array(200);
  return bytes.slice(0, reader.read(bytes));
}

describe('the decoder', () => {
  it('refuses what is no trace, as soon as it can tell', () => {
    const decoder = new TraceDecoder();
    const text = Uint8Array.from('pid 12\nversion 0.1.0\nprotocol 7.45\n', (c) => c.charCodeAt(0));
    expect(decoder.decode(text.subarray(0, STREAM_HEADER - 1))).toEqual([]);
    expect(() => decoder.decode(text.subarray(STREAM_HEADER - 1))).toThrow(
      'this is no trace of xen-evtchn: it does not begin as one',
    );
  });

  it('refuses another version, and says what to use', () => {
    const bytes = stream();
    bytes[8] = 9;
    expect(() => new TraceDecoder().decode(bytes)).toThrow(
      'the host traces in version 9 of the format, and this is for version 2: use the xen-evtchn that serves the host',
    );
  });

  it('refuses records that there are not', () => {
    for (const [type, what] of [
      [0, 'it has a record of type 0'],
      [99, 'it has a record of type 99'],
      [READ_MORE, 'ports of a read without it'],
    ] as const) {
      const bytes = stream();
      bytes[STREAM_HEADER + 8] = type;
      expect(() => new TraceDecoder().decode(bytes)).toThrow(`this trace is damaged: ${what}`);
    }
  });

  it('has nothing to say of no bytes', () => {
    const decoder = new TraceDecoder();
    expect(decoder.decode(new Uint8Array(0))).toEqual([]);
    expect(decoder.decode(stream())).toEqual([
      { records: [{ time: 1, type: 'upcall', domid: 1, vcpu: 2 }], dropped: 0 },
    ]);
    expect(decoder.decode(new Uint8Array(0))).toEqual([]);
  });
});
