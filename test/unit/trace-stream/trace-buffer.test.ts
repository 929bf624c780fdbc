import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordProbe } from '../../../src/trace/record-probe.js';
import type { TraceBatch } from '../../../src/trace/trace-batch.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';
import { TraceBuffer } from '../../../src/trace-stream/trace-buffer.js';
import { TraceDecoder } from '../../../src/trace-stream/trace-decoder.js';
import type { TraceReader } from '../../../src/trace-stream/trace-reader.js';
import { STREAM_HEADER, STREAM_RECORD } from '../../../src/trace-stream/trace-stream.js';
import { callEach } from '../trace/every-call.js';
import { type ProbeCall, probeCall } from '../trace/random-calls.js';

/** A buffer whose time is that of its calls, and what a probe that makes records has of the same calls. */
function setUp(records = 256) {
  let time = 0.5;
  const uses: boolean[] = [];
  const buffer = new TraceBuffer({
    now: () => time,
    wallTime: () => 1_700_000_000_000,
    records,
    onUse: (inUse) => uses.push(inUse),
  });
  const made: TraceRecord[] = [];
  const probe = new RecordProbe({ record: (record) => made.push(record) }, () => time);
  const call = (...calls: readonly ProbeCall[]) => {
    for (const each of calls) {
      time += 0.25;
      each(buffer);
      each(probe);
    }
  };
  return { buffer, uses, made, call };
}

/** All that a reader has, read with so many bytes at a time. */
function readAll(reader: TraceReader, size = 4096): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (;;) {
    const bytes = new Uint8Array(size);
    const length = reader.read(bytes);
    if (length === 0) return parts;
    parts.push(bytes.subarray(0, length));
  }
}

/** A decoder's batches as one. */
function together(batches: readonly TraceBatch[]): { records: TraceRecord[]; dropped: number } {
  const records = batches.flatMap((batch) => batch.records);
  return { records, dropped: batches.reduce((sum, { dropped }) => sum + dropped, 0) };
}

const upcalls = (count: number): ProbeCall[] =>
  Array.from({ length: count }, (_, i) => (probe) => probe.upcall(1, i));
/** A read of ports 1 to `count`. */
const readOf = (count: number): ProbeCall => {
  const entries = Uint32Array.from({ length: 1024 }, (_, i) => i + 1);
  return (probe) => probe.read(3, 4, entries, 0, count * 4);
};
const vcpus = (records: readonly TraceRecord[]) =>
  records.map((record) => (record.type === 'upcall' ? record.vcpu : record.type));

describe('a trace as bytes', () => {
  it('becomes the records that a record probe makes of the same calls', () => {
    const { buffer, made, call } = setUp();
    const reader = buffer.newReader();
    call(callEach);
    const decoder = new TraceDecoder();
    const batches = readAll(reader).flatMap((part) => decoder.decode(part));
    expect(batches).toEqual([{ records: made, dropped: 0 }]);
    expect(made).toHaveLength(21);
  });

  it('becomes them whatever the arguments are, and however the bytes come', () => {
    const chunk = fc.integer({ min: 1, max: 5000 });
    const property = fc.property(
      fc.array(fc.array(probeCall, { maxLength: 20 }), { maxLength: 8 }),
      fc.integer({ min: STREAM_RECORD, max: 4000 }),
      fc.array(chunk, { minLength: 1, maxLength: 5 }),
      (rounds, size, chunks) => {
        const { buffer, made, call } = setUp(1 << 15);
        const reader = buffer.newReader();
        const decoder = new TraceDecoder();
        const batches: TraceBatch[] = [];
        let turn = 0;
        for (const calls of rounds) {
          call(...calls);
          for (const part of readAll(reader, size)) {
            expect(part.length % STREAM_RECORD === 0 || decoder.header === undefined).toBe(true);
            for (let at = 0; at < part.length; turn++) {
              const end = at + chunks[turn % chunks.length]!;
              batches.push(...decoder.decode(part.subarray(at, end)));
              at = end;
            }
          }
        }
        expect(together(batches)).toEqual({ records: made, dropped: 0 });
      },
    );
    fc.assert(property, { numRuns: 200 });
  });

  it('begins with what the stream is, and when', () => {
    const { buffer, call } = setUp();
    call(...upcalls(2));
    const reader = buffer.newReader();
    const bytes = new Uint8Array(4096);
    expect(reader.read(bytes)).toBe(STREAM_HEADER);
    expect(String.fromCharCode(...bytes.subarray(0, 8))).toBe('xentrace');
    const decoder = new TraceDecoder();
    expect(decoder.header).toBeUndefined();
    expect(decoder.decode(bytes.subarray(0, STREAM_HEADER))).toEqual([]);
    expect(decoder.header).toEqual({ time: 1, wallOffset: 1_700_000_000_000 - 1 });
    expect(reader.read(bytes)).toBe(0);
  });

  it('keeps of a name what Linux keeps', () => {
    const { buffer, call } = setUp();
    const reader = buffer.newReader();
    const names = ['', 'qemu-system-x86_64', '0123456789abcdef', '\xe9\xff', 'a\u20acb'];
    call(
      ...names.map(
        (name): ProbeCall =>
          (probe) =>
            probe.open(1, 2, name, 3),
      ),
    );
    const { records } = together(
      readAll(reader).flatMap((part) => new TraceDecoder().decode(part)),
    );
    const kept = records.map((record) => (record.type === 'open' ? record.name : ''));
    expect(kept).toEqual(['', 'qemu-system-x86', '0123456789abcde', '\xe9\xff', 'a?b']);
  });
});

