import { PEER_PORT_BITS, PEER_PORT_MASK } from '../hypervisor/channel-table.js';

/** Numbers a port has, all in one row so that an event touches little memory. */
const STRIDE = 11;
const EVENTS = 0;
const COALESCED = 1;
const SENDS = 2;
const OPENED_AT = 3;
const PEER_AT = 4;
const LAST_EVENT_AT = 5;
const LAST_READ_AT = 6;
const LAST_ENABLED_AT = 7;
const LAST_SEND_AT = 8;
const PENDING_SINCE = 9;
const QUEUED_SINCE = 10;
/** Whole numbers of a port. */
const WORDS = 3;
const LOST_PEER = 0;
const LAST_READER = 1;
const OVERFLOWS = 2;

/** The lost peer's domain was destroyed. */
const PEER_DESTROYED = 1;
/** Its event is in a ring. */
const QUEUED = 2;
/** Its event was read, and the port is not unmasked yet. */
const READ = 4;
/** Its event met a full ring, and the port was not written back since. */
const OVERFLOWED = 8;
/** Its late EOI was put off. */
const DEFERRED = 16;

/** A port's flags say why its open file has it disabled: its event was read, or is gone. */
export type DisabledBy = 'read' | 'overflow' | 'reset';

/**
 * What is counted of the ports of one domain: 101 bytes a port, in typed arrays that reach as far as the highest port that
 * anything happened on. Times are milliseconds of the host's clock; NaN is "never, or not seen".
 */
export class PortStatistics {
  private numbers = new Float64Array(0);
  private words = new Uint32Array(0);
  private flags = new Uint8Array(0);

  /** The port was opened: everything starts anew. @param connected - it has a peer */
  open(port: number, now: number, connected: boolean): void {
    this.clear(port);
    this.numbers[port * STRIDE + OPENED_AT] = now;
    if (connected) this.numbers[port * STRIDE + PEER_AT] = now;
  }

  /** The port was closed: nothing of it is kept. */
  close(port: number): void {
    if (port < this.flags.length) this.clear(port);
  }

  /** A peer connected to it. */
  connect(port: number, now: number): void {
    this.reach(port);
    this.numbers[port * STRIDE + PEER_AT] = now;
    this.words[port * WORDS + LOST_PEER] = 0;
    this.flags[port]! &= ~PEER_DESTROYED;
  }

  /** Its peer closed. */
  losePeer(port: number, domid: number, peerPort: number, now: number): void {
    this.reach(port);
    this.numbers[port * STRIDE + PEER_AT] = now;
    this.words[port * WORDS + LOST_PEER] = (domid << PEER_PORT_BITS) | peerPort;
    this.flags[port]! &= ~PEER_DESTROYED;
  }

  /** Its peer closed because that one's domain was destroyed. Nothing unless it has lost a peer of that domain. */
  peerDestroyed(port: number, domid: number): void {
    if (port >= this.flags.length) return;
    const lost = this.words[port * WORDS + LOST_PEER]!;
    if (lost !== 0 && lost >>> PEER_PORT_BITS === domid) this.flags[port]! |= PEER_DESTROYED;
  }

  /** An event was made pending. */
  event(port: number, now: number, coalesced: boolean): void {
    this.reach(port);
    const { numbers } = this;
    const row = port * STRIDE;
    numbers[row + EVENTS]!++;
    numbers[row + LAST_EVENT_AT] = now;
    // An event that merged into one nobody saw coming is no older than that one, and how old that is nobody knows.
    if (coalesced) numbers[row + COALESCED]!++;
    else numbers[row + PENDING_SINCE] = now;
  }

  /** Its event went into a ring. */
  queue(port: number): void {
    this.reach(port);
    const { numbers } = this;
    const row = port * STRIDE;
    numbers[row + QUEUED_SINCE] = numbers[row + PENDING_SINCE]!;
    numbers[row + PENDING_SINCE] = Number.NaN;
    this.flags[port] = (this.flags[port]! & ~(READ | DEFERRED)) | QUEUED;
  }

  /** Its event met a full ring. */
  overflow(port: number): void {
    this.reach(port);
    this.words[port * WORDS + OVERFLOWS]!++;
    this.numbers[port * STRIDE + PENDING_SINCE] = Number.NaN;
    this.flags[port] = (this.flags[port]! & ~(READ | DEFERRED)) | OVERFLOWED;
  }

  /** Its event was read. @returns how long ago it was first made pending, in ms, or NaN */
  read(port: number, file: number, now: number): number {
    this.reach(port);
    const { numbers } = this;
    const row = port * STRIDE;
    const since = numbers[row + QUEUED_SINCE]!;
    numbers[row + QUEUED_SINCE] = Number.NaN;
    numbers[row + LAST_READ_AT] = now;
    this.words[port * WORDS + LAST_READER] = file;
    this.flags[port] = (this.flags[port]! & ~QUEUED) | READ;
    return now - since;
  }

  /** Its file wrote it back. @returns how long ago its event was read, in ms, or NaN if it was not */
  enable(port: number, now: number): number {
    this.reach(port);
    const row = port * STRIDE;
    const flags = this.flags[port]!;
    this.numbers[row + LAST_ENABLED_AT] = now;
    this.flags[port] = flags & ~(READ | OVERFLOWED | QUEUED | DEFERRED);
    return (flags & READ) === 0 ? Number.NaN : now - this.numbers[row + LAST_READ_AT]!;
  }

