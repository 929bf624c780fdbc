import { FreePorts } from './free-ports.js';

/** Channel states, numbered as Xen's `ECS_*` (xen/include/xen/sched.h), as its `'e'` key dump prints them. */
export const ECS_FREE = 0;
/** Port 0, never handed out. */
export const ECS_RESERVED = 1;
/** Allocated, waiting for a peer. */
export const ECS_UNBOUND = 2;
/** Connected to a port of a domain. */
export const ECS_INTERDOMAIN = 3;
/** A physical interrupt. */
export const ECS_PIRQ = 4;
/** A virtual interrupt. */
export const ECS_VIRQ = 5;
/** From a domain to itself. */
export const ECS_IPI = 6;

/** Ports Xen adds to the table at a time: one page of 64-byte `struct evtchn` (`EVTCHNS_PER_BUCKET`). */
export const EVTCHNS_PER_BUCKET = 64;

/** Channels there is room for at first: enough for many a domain of a test, and an array that small costs far less to make. */
const FIRST_CHANNELS = 4;

/** 32-bit words per channel. */
const STRIDE_SHIFT = 2;
/** Word 0: state, priority, flags and the vCPU to notify. */
const STATE_MASK = 0x7;
const PRIORITY_SHIFT = 3;
const PRIORITY_MASK = 0xf << PRIORITY_SHIFT;
const XEN_CONSUMER = 1 << 7;
const REMEMBERED = 1 << 8;
/** Ports take 17 bits, which leaves a word 15 for the domain: just enough for both. */
export const PEER_PORT_BITS = 17;
export const PEER_PORT_MASK = 0x1ffff;
const VCPU_SHIFT = 16;

/**
 * The event channels of one domain: Xen's `struct evtchn` table as one typed array, four words a channel.
 * Which numbers are valid grows in buckets of 64 and never shrinks, as in Xen: that limit is visible in EINVAL.
 */
export class ChannelTable {
  /**
   * word 0 = state | priority | flags | vCPU, word 1 = remote domid, virq or pirq, word 2 = port of the peer of an interdomain
   * channel, word 3 = the FIFO queue the port was last on.
   */
  private words = new Int32Array(FIRST_CHANNELS << STRIDE_SHIFT);
  /** Per port, where what is sent on it goes: see {@link peer}. Apart, as it is all that a send looks at. */
  private peers = new Int32Array(FIRST_CHANNELS);
  /** Ports below this have room; valid ones beyond, all of the first bucket, were never opened. */
  private room = FIRST_CHANNELS;
  /** Ports below this are valid (`d->valid_evtchns`). */
  valid = EVTCHNS_PER_BUCKET;
  /** Which ports are FREE. */
  readonly free: FreePorts = new FreePorts();
  /** Ports in use, port 0 not counted (`d->active_evtchns`). */
  active = 0;

  constructor() {
    this.words[0] = ECS_RESERVED;
    this.free.take(0);
  }

  /** Adds buckets until `port` is valid (`evtchn_allocate_port`). */
  validate(port: number): void {
    if (port < this.valid) return;
    this.valid = port - (port % EVTCHNS_PER_BUCKET) + EVTCHNS_PER_BUCKET;
    if (this.valid > this.room) this.grow();
  }

  /** Makes room for all valid ports, and a quarter more: doubling would leave up to half of a large table unused. */
  private grow(): void {
    const channels = Math.max(this.valid, this.room * 1.25);
    this.room = Math.ceil(channels / EVTCHNS_PER_BUCKET) * EVTCHNS_PER_BUCKET;
    const words = new Int32Array(this.room << STRIDE_SHIFT);
    words.set(this.words);
    this.words = words;
    const peers = new Int32Array(this.room);
    peers.set(this.peers);
    this.peers = peers;
  }

  /**
   * Marks a FREE port as used in the given state, its vCPU 0 and its flags clear. The queue it was last on is kept: the port
   * may still be that queue's tail.
   */
  open(port: number, state: number): void {
    if (port >= this.room) this.grow();
    this.free.take(port);
    this.active++;
    const at = port << STRIDE_SHIFT;
    this.words[at] = state | (this.words[at]! & REMEMBERED);
  }

  /** Back to FREE, with vCPU 0 (`evtchn_free`). */
  release(port: number): void {
    this.free.give(port);
    this.active--;
    const at = port << STRIDE_SHIFT;
    this.words[at] = ECS_FREE | (this.words[at]! & REMEMBERED);
    this.peers[port] = 0;
  }

