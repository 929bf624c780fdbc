/**
 * The bytes of a trace on their way from a host to whoever reads it: a header of {@link STREAM_HEADER} bytes, then records of
 * {@link STREAM_RECORD} bytes each, little endian as the machines this runs on.
 *
 * A record: time (f64, milliseconds of the host's clock), type (u8), flags (u8), domain (u16), then seven words (u32) whose
 * meaning `TraceBuffer` has, type by type.
 */

/** Bytes of the header: {@link STREAM_MAGIC}, version and record size (u32 each), wall time of the host's time 0 (f64), host time (f64). */
export const STREAM_HEADER = 32;
/** Bytes of a record. */
export const STREAM_RECORD = 40;
/** First bytes of a stream: `xentrace`, in words. */
export const STREAM_MAGIC: readonly [number, number] = [0x746e6578, 0x65636172];
/** Version of this layout. */
export const STREAM_VERSION = 2;

/** Types of records, by what `TraceProbe` method they are of. */
export const DOMAIN_CREATE = 1;
export const DOMAIN_DESTROY = 2;
export const CHANNEL_OPEN = 3;
export const CHANNEL_CLOSE = 4;
export const HYPERCALL = 5;
export const VIRQ = 6;
export const SET_PENDING = 7;
export const UPCALL = 8;
export const INTERRUPT = 9;
export const READ = 10;
export const WRITE = 11;
export const EOI = 12;
export const DEFERRED_EOI = 13;
export const DEFERRED_EOI_END = 14;
export const IOCTL = 15;
export const BIND = 16;
export const UNBIND = 17;
export const RING_RESET = 18;
export const OPEN = 19;
export const RELEASE = 20;
/** More ports of the {@link READ} before it. */
export const READ_MORE = 21;
/** Records were lost here: how many, in two words, low half first. */
export const DROPPED = 22;
/** Its flags are the fault, as in `FAULT_NAMES`. */
export const FAULT = 23;

/** Ports in a {@link READ} and in a {@link READ_MORE}. */
export const READ_PORTS = 5;
export const READ_MORE_PORTS = 7;
/** Bytes of a name in an {@link OPEN}, its last one 0: `TASK_COMM_LEN` of Linux. */
export const NAME_BYTES = 16;

/** Flags of a {@link SET_PENDING}. */
export const COALESCED = 1;
export const MASKED = 2;
/** Flags of an {@link IOCTL}: the field was read. */
export const HAS_FIRST = 1;
export const HAS_SECOND = 2;
/** Flag of a {@link RING_RESET}. */
export const OVERFLOWED = 1;
