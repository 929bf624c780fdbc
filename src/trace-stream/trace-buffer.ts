import type { TraceProbe } from '../trace/probe.js';
import { TraceReader } from './trace-reader.js';
import { DOUBLES, RECORD_BYTES, TraceRing, WORDS } from './trace-ring.js';
import * as stream from './trace-stream.js';

/** Copies, because the compiler folds constants of its own module only. */
const READ = stream.READ;
const READ_MORE = stream.READ_MORE;

/** Records kept unless said otherwise: 10 MB, about a second of as many events as can be served in one. */
export const TRACE_RECORDS = 1 << 18;
/** A read of all the ports that one moves, 1 024, takes 147 records. */
const LEAST_RECORDS = 256;
/** Where in a record a name is. */
const NAME_AT = 20;

/** What a buffer needs from outside. */
export interface TraceBufferOptions {
  /** The time, in milliseconds of the host's clock; asked for each record. */
  readonly now: () => number;
  /** The wall clock, in milliseconds since 1970. */
  readonly wallTime: () => number;
  /** Records kept for readers, {@link TRACE_RECORDS} unless given; 256 at least. */
  readonly records?: number | undefined;
  /** Told when the first reader comes, and when the last has gone: attaches the buffer to a host, and detaches it. */
  readonly onUse: (inUse: boolean) => void;
}

/**
 * Keeps what happens as bytes, for readers that take them at their own pace. There is one ring of records for all of them:
 * each has a place in it, and one that falls behind by more than the ring loses records, and is told how many. The ring's
 * memory is there only while somebody reads. A step costs a few stores and allocates nothing.
 */
export class TraceBuffer implements TraceProbe {
  private readonly capacity: number;
  private readonly now: () => number;
  private readonly wallTime: () => number;
  private readonly onUse: (inUse: boolean) => void;
  private readonly ring = new TraceRing();
  private readers = 0;

  constructor({ now, wallTime, records = TRACE_RECORDS, onUse }: TraceBufferOptions) {
    this.onUse = onUse;
    this.now = now;
    this.wallTime = wallTime;
    this.capacity = Math.max(LEAST_RECORDS, records);
  }

  /** How many read now. */
  get readerCount(): number {
    return this.readers;
  }

  /** Begins to read what is written from now on. The caller must close it. Neither from inside a probe. */
  newReader(): TraceReader {
    this.readers++;
    if (this.readers === 1) {
      this.ring.allocate(this.capacity);
      this.onUse(true);
    }
    const time = this.now();
    return new TraceReader(this.ring, time, this.wallTime() - time, () => this.readerClosed());
  }

  private readerClosed(): void {
    this.readers--;
    if (this.readers > 0) return;
    this.onUse(false);
    this.ring.allocate(0);
  }

  domainCreate(domid: number): void {
    this.begin(stream.DOMAIN_CREATE, 0, domid);
  }

  domainDestroy(domid: number, closed: number): void {
    const at = this.begin(stream.DOMAIN_DESTROY, 0, domid) * WORDS;
    this.ring.words[at + 3] = closed;
  }

  channelOpen(
    domid: number,
    port: number,
    state: number,
    remote: number,
    remotePort: number,
  ): void {
    const at = this.begin(stream.CHANNEL_OPEN, state, domid) * WORDS;
    this.ring.words[at + 3] = port;
    this.ring.words[at + 4] = remote;
    this.ring.words[at + 5] = remotePort;
  }

  channelClose(domid: number, port: number, peerDomid: number, peerPort: number): void {
    const at = this.begin(stream.CHANNEL_CLOSE, 0, domid) * WORDS;
    this.ring.words[at + 3] = port;
    this.ring.words[at + 4] = peerDomid;
    this.ring.words[at + 5] = peerPort;
  }

  /** Its first field may be a frame number, larger than a word. */
  hypercall(
    domid: number,
    op: number,
    first: number,
    second: number,
    third: number,
    result: number,
  ): void {
    const record = this.begin(stream.HYPERCALL, op, domid);
    const at = record * WORDS;
    this.ring.words[at + 3] = result;
    this.ring.doubles[record * DOUBLES + 2] = first;
    this.ring.words[at + 6] = second;
    this.ring.words[at + 7] = third;
  }

  virq(domid: number, virq: number, vcpu: number, port: number): void {
    const at = this.begin(stream.VIRQ, 0, domid) * WORDS;
    this.ring.words[at + 3] = virq;
    this.ring.words[at + 4] = vcpu;
    this.ring.words[at + 5] = port;
  }

  setPending(domid: number, port: number, vcpu: number, coalesced: boolean, masked: boolean): void {
    const flags = (coalesced ? stream.COALESCED : 0) | (masked ? stream.MASKED : 0);
    const at = this.begin(stream.SET_PENDING, flags, domid) * WORDS;
    this.ring.words[at + 3] = port;
    this.ring.words[at + 4] = vcpu;
  }

