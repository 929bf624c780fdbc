/**
 * The memory both ends of the device share, laid out as Xen's `io/ring.h` does it:
 *
 *      byte 0  req_prod    requests put in, ever           written by the front end
 *           4  req_event   "notify me at this request"     written by the back end
 *           8  rsp_prod    responses put in, ever          written by the back end
 *          12  rsp_event   "notify me at this response"    written by the front end
 *          64  slots of 16 bytes, a power of two of them
 *
 * Indices count up for ever, modulo 2^32; an index modulo the number of slots is its slot. A response goes into a slot whose
 * request was taken already, so one array of slots serves both ways.
 *
 * Over foreign memory (a granted page, a SharedArrayBuffer) the order of accesses is the whole protocol. `Atomics` gives the
 * barriers: what was written to slots before an index is stored is seen by whoever loads that index.
 */
export class SharedRing {
  static readonly HEADER_SIZE = 64;
  static readonly SLOT_SIZE = 16;

  readonly slotCount: number;
  readonly #indices: Uint32Array<ArrayBufferLike>;
  readonly #slots: readonly DataView[];

  /** @param memory - the header and room for one slot at least; 4096 bytes in a real device */
  constructor(memory: ArrayBufferLike) {
    const room = (memory.byteLength - SharedRing.HEADER_SIZE) / SharedRing.SLOT_SIZE;
    if (!(room >= 1)) throw new RangeError('the memory holds no slot');
    this.slotCount = 2 ** Math.floor(Math.log2(room));
    this.#indices = new Uint32Array(memory, 0, 4);
    this.#slots = Array.from(
      { length: this.slotCount },
      (_, slot) =>
        new DataView(
          memory,
          SharedRing.HEADER_SIZE + slot * SharedRing.SLOT_SIZE,
          SharedRing.SLOT_SIZE,
        ),
    );
  }

  /** Bytes that hold `slots` slots. */
  static bytesFor(slots: number): number {
    return SharedRing.HEADER_SIZE + slots * SharedRing.SLOT_SIZE;
  }

  /** Empties the ring. Done once, by the side that owns the memory, before the other side is told of it. */
  initialise(): void {
    this.reqProd = 0;
    this.rspProd = 0;
    // 1: the very first request, and the very first response, is to be notified.
    this.reqEvent = 1;
    this.rspEvent = 1;
  }

  /** The slot an index falls into. */
  slot(index: number): DataView {
    return this.#slots[index & (this.slotCount - 1)]!;
  }

  get reqProd(): number {
    return Atomics.load(this.#indices, 0);
  }

  set reqProd(index: number) {
    Atomics.store(this.#indices, 0, index);
  }

  get reqEvent(): number {
    return Atomics.load(this.#indices, 1);
  }

  set reqEvent(index: number) {
    Atomics.store(this.#indices, 1, index);
  }

  get rspProd(): number {
    return Atomics.load(this.#indices, 2);
  }

  set rspProd(index: number) {
    Atomics.store(this.#indices, 2, index);
  }

  get rspEvent(): number {
    return Atomics.load(this.#indices, 3);
  }

  set rspEvent(index: number) {
    Atomics.store(this.#indices, 3, index);
  }
}

/** How far `to` is ahead of `from`; right also where indices wrap. */
export function distance(from: number, to: number): number {
  return (to - from) >>> 0;
}
