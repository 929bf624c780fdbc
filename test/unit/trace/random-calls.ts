import fc from 'fast-check';
import { TRACE_SCHEDOP_POLL } from '../../../src/trace/hypercall-names.js';
import type { TraceProbe } from '../../../src/trace/probe.js';

/** A call of one of the methods of a probe. */
export type ProbeCall = (probe: TraceProbe) => void;

const u8 = fc.integer({ min: 0, max: 0x7f });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 0xffffffff }));
const frame = fc.oneof(u32, fc.maxSafeNat());
const result = fc.oneof(
  fc.integer({ min: 0, max: 0x1ffff }),
  fc.integer({ min: -4095, max: -1 }),
  fc.constantFrom(-0x80000000, 0x7fffffff),
);
/** A field of an ioctl, which may not have been read. */
const field = fc.oneof(u32, fc.constant(-1));
const flag = fc.boolean();
/** As Linux has names: up to 15 bytes, none of them 0. */
const name = fc
  .array(fc.integer({ min: 1, max: 0xff }), { maxLength: 15 })
  .map((codes) => String.fromCharCode(...codes));
const jiffies = fc.oneof(fc.maxSafeNat(), fc.double({ min: 0, max: 1e15, noNaN: true }));
/** A ring whose length is a power of two, somewhere to begin, and how many ports are read. */
const ring = fc.record({
  entries: fc
    .tuple(fc.integer({ min: 0, max: 10 }), fc.nat())
    .map(([log, seed]) => Uint32Array.from({ length: 2 ** log }, (_, i) => seed * (i + 1))),
  start: fc.integer({ min: -2000, max: 0x7fffffff }),
  count: fc.nat({ max: 1024 }),
});

/** Any call of any method, with any arguments that it may get. */
export const probeCall: fc.Arbitrary<ProbeCall> = fc.oneof(
  u16.map(
    (d): ProbeCall =>
      (probe) =>
        probe.domainCreate(d),
  ),
  fc.tuple(u16, u32).map(
    ([d, n]): ProbeCall =>
      (probe) =>
        probe.domainDestroy(d, n),
  ),
  fc.tuple(u16, u32, fc.integer({ min: 2, max: 6 }), u32, u32).map(
    (args): ProbeCall =>
      (probe) =>
        probe.channelOpen(...args),
  ),
  fc.tuple(u16, u32, u16, u32).map(
    (args): ProbeCall =>
      (probe) =>
        probe.channelClose(...args),
  ),
  fc
    .tuple(
      u16,
      fc.oneof(fc.integer({ min: 0, max: 14 }), fc.constant(TRACE_SCHEDOP_POLL), u8),
      frame,
      u32,
      u32,
      result,
    )
    .map(
      (args): ProbeCall =>
        (probe) =>
          probe.hypercall(...args),
    ),
  fc.tuple(u16, u32, u32, u32).map(
    (args): ProbeCall =>
      (probe) =>
        probe.virq(...args),
  ),
  fc.tuple(u16, u32, u32, flag, flag).map(
    (args): ProbeCall =>
      (probe) =>
        probe.setPending(...args),
  ),
  fc.tuple(u16, u32).map(
    (args): ProbeCall =>
      (probe) =>
        probe.upcall(...args),
  ),
  fc.tuple(u16, u32, u32, u32).map(
    (args): ProbeCall =>
      (probe) =>
        probe.interrupt(...args),
  ),
  fc.tuple(u16, u32, ring).map(
    ([d, file, { entries, start, count }]): ProbeCall =>
      (probe) =>
        probe.read(d, file, entries, start, count * 4),
  ),
  fc.tuple(u16, u32, fc.integer({ min: -4095, max: 0 })).map(
    ([d, file, rc]): ProbeCall =>
      (probe) =>
        probe.read(d, file, new Uint32Array(0), 0, rc),
  ),
  fc.tuple(u16, u32, result).map(
    (args): ProbeCall =>
      (probe) =>
        probe.write(...args),
  ),
  fc.tuple(u16, u32, u32).map(
    (args): ProbeCall =>
      (probe) =>
        probe.eoi(...args),
  ),
  fc.tuple(u16, u32, jiffies).map(
    (args): ProbeCall =>
      (probe) =>
        probe.deferredEoi(...args),
  ),
  fc.tuple(u16, u32).map(
    (args): ProbeCall =>
      (probe) =>
        probe.deferredEoiEnd(...args),
  ),
  fc
    .tuple(
      u16,
      u32,
      fc.oneof(fc.constantFrom(0x44500, 0x84501, 0x44502, 0x44503, 0x44504, 0x4505, 0x24506), u32),
      field,
      field,
      result,
    )
    .map(
      (args): ProbeCall =>
        (probe) =>
          probe.ioctl(...args),
    ),
  fc.tuple(u16, u32, u32).map(
    (args): ProbeCall =>
      (probe) =>
        probe.bind(...args),
  ),
  fc.tuple(u16, u32, u32).map(
    (args): ProbeCall =>
      (probe) =>
        probe.unbind(...args),
  ),
  fc.tuple(u16, u32, u32, flag).map(
    (args): ProbeCall =>
      (probe) =>
        probe.ringReset(...args),
  ),
  fc.tuple(u16, u32, name, u32).map(
    (args): ProbeCall =>
      (probe) =>
        probe.open(...args),
  ),
  fc.tuple(u16, u32).map(
    (args): ProbeCall =>
      (probe) =>
        probe.release(...args),
  ),
  fc.tuple(u16, fc.integer({ min: 0, max: 999_999 }), fc.nat({ max: 11 }), u32, u32, result).map(
    (args): ProbeCall =>
      (probe) =>
        probe.fault(...args),
  ),
);