  upcall(domid: number, vcpu: number): void {
    const at = this.begin(stream.UPCALL, 0, domid) * WORDS;
    this.ring.words[at + 3] = vcpu;
  }

  interrupt(domid: number, file: number, port: number, queued: number): void {
    const at = this.begin(stream.INTERRUPT, 0, domid) * WORDS;
    this.ring.words[at + 3] = file;
    this.ring.words[at + 4] = port;
    this.ring.words[at + 5] = queued;
  }

  /** Ports that do not fit go into records of their own. */
  read(domid: number, file: number, entries: Uint32Array, start: number, result: number): void {
    const count = result > 0 ? result >>> 2 : 0;
    let at = this.begin(READ, 0, domid) * WORDS;
    this.ring.words[at + 3] = file;
    this.ring.words[at + 4] = result;
    let word = at + WORDS - stream.READ_PORTS;
    for (let i = 0; i < count; i++) {
      if (word === at + WORDS) {
        at = this.begin(READ_MORE, 0, domid) * WORDS;
        word = at + WORDS - stream.READ_MORE_PORTS;
      }
      this.ring.words[word] = entries[(start + i) & (entries.length - 1)]!;
      word++;
    }
  }

  write(domid: number, file: number, result: number): void {
    const at = this.begin(stream.WRITE, 0, domid) * WORDS;
    this.ring.words[at + 3] = file;
    this.ring.words[at + 4] = result;
  }

  eoi(domid: number, file: number, port: number): void {
    const at = this.begin(stream.EOI, 0, domid) * WORDS;
    this.ring.words[at + 3] = file;
    this.ring.words[at + 4] = port;
  }

  deferredEoi(domid: number, port: number, until: number): void {
    const record = this.begin(stream.DEFERRED_EOI, 0, domid);
    this.ring.words[record * WORDS + 3] = port;
    this.ring.doubles[record * DOUBLES + 2] = until;
  }

  deferredEoiEnd(domid: number, port: number): void {
    const at = this.begin(stream.DEFERRED_EOI_END, 0, domid) * WORDS;
    this.ring.words[at + 3] = port;
  }

  ioctl(
    domid: number,
    file: number,
    command: number,
    first: number,
    second: number,
    result: number,
  ): void {
    const flags = (first >= 0 ? stream.HAS_FIRST : 0) | (second >= 0 ? stream.HAS_SECOND : 0);
    const at = this.begin(stream.IOCTL, flags, domid) * WORDS;
    this.ring.words[at + 3] = file;
    this.ring.words[at + 4] = command;
    this.ring.words[at + 5] = first;
    this.ring.words[at + 6] = second;
    this.ring.words[at + 7] = result;
  }

  bind(domid: number, file: number, port: number): void {
    const at = this.begin(stream.BIND, 0, domid) * WORDS;
    this.ring.words[at + 3] = file;
    this.ring.words[at + 4] = port;
  }

  unbind(domid: number, file: number, port: number): void {
    const at = this.begin(stream.UNBIND, 0, domid) * WORDS;
    this.ring.words[at + 3] = file;
    this.ring.words[at + 4] = port;
  }

  ringReset(domid: number, file: number, dropped: number, overflowed: boolean): void {
    const at = this.begin(stream.RING_RESET, overflowed ? stream.OVERFLOWED : 0, domid) * WORDS;
    this.ring.words[at + 3] = file;
    this.ring.words[at + 4] = dropped;
  }

  /** A name is cut as Linux cuts it; what is no Latin-1 in it becomes a question mark. */
  open(domid: number, file: number, name: string, pid: number): void {
    const record = this.begin(stream.OPEN, 0, domid);
    this.ring.words[record * WORDS + 3] = file;
    this.ring.words[record * WORDS + 4] = pid;
    const at = record * RECORD_BYTES + NAME_AT;
    for (let i = 0; i < stream.NAME_BYTES; i++) {
      const code = i < name.length && i < stream.NAME_BYTES - 1 ? name.charCodeAt(i) : 0;
      this.ring.bytes[at + i] = code > 0xff ? 0x3f : code;
    }
  }

  release(domid: number, file: number): void {
    const at = this.begin(stream.RELEASE, 0, domid) * WORDS;
    this.ring.words[at + 3] = file;
  }

  fault(
    domid: number,
    number: number,
    fault: number,
    file: number,
    port: number,
    value: number,
  ): void {
    const at = this.begin(stream.FAULT, fault, domid) * WORDS;
    this.ring.words[at + 3] = number;
    this.ring.words[at + 4] = file;
    this.ring.words[at + 5] = port;
    this.ring.words[at + 6] = value;
  }

  /** Begins a record. @returns which in the ring it is */
  private begin(type: number, flags: number, domid: number): number {
    return this.ring.begin(this.now(), type, flags, domid);
  }
}
