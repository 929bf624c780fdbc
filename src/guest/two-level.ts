import {
  EVTCHN_2L_NR_CHANNELS,
  SHARED_INFO_EVTCHN_MASK_OFFSET,
  SHARED_INFO_EVTCHN_PENDING_OFFSET,
} from '../abi/two-level.js';
import { VIRQ_TIMER } from '../abi/virq.js';
import type { Domain } from '../hypervisor/domain.js';
import type { GuestEventAbi, PortHandler } from './event-abi.js';

const BITMAP_WORDS = EVTCHN_2L_NR_CHANNELS / 32;
/** 64-bit words in the bitmaps, and bits in each: the ABI's unit of scanning. */
const WORDS = 64;
const NONE = 64;
const LAST_PORT = EVTCHN_2L_NR_CHANNELS - 1;

/** A vCPU's place in the scan. */
class Scan {
  /** Which ports the vCPU serves (`cpu_evtchn_mask`). */
  readonly served: Uint32Array = new Uint32Array(BITMAP_WORDS);
  /** Where the next scan starts: after the last port it processed. */
  word = 0;
  bit = 0;
  /** Selector bits taken from Xen and not yet scanned, low and high half. */
  low = 0;
  high = 0;

  /** Has the next scan start after a port. */
  moveBehind(port: number): void {
    const next = (port + 1) & LAST_PORT;
    this.word = next >>> 6;
    this.bit = next & 63;
  }
}

/** The guest's half of the two-level ABI (drivers/xen/events/events_2l.c). */
export class GuestTwoLevel implements GuestEventAbi {
  readonly maxChannels: number = EVTCHN_2L_NR_CHANNELS;
  readonly nrChannels: number = EVTCHN_2L_NR_CHANNELS;
  private readonly domain: Domain;
  handler: PortHandler;
  private readonly pendingBits: Uint32Array;
  private readonly maskBits: Uint32Array;
  private readonly scans: Scan[];

  constructor(domain: Domain, handler: PortHandler) {
    this.domain = domain;
    this.handler = handler;
    const page = domain.sharedInfo.buffer;
    this.pendingBits = new Uint32Array(page, SHARED_INFO_EVTCHN_PENDING_OFFSET, BITMAP_WORDS);
    this.maskBits = new Uint32Array(page, SHARED_INFO_EVTCHN_MASK_OFFSET, BITMAP_WORDS);
    this.maskBits.fill(0xffffffff);
    this.scans = domain.vcpus.map(() => new Scan());
  }

  setup(_port: number): number {
    return 0;
  }

  bindToVcpu(port: number, vcpu: number, old: number): void {
    this.remove(port, old);
    this.scans[vcpu]!.served[port >>> 5]! |= 1 << (port & 31);
  }

  remove(port: number, vcpu: number): void {
    this.scans[vcpu]!.served[port >>> 5]! &= ~(1 << (port & 31));
  }

  mask(port: number): void {
    this.maskBits[port >>> 5]! |= 1 << (port & 31);
  }

  post(port: number, vcpu: number): void {
    this.scans[vcpu]!.moveBehind(port);
  }

  unmask(port: number): void {
    // A pending event is left to Xen, as Linux does in HVM and PVH guests (evtchn_2l_unmask): with the mask bit set, also
    // where it was not, since Xen passes over a port that is not masked.
    if (this.unmaskIdle(port)) return;
    this.mask(port);
    this.domain.hypervisor.eventChannels.unmask(this.domain, port);
  }

  unmaskIdle(port: number): boolean {
    const word = port >>> 5;
    const bit = 1 << (port & 31);
    if ((this.pendingBits[word]! & bit) !== 0) return false;
    this.maskBits[word]! &= ~bit;
    return true;
  }

  clearPending(port: number): void {
    this.pendingBits[port >>> 5]! &= ~(1 << (port & 31));
  }

  setPending(port: number): void {
    this.pendingBits[port >>> 5]! |= 1 << (port & 31);
  }

  isPending(port: number): boolean {
    return (this.pendingBits[port >>> 5]! & (1 << (port & 31))) !== 0;
  }

  isMasked(port: number): boolean {
    return (this.maskBits[port >>> 5]! & (1 << (port & 31))) !== 0;
  }

  /**
   * VIRQ_TIMER first, then round the selected words from after the last port processed, so that a busy port cannot starve
   * those behind it. The word it starts in is scanned twice: its upper part first, the whole of it at the end.
   */
  handleEvents(vcpu: number): void {
    const scan = this.scans[vcpu]!;
    const timer = this.domain.vcpus[vcpu]!.virqToPort[VIRQ_TIMER]!;
    if (timer !== 0 && (this.active(scan, timer >>> 5) & (1 << (timer & 31))) !== 0) {
      this.handler.handlePort(timer, vcpu);
    }
    const selector = this.domain.vcpus[vcpu]!.pendingSel;
    scan.low |= selector[0]!;
    scan.high |= selector[1]!;
    selector[0] = 0;
    selector[1] = 0;
    const startWord = scan.word;
    const startBit = scan.bit;
    let word = startWord;
    let first = true;
    while ((scan.low | scan.high) !== 0) {
      word = firstBitFrom(scan.low, scan.high, word);
      if (word === NONE) {
        word = 0;
        first = false;
        continue;
      }
      const half = first && word === startWord;
      this.scanWord(scan, word, half ? startBit : 0, vcpu);
      if (!half) deselect(scan, word);
      first = false;
      word = (word + 1) % WORDS;
    }
  }

  /** Hands over the active ports of one 64-bit word from a bit on. */
  private scanWord(scan: Scan, word: number, from: number, vcpu: number): void {
    const low = this.active(scan, word * 2);
    const high = this.active(scan, word * 2 + 1);
    let bit = firstBitFrom(low, high, from);
    while (bit !== NONE) {
      const port = word * WORDS + bit;
      scan.moveBehind(port);
      this.handler.handlePort(port, vcpu);
      bit = bit + 1 === WORDS ? NONE : firstBitFrom(low, high, bit + 1);
    }
  }

  /** Pending, unmasked, and served by the vCPU (`active_evtchns`). */
  private active(scan: Scan, word: number): number {
    return this.pendingBits[word]! & scan.served[word]! & ~this.maskBits[word]!;
  }
}

/** Index of the lowest set bit at or above `from` in a 64-bit word given as halves, or {@link NONE}. */
function firstBitFrom(low: number, high: number, from: number): number {
  if (from < 32) {
    const bits = low & (-1 << from);
    if (bits !== 0) return 31 - Math.clz32(bits & -bits);
    return high === 0 ? NONE : 63 - Math.clz32(high & -high);
  }
  const bits = high & (-1 << (from - 32));
  return bits === 0 ? NONE : 63 - Math.clz32(bits & -bits);
}

function deselect(scan: Scan, word: number): void {
  if (word < 32) scan.low &= ~(1 << word);
  else scan.high &= ~(1 << (word - 32));
}
