import { READ_MORE as MORE, STREAM_RECORD } from './trace-stream.js';

/** Units of a record in the views of a ring. */
export const DOUBLES = STREAM_RECORD / 8;
export const WORDS = STREAM_RECORD / 4;
export const RECORD_BYTES = STREAM_RECORD;
const HALVES = STREAM_RECORD / 2;
/** Where in a record type and flags are, in bytes, and the domain, in halves of a word. */
const TYPE = 8;
const FLAGS = 9;
const DOMID = 5;
/** Copies, because the compiler folds constants of its own module only. */
const READ_MORE = MORE;
const BYTES = STREAM_RECORD;

/**
 * The newest records of a trace, one after the other in memory of a fixed size. Records are counted from 0 in the order they
 * were written; a step is a record with those that say more of it.
 */
export class TraceRing {
  /** The same memory, by what is stored there. */
  doubles = new Float64Array(0);
  words = new Uint32Array(0);
  bytes = new Uint8Array(0);
  private halves = new Uint16Array(0);
  private capacity = 0;
  /** Where the next record goes. */
  private next = 0;
  /** Records and steps written since the memory is there. */
  written = 0;
  steps = 0;
  /** Of the steps, those whose record is there no more. */
  lostSteps = 0;

  /** Begins anew. @param records - how many there is memory for; 0 for none, and then what is written is lost */
  allocate(records: number): void {
    const memory = new ArrayBuffer(records * BYTES);
    this.doubles = new Float64Array(memory);
    this.words = new Uint32Array(memory);
    this.bytes = new Uint8Array(memory);
    this.halves = new Uint16Array(memory);
    this.capacity = records;
    this.next = 0;
    this.written = 0;
    this.steps = 0;
    this.lostSteps = 0;
  }

  /** The oldest record that is there. */
  get oldest(): number {
    return Math.max(0, this.written - this.capacity);
  }

  /** Begins a record in the place of the oldest. @returns which in memory it is */
  begin(time: number, type: number, flags: number, domid: number): number {
    const record = this.next;
    const at = record * BYTES;
    if (this.written >= this.capacity && this.bytes[at + TYPE] !== READ_MORE) this.lostSteps++;
    this.next = record + 1 === this.capacity ? 0 : record + 1;
    this.written++;
    if (type !== READ_MORE) this.steps++;
    this.doubles[record * DOUBLES] = time;
    this.bytes[at + TYPE] = type;
    this.bytes[at + FLAGS] = flags;
    this.halves[record * HALVES + DOMID] = domid;
    return record;
  }

  /** When a record that is there was written. */
  timeOf(record: number): number {
    return this.doubles[(record % this.capacity) * DOUBLES]!;
  }

  /** Whether a record that is there says more of the one before it. */
  continues(record: number): boolean {
    return this.bytes[(record % this.capacity) * BYTES + TYPE] === READ_MORE;
  }

  /** Copies records that are there. @returns how many of them begin a step */
  copy(from: number, count: number, to: Uint8Array, at: number): number {
    const start = from % this.capacity;
    const first = Math.min(count, this.capacity - start);
    to.set(this.bytes.subarray(start * BYTES, (start + first) * BYTES), at);
    if (first < count) {
      to.set(this.bytes.subarray(0, (count - first) * BYTES), at + first * BYTES);
    }
    let steps = 0;
    for (let i = 0; i < count; i++) if (to[at + i * BYTES + TYPE] !== READ_MORE) steps++;
    return steps;
  }
}
