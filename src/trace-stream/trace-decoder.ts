import type { TraceProbe } from '../trace/probe.js';
import { RecordProbe } from '../trace/record-probe.js';
import type { TraceBatch } from '../trace/trace-batch.js';
import type { TraceRecord } from '../trace/trace-record.js';
import { replay } from './trace-replay.js';
import * as stream from './trace-stream.js';

/** What a stream says about itself. */
export interface TraceHeader {
  /** When it begins, in milliseconds of the host's clock. */
  readonly time: number;
  /** What to add to such a time for milliseconds since 1970. */
  readonly wallOffset: number;
}

/** Bytes of a stream that may be left over from one part for the next. */
const LEFT_OVER = Math.max(stream.STREAM_HEADER, stream.STREAM_RECORD);
/** The largest read(2) of the device, in ports; a power of two. */
const MOST_PORTS = 1024;

/**
 * Makes records of the bytes that `TraceReader` gives: the very ones that `RecordProbe` makes of the same steps, but that
 * names are as long as Linux has them.
 */
export class TraceDecoder {
  readonly #left = new Uint8Array(LEFT_OVER);
  readonly #leftView = new DataView(this.#left.buffer);
  #leftLength = 0;
  #header: TraceHeader | undefined;
  #time = 0;
  #records: TraceRecord[] = [];
  #dropped = 0;
  readonly #batches: TraceBatch[] = [];
  readonly #probe: TraceProbe = new RecordProbe(
    { record: (record) => this.#records.push(record) },
    () => this.#time,
  );
  /** A read of which ports are yet to come. */
  #read: { readonly domid: number; readonly file: number } | undefined;
  #result = 0;
  #ports = new Uint32Array(MOST_PORTS);
  #portCount = 0;

  /** What the stream says about itself, once its first bytes came. */
  get header(): TraceHeader | undefined {
    return this.#header;
  }

  /**
   * Takes the next part of a stream, of any size.
   * @returns what is complete now: nothing, or a batch, or several if records were lost in between
   * @throws Error for what is no stream of a trace, or of another version; then nothing more can be decoded
   */
  decode(bytes: Uint8Array): TraceBatch[] {
    let at = 0;
    if (this.#leftLength > 0) {
      const missing = this.#pieceSize - this.#leftLength;
      const part = bytes.subarray(at, at + missing);
      this.#left.set(part, this.#leftLength);
      this.#leftLength += part.length;
      at += part.length;
      if (part.length < missing) return [];
      this.#leftLength = 0;
      this.#take(this.#leftView, 0);
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let size = this.#pieceSize; at + size <= bytes.length; size = this.#pieceSize) {
      this.#take(view, at);
      at += size;
    }
    if (at < bytes.length) {
      this.#left.set(bytes.subarray(at));
      this.#leftLength = bytes.length - at;
    }
    this.#endBatch();
    return this.#batches.splice(0);
  }

  /** Bytes of what is next. */
  get #pieceSize(): number {
    return this.#header === undefined ? stream.STREAM_HEADER : stream.STREAM_RECORD;
  }

  #endBatch(): void {
    if (this.#records.length > 0 || this.#dropped > 0) {
      this.#batches.push({ records: this.#records, dropped: this.#dropped });
    }
    this.#records = [];
    this.#dropped = 0;
  }

  /** The header, or one record. */
  #take(view: DataView, at: number): void {
    if (this.#header === undefined) {
      this.#header = readHeader(view, at);
      return;
    }
    const type = view.getUint8(at + 8);
    // The time of a read is that of its first record.
    if (type !== stream.READ_MORE) this.#time = view.getFloat64(at, true);
    if (type === stream.READ_MORE) this.#takePorts(view, at, stream.READ_MORE_PORTS);
    else if (type === stream.READ) this.#beginRead(view, at);
    else if (type === stream.DROPPED) this.#takeDropped(view, at);
    else replay(type, view, at, this.#probe);
  }

  /** Its number counts the read, too, of which not all ports came. */
  #takeDropped(view: DataView, at: number): void {
    this.#endBatch();
    this.#dropped = view.getUint32(at + 12, true) + view.getUint32(at + 16, true) * 0x1_0000_0000;
    this.#read = undefined;
  }

  #beginRead(view: DataView, at: number): void {
    const domid = view.getUint16(at + 10, true);
    this.#read = { domid, file: view.getUint32(at + 12, true) };
    this.#result = view.getInt32(at + 16, true);
    this.#portCount = 0;
    const count = this.#result >>> 2;
    if (this.#result > 0 && count > this.#ports.length) {
      this.#ports = new Uint32Array(2 ** Math.ceil(Math.log2(count)));
    }
    this.#takePorts(view, at, stream.READ_PORTS);
  }

  /** Takes the ports at the end of a record; the read is over with the last of them. */
  #takePorts(view: DataView, at: number, room: number): void {
    const read = this.#read;
    if (read === undefined) throw new Error('this trace is damaged: ports of a read without it');
    const total = this.#result > 0 ? this.#result >>> 2 : 0;
    const here = Math.min(room, total - this.#portCount);
    const first = at + stream.STREAM_RECORD - room * 4;
    for (let i = 0; i < here; i++) {
      this.#ports[this.#portCount + i] = view.getUint32(first + i * 4, true);
    }
    this.#portCount += here;
    if (this.#portCount < total) return;
    this.#read = undefined;
    this.#probe.read(read.domid, read.file, this.#ports, 0, this.#result);
  }
}

/** @throws Error for what does not begin as a stream */
function readHeader(view: DataView, at: number): TraceHeader {
  const [low, high] = stream.STREAM_MAGIC;
  if (view.getUint32(at, true) !== low || view.getUint32(at + 4, true) !== high) {
    throw new Error('this is no trace of xen-evtchn: it does not begin as one');
  }
  const version = view.getUint32(at + 8, true);
  const size = view.getUint32(at + 12, true);
  if (version !== stream.STREAM_VERSION || size !== stream.STREAM_RECORD) {
    throw new Error(
      `the host traces in version ${version} of the format, and this is for version ${stream.STREAM_VERSION}: use the xen-evtchn that serves the host`,
    );
  }
  return { wallOffset: view.getFloat64(at + 16, true), time: view.getFloat64(at + 24, true) };
}
