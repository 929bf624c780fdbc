import type { TraceRing } from './trace-ring.js';
import {
  DROPPED,
  STREAM_HEADER,
  STREAM_MAGIC,
  STREAM_RECORD,
  STREAM_VERSION,
} from './trace-stream.js';

/** Reads what a `TraceBuffer` keeps, from the moment on at which it was made; gives a stream of bytes with a header. */
export class TraceReader {
  private readonly ring: TraceRing;
  private readonly time: number;
  private readonly wallOffset: number;
  private readonly onClose: () => void;
  private begun = false;
  private open = true;
  /** The record that is next, and the steps that were written before it. */
  private cursor: number;
  private stepsBefore: number;
  /** The record that is next says more of a step whose beginning was read. */
  private inside = false;

  /**
   * @param time - now, by the host's clock
   * @param wallOffset - what to add to such a time for milliseconds since 1970
   * @internal
   */
  constructor(ring: TraceRing, time: number, wallOffset: number, onClose: () => void) {
    this.ring = ring;
    this.time = time;
    this.wallOffset = wallOffset;
    this.onClose = onClose;
    this.cursor = ring.written;
    this.stepsBefore = ring.steps;
  }

  /**
   * Fills in what is there: the header first, then records. No part is left for later that fits.
   * @param to - of at least {@link STREAM_RECORD} bytes, or nothing fits
   * @returns bytes; 0 if there is nothing new
   */
  read(to: Uint8Array): number {
    if (!this.open) return 0;
    let at = 0;
    if (!this.begun) {
      if (to.length < STREAM_HEADER) return 0;
      this.writeHeader(to);
      this.begun = true;
      at = STREAM_HEADER;
    }
    if (this.cursor < this.ring.oldest) {
      if (to.length - at < STREAM_RECORD) return at;
      this.catchUp(to, at);
      at += STREAM_RECORD;
    }
    const fit = Math.floor((to.length - at) / STREAM_RECORD);
    const count = Math.min(fit, this.ring.written - this.cursor);
    if (count === 0) return at;
    this.stepsBefore += this.ring.copy(this.cursor, count, to, at);
    this.cursor += count;
    this.inside = this.cursor < this.ring.written && this.ring.continues(this.cursor);
    return at + count * STREAM_RECORD;
  }

  /** Ends it; twice does nothing. */
  close(): void {
    if (!this.open) return;
    this.open = false;
    this.onClose();
  }

  private writeHeader(to: Uint8Array): void {
    const view = new DataView(to.buffer, to.byteOffset, STREAM_HEADER);
    view.setUint32(0, STREAM_MAGIC[0], true);
    view.setUint32(4, STREAM_MAGIC[1], true);
    view.setUint32(8, STREAM_VERSION, true);
    view.setUint32(12, STREAM_RECORD, true);
    view.setFloat64(16, this.wallOffset, true);
    view.setFloat64(24, this.time, true);
  }

  /** Goes on with the oldest step that is there whole, and says how many were lost. */
  private catchUp(to: Uint8Array, at: number): void {
    const { ring } = this;
    let lost = ring.lostSteps - this.stepsBefore;
    let next = ring.oldest;
    // A step of which only the end is left was lost, too; and so was one of which the beginning was read.
    while (next < ring.written && ring.continues(next)) next++;
    if (this.inside) lost++;
    const view = new DataView(to.buffer, to.byteOffset + at, STREAM_RECORD);
    for (let word = 0; word < STREAM_RECORD; word += 4) view.setUint32(word, 0, true);
    if (next < ring.written) view.setFloat64(0, ring.timeOf(next), true);
    view.setUint8(8, DROPPED);
    view.setUint32(12, lost, true);
    view.setUint32(16, lost / 0x1_0000_0000, true);
    this.stepsBefore = ring.lostSteps;
    this.cursor = next;
    this.inside = false;
  }
}
