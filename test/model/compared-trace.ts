import { deepStrictEqual } from 'node:assert';
import type { TraceRecord, TraceSink, XenHost } from '../../src/index.js';
import { TraceBuffer } from '../../src/trace-stream/trace-buffer.js';
import { TraceDecoder } from '../../src/trace-stream/trace-decoder.js';
import type { TraceReader } from '../../src/trace-stream/trace-reader.js';

/** Records are compared when there are so many. */
const TOGETHER = 1000;

/** A host's trace, taken both ways, as records and as bytes, which have to say the same. */
export class ComparedTrace implements TraceSink {
  #records: TraceRecord[] = [];
  readonly #reader: TraceReader;
  readonly #decoder = new TraceDecoder();
  readonly #bytes = new Uint8Array(1 << 20);

  constructor(host: XenHost) {
    const buffer: TraceBuffer = new TraceBuffer({
      now: () => host.clock.now(),
      wallTime: () => 0,
      onUse: (inUse) => (inUse ? host.attach(buffer) : host.detach(buffer)),
    });
    this.#reader = buffer.newReader();
    host.trace = this;
  }

  record(record: TraceRecord): void {
    this.#records.push(record);
  }

  /** To be called now and then, between operations. @throws AssertionError if the two differ */
  compare(): void {
    if (this.#records.length >= TOGETHER) this.#compareAll();
  }

  /** Ends it. @throws AssertionError if the two differ */
  end(): void {
    this.#compareAll();
    this.#reader.close();
  }

  #compareAll(): void {
    const decoded: TraceRecord[] = [];
    for (let length = -1; length !== 0; ) {
      length = this.#reader.read(this.#bytes);
      for (const { records, dropped } of this.#decoder.decode(this.#bytes.subarray(0, length))) {
        if (dropped > 0) throw new Error(`${dropped} records were lost`);
        decoded.push(...records);
      }
    }
    deepStrictEqual(decoded, this.#records);
    this.#records = [];
  }
}