describe('a reader', () => {
  it('has what came since it was made, each for itself', () => {
    const { buffer, call } = setUp();
    const first = buffer.newReader();
    call(...upcalls(3));
    const second = buffer.newReader();
    call(...upcalls(2));
    const records = [first, second].map((reader) => {
      const decoder = new TraceDecoder();
      return together(readAll(reader).flatMap((part) => decoder.decode(part))).records.length;
    });
    expect(records).toEqual([5, 2]);
  });

  it('that falls behind is told how many it lost, and goes on with the oldest there is', () => {
    const { buffer, call } = setUp(256);
    const slow = buffer.newReader();
    const quick = buffer.newReader();
    const decoders = [new TraceDecoder(), new TraceDecoder()] as const;
    const take = (reader: TraceReader, decoder: TraceDecoder) =>
      readAll(reader, 1 << 16).flatMap((part) => decoder.decode(part));
    call(...upcalls(10));
    expect(together(take(slow, decoders[0]))).toMatchObject({ dropped: 0 });
    for (let round = 0; round < 7; round++) {
      call(...upcalls(100));
      expect(together(take(quick, decoders[1])).dropped).toBe(0);
    }
    const batches = take(slow, decoders[0]);
    expect(batches).toHaveLength(1);
    expect(batches[0]!.dropped).toBe(700 - 256);
    expect(batches[0]!.records).toHaveLength(256);
    expect(vcpus(batches[0]!.records).slice(0, 2)).toEqual([44, 45]);
    call(...upcalls(1));
    expect(take(slow, decoders[0])).toEqual([{ records: [expect.anything()], dropped: 0 }]);
  });

  it('counts a read of many ports as one that was lost, though its end is still there', () => {
    const { buffer, call } = setUp(256);
    const reader = buffer.newReader();
    const decoder = new TraceDecoder();
    call(...upcalls(3), readOf(1024), ...upcalls(200));
    const { records, dropped } = together(readAll(reader).flatMap((part) => decoder.decode(part)));
    expect(dropped).toBe(4);
    expect(vcpus(records)).toEqual(Array.from({ length: 200 }, (_, i) => i));
  });

  it('counts a read whose beginning it had when the rest was lost', () => {
    const { buffer, call } = setUp(256);
    const reader = buffer.newReader();
    const decoder = new TraceDecoder();
    call(...upcalls(1), readOf(1024));
    const start = new Uint8Array(STREAM_HEADER + 10 * STREAM_RECORD);
    expect(reader.read(start)).toBe(start.length);
    expect(vcpus(together(decoder.decode(start)).records)).toEqual([0]);
    call(...upcalls(250));
    const { records, dropped } = together(readAll(reader).flatMap((part) => decoder.decode(part)));
    expect(dropped).toBe(1);
    expect(vcpus(records)).toEqual(Array.from({ length: 250 }, (_, i) => i));
  });

  it('loses and has together what was made, whenever it reads', () => {
    const step = fc.record({ calls: fc.array(probeCall, { maxLength: 60 }), size: fc.nat(3000) });
    const property = fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const { buffer, made, call } = setUp(256);
      const reader = buffer.newReader();
      const decoder = new TraceDecoder();
      const batches: TraceBatch[] = [];
      const take = (size: number) => {
        const bytes = new Uint8Array(STREAM_RECORD + size);
        batches.push(...decoder.decode(bytes.subarray(0, reader.read(bytes))));
      };
      for (const { calls, size } of steps) {
        call(...calls);
        take(size);
      }
      for (const part of readAll(reader)) batches.push(...decoder.decode(part));
      let at = 0;
      for (const { records, dropped } of batches) {
        at += dropped;
        expect(records).toEqual(made.slice(at, at + records.length));
        at += records.length;
      }
      expect(at).toBe(made.length);
    });
    fc.assert(property, { numRuns: 200 });
  });

  it('gives nothing where no record fits, and nothing once it is closed', () => {
    const { buffer, call } = setUp();
    const reader = buffer.newReader();
    call(...upcalls(1));
    expect(reader.read(new Uint8Array(STREAM_HEADER - 1))).toBe(0);
    expect(reader.read(new Uint8Array(STREAM_HEADER))).toBe(STREAM_HEADER);
    expect(reader.read(new Uint8Array(STREAM_RECORD - 1))).toBe(0);
    expect(reader.read(new Uint8Array(STREAM_RECORD))).toBe(STREAM_RECORD);
    call(...upcalls(1));
    reader.close();
    reader.close();
    expect(reader.read(new Uint8Array(100))).toBe(0);
    expect(buffer.readerCount).toBe(0);
  });
});

describe('a buffer', () => {
  it('is in use from its first reader to its last, and begins anew after that', () => {
    const { buffer, uses, call } = setUp();
    const first = buffer.newReader();
    const second = buffer.newReader();
    call(...upcalls(5));
    first.close();
    expect([uses, buffer.readerCount]).toEqual([[true], 1]);
    second.close();
    expect(uses).toEqual([true, false]);
    // Nobody reads: what comes is lost, and is no reader's later.
    call(...upcalls(1000));
    const third = buffer.newReader();
    call(...upcalls(2));
    const decoder = new TraceDecoder();
    const { records, dropped } = together(readAll(third).flatMap((part) => decoder.decode(part)));
    expect([vcpus(records), dropped]).toEqual([[0, 1], 0]);
    expect(uses).toEqual([true, false, true]);
  });
});
