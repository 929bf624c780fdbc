import type { TraceProbe } from '../trace/probe.js';
import * as stream from './trace-stream.js';

/** Calls the method of a probe that a record is of. @param at - where in the view the record begins */
type Replay = (probe: TraceProbe, domid: number, view: DataView, at: number) => void;

/** Unsigned and signed word of a record. */
const word = (view: DataView, at: number, index: number) => view.getUint32(at + index * 4, true);
const integer = (view: DataView, at: number, index: number) => view.getInt32(at + index * 4, true);
const flag = (view: DataView, at: number, bit: number) => (view.getUint8(at + 9) & bit) !== 0;
/** The number behind the first word, which may be larger than a word. */
const double = (view: DataView, at: number) => view.getFloat64(at + 16, true);

/** The name in an OPEN record: one byte a character, up to the first 0. */
function nameIn(view: DataView, at: number): string {
  let name = '';
  for (let i = 0; i < stream.NAME_BYTES; i++) {
    const code = view.getUint8(at + 20 + i);
    if (code === 0) break;
    name += String.fromCharCode(code);
  }
  return name;
}

/** By type; each reads what the method of that name in `TraceBuffer` writes. */
const REPLAY: Readonly<Record<number, Replay>> = {
  [stream.DOMAIN_CREATE]: (probe, domid) => probe.domainCreate(domid),
  [stream.DOMAIN_DESTROY]: (probe, domid, view, at) =>
    probe.domainDestroy(domid, word(view, at, 3)),
  [stream.CHANNEL_OPEN]: (probe, domid, view, at) =>
    probe.channelOpen(
      domid,
      word(view, at, 3),
      view.getUint8(at + 9),
      word(view, at, 4),
      word(view, at, 5),
    ),
  [stream.CHANNEL_CLOSE]: (probe, domid, view, at) =>
    probe.channelClose(domid, word(view, at, 3), word(view, at, 4), word(view, at, 5)),
  [stream.HYPERCALL]: (probe, domid, view, at) =>
    probe.hypercall(
      domid,
      view.getUint8(at + 9),
      double(view, at),
      word(view, at, 6),
      word(view, at, 7),
      integer(view, at, 3),
    ),
  [stream.VIRQ]: (probe, domid, view, at) =>
    probe.virq(domid, word(view, at, 3), word(view, at, 4), word(view, at, 5)),
  [stream.SET_PENDING]: (probe, domid, view, at) =>
    probe.setPending(
      domid,
      word(view, at, 3),
      word(view, at, 4),
      flag(view, at, stream.COALESCED),
      flag(view, at, stream.MASKED),
    ),
  [stream.UPCALL]: (probe, domid, view, at) => probe.upcall(domid, word(view, at, 3)),
  [stream.INTERRUPT]: (probe, domid, view, at) =>
    probe.interrupt(domid, word(view, at, 3), word(view, at, 4), word(view, at, 5)),
  [stream.WRITE]: (probe, domid, view, at) =>
    probe.write(domid, word(view, at, 3), integer(view, at, 4)),
  [stream.EOI]: (probe, domid, view, at) => probe.eoi(domid, word(view, at, 3), word(view, at, 4)),
  [stream.DEFERRED_EOI]: (probe, domid, view, at) =>
    probe.deferredEoi(domid, word(view, at, 3), double(view, at)),
  [stream.DEFERRED_EOI_END]: (probe, domid, view, at) =>
    probe.deferredEoiEnd(domid, word(view, at, 3)),
  [stream.IOCTL]: (probe, domid, view, at) =>
    probe.ioctl(
      domid,
      word(view, at, 3),
      word(view, at, 4),
      flag(view, at, stream.HAS_FIRST) ? word(view, at, 5) : -1,
      flag(view, at, stream.HAS_SECOND) ? word(view, at, 6) : -1,
      integer(view, at, 7),
    ),
  [stream.BIND]: (probe, domid, view, at) =>
    probe.bind(domid, word(view, at, 3), word(view, at, 4)),
  [stream.UNBIND]: (probe, domid, view, at) =>
    probe.unbind(domid, word(view, at, 3), word(view, at, 4)),
  [stream.RING_RESET]: (probe, domid, view, at) =>
    probe.ringReset(domid, word(view, at, 3), word(view, at, 4), flag(view, at, stream.OVERFLOWED)),
  [stream.OPEN]: (probe, domid, view, at) =>
    probe.open(domid, word(view, at, 3), nameIn(view, at), word(view, at, 4)),
  [stream.RELEASE]: (probe, domid, view, at) => probe.release(domid, word(view, at, 3)),
  [stream.FAULT]: (probe, domid, view, at) =>
    probe.fault(
      domid,
      word(view, at, 3),
      view.getUint8(at + 9),
      word(view, at, 4),
      word(view, at, 5),
      integer(view, at, 6),
    ),
};

/**
 * Has a probe called as it would have been for a record; reads have their own records, which this does not know.
 * @param at - where in the view the record begins
 * @throws Error for a type that there is not
 */
export function replay(type: number, view: DataView, at: number, probe: TraceProbe): void {
  const call = REPLAY[type];
  if (call === undefined) throw new Error(`this trace is damaged: it has a record of type ${type}`);
  call(probe, view.getUint16(at + 10, true), view, at);
}