  /** Its late EOI, which came by {@link enable} for an event that was read, was put off. */
  defer(port: number): void {
    this.flags[port]! |= DEFERRED;
  }

  /** The late EOI that was put off took effect. @returns how long ago the event was read, in ms, or NaN if it was not */
  undefer(port: number, now: number): number {
    const flags = this.flags[port] ?? 0;
    if ((flags & DEFERRED) === 0) return Number.NaN;
    this.flags[port] = flags & ~DEFERRED;
    return now - this.numbers[port * STRIDE + LAST_READ_AT]!;
  }

  /** A send was made on it. */
  send(port: number, now: number): void {
    this.reach(port);
    this.numbers[port * STRIDE + SENDS]!++;
    this.numbers[port * STRIDE + LAST_SEND_AT] = now;
  }

  /** Events made pending, those that merged included. */
  events(port: number): number {
    return this.count(port, EVENTS);
  }

  /** Events that merged into one that was pending. */
  coalesced(port: number): number {
    return this.count(port, COALESCED);
  }

  /** Sends made on it. */
  sends(port: number): number {
    return this.count(port, SENDS);
  }

  /** Events that met a full ring. */
  overflows(port: number): number {
    return this.words[port * WORDS + OVERFLOWS] ?? 0;
  }

  openedAt(port: number): number {
    return this.time(port, OPENED_AT);
  }

  /** When it and its peer were connected; NaN while it has none. */
  connectedAt(port: number): number {
    return this.lostPeerPort(port) === 0 ? this.time(port, PEER_AT) : Number.NaN;
  }

  /** When its peer went; NaN unless it lost one. */
  lostPeerAt(port: number): number {
    return this.lostPeerPort(port) === 0 ? Number.NaN : this.time(port, PEER_AT);
  }

  /** The port of the peer that went; 0 unless it lost one. */
  lostPeerPort(port: number): number {
    return (this.words[port * WORDS + LOST_PEER] ?? 0) & PEER_PORT_MASK;
  }

  /** The domain of the peer that went. */
  lostPeerDomid(port: number): number {
    return (this.words[port * WORDS + LOST_PEER] ?? 0) >>> PEER_PORT_BITS;
  }

  /** The domain of the peer that went was destroyed. */
  lostPeerDestroyed(port: number): boolean {
    return ((this.flags[port] ?? 0) & PEER_DESTROYED) !== 0;
  }

  lastEventAt(port: number): number {
    return this.time(port, LAST_EVENT_AT);
  }

  lastReadAt(port: number): number {
    return this.time(port, LAST_READ_AT);
  }

  /** The open file that read it last; 0 for none. */
  lastReader(port: number): number {
    return this.words[port * WORDS + LAST_READER] ?? 0;
  }

  lastEnabledAt(port: number): number {
    return this.time(port, LAST_ENABLED_AT);
  }

  lastSendAt(port: number): number {
    return this.time(port, LAST_SEND_AT);
  }

  /** When the event was made pending that is pending now. */
  pendingSince(port: number): number {
    return this.time(port, PENDING_SINCE);
  }

  /** When the event was made pending that is in a ring now. */
  queuedSince(port: number): number {
    return this.time(port, QUEUED_SINCE);
  }

  /**
   * Where the event is for which the port is disabled in its file, given that it is not in the ring; undefined where that was
   * not seen.
   */
  disabledBy(port: number): DisabledBy | undefined {
    const flags = this.flags[port] ?? 0;
    if ((flags & READ) !== 0) return 'read';
    if ((flags & OVERFLOWED) !== 0) return 'overflow';
    // It was put into the ring, and nobody read it: a reset emptied the ring.
    return (flags & QUEUED) === 0 ? undefined : 'reset';
  }

  /** Bytes held, for measuring. */
  get byteLength(): number {
    return this.numbers.byteLength + this.words.byteLength + this.flags.byteLength;
  }

  private count(port: number, column: number): number {
    return this.numbers[port * STRIDE + column] ?? 0;
  }

  private time(port: number, column: number): number {
    return this.numbers[port * STRIDE + column] ?? Number.NaN;
  }

  private clear(port: number): void {
    this.reach(port);
    const row = port * STRIDE;
    this.numbers.fill(0, row, row + OPENED_AT);
    this.numbers.fill(Number.NaN, row + OPENED_AT, row + STRIDE);
    this.words.fill(0, port * WORDS, (port + 1) * WORDS);
    this.flags[port] = 0;
  }

  private reach(port: number): void {
    if (port >= this.flags.length) this.grow(port);
  }

  private grow(port: number): void {
    const before = this.flags.length;
    // A quarter more each time: doubling would leave up to half of a large table unused.
    const ports = Math.max(port + 1, 16, Math.ceil(before * 1.25));
    const numbers = new Float64Array(ports * STRIDE);
    numbers.set(this.numbers);
    for (let row = before * STRIDE; row < numbers.length; row += STRIDE) {
      numbers.fill(Number.NaN, row + OPENED_AT, row + STRIDE);
    }
    this.numbers = numbers;
    const words = new Uint32Array(ports * WORDS);
    words.set(this.words);
    this.words = words;
    const flags = new Uint8Array(ports);
    flags.set(this.flags);
    this.flags = flags;
  }
}