  /** One of `ECS_*`. */
  state(port: number): number {
    return this.words[port << STRIDE_SHIFT]! & STATE_MASK;
  }

  private setState(port: number, state: number): void {
    const at = port << STRIDE_SHIFT;
    this.words[at] = (this.words[at]! & ~STATE_MASK) | state;
  }

  /** `evtchn_usable`: neither FREE nor RESERVED. */
  usable(port: number): boolean {
    return this.state(port) > ECS_RESERVED;
  }

  /** The vCPU that is told of events on this port. */
  vcpu(port: number): number {
    return this.words[port << STRIDE_SHIFT]! >>> VCPU_SHIFT;
  }

  setVcpu(port: number, vcpu: number): void {
    const at = port << STRIDE_SHIFT;
    this.words[at] = (this.words[at]! & 0xffff) | (vcpu << VCPU_SHIFT);
  }

  /** FIFO priority, 0 (highest) to 15. */
  priority(port: number): number {
    return (this.words[port << STRIDE_SHIFT]! & PRIORITY_MASK) >> PRIORITY_SHIFT;
  }

  setPriority(port: number, priority: number): void {
    const at = port << STRIDE_SHIFT;
    this.words[at] = (this.words[at]! & ~PRIORITY_MASK) | (priority << PRIORITY_SHIFT);
  }

  /** Xen itself, not the guest, receives this port's events (`consumer_is_xen`). */
  consumerIsXen(port: number): boolean {
    return (this.words[port << STRIDE_SHIFT]! & XEN_CONSUMER) !== 0;
  }

  setXenConsumer(port: number, on: boolean): void {
    this.setFlag(port, XEN_CONSUMER, on);
  }

  /** An event came while the FIFO array page of the port was missing (`evtchn->pending`). */
  remembered(port: number): boolean {
    return (this.words[port << STRIDE_SHIFT]! & REMEMBERED) !== 0;
  }

  setRemembered(port: number, on: boolean): void {
    this.setFlag(port, REMEMBERED, on);
  }

  /** Peer's domid of an unbound or interdomain channel; the number of a virq or pirq. */
  remote(port: number): number {
    return this.words[(port << STRIDE_SHIFT) + 1]!;
  }

  setRemote(port: number, remote: number): void {
    this.words[(port << STRIDE_SHIFT) + 1] = remote;
  }

  /**
   * The far end of a channel between two guests in one word: its domid << 17 | its port. 0 for everything else: what is not
   * connected, not valid, or has Xen at either end.
   */
  peer(port: number): number {
    return port < this.room ? this.peers[port]! : 0;
  }

  /** Port of the peer of an interdomain channel. */
  remotePort(port: number): number {
    return this.words[(port << STRIDE_SHIFT) + 2]!;
  }

  /**
   * Connects the port.
   * @param domid - below 0x7FF0
   * @param remotePort - below 131072
   * @param withXen - Xen itself sends or receives at one of the ends
   */
  connect(port: number, domid: number, remotePort: number, withXen: boolean): void {
    this.setState(port, ECS_INTERDOMAIN);
    this.setRemote(port, domid);
    this.words[(port << STRIDE_SHIFT) + 2] = remotePort;
    this.peers[port] = withXen ? 0 : (domid << PEER_PORT_BITS) | remotePort;
  }

  /** The peer is gone: the port is unbound, for that peer's domain. */
  disconnect(port: number, domid: number): void {
    this.setState(port, ECS_UNBOUND);
    this.setRemote(port, domid);
    this.peers[port] = 0;
  }

  /** The queue the port was last linked on, `vcpu << 4 | priority` (`fifo_lastq`). */
  lastQueue(port: number): number {
    return this.words[(port << STRIDE_SHIFT) + 3]!;
  }

  setLastQueue(port: number, queue: number): void {
    this.words[(port << STRIDE_SHIFT) + 3] = queue;
  }

  /** Bytes held, for measuring. */
  get byteLength(): number {
    return this.words.byteLength + this.peers.byteLength + this.free.byteLength;
  }

  private setFlag(port: number, flag: number, on: boolean): void {
    const at = port << STRIDE_SHIFT;
    this.words[at] = on ? this.words[at]! | flag : this.words[at]! & ~flag;
  }
}
