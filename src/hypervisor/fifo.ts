import { EACCES, EINVAL } from '../abi/errno.js';
import {
  EVTCHN_FIFO_LINK_MASK,
  EVTCHN_FIFO_LINKED,
  EVTCHN_FIFO_MASKED,
  EVTCHN_FIFO_MAX_EVENT_ARRAY_PAGES,
  EVTCHN_FIFO_MAX_QUEUES,
  EVTCHN_FIFO_NR_CHANNELS,
  EVTCHN_FIFO_PENDING,
  EVTCHN_FIFO_PRIORITY_DEFAULT,
  EVTCHN_FIFO_PRIORITY_MIN,
} from '../abi/fifo.js';
import type { Domain } from './domain.js';
import type { PortOps } from './port-ops.js';

const PENDING = 1 << EVTCHN_FIFO_PENDING;
const MASKED = 1 << EVTCHN_FIFO_MASKED;
const LINKED = 1 << EVTCHN_FIFO_LINKED;
const LINK_MASK = EVTCHN_FIFO_LINK_MASK;
/** Bits that keep an event from the short way. */
const NOT_IDLE = PENDING | MASKED | LINKED;
const PAGE_SHIFT = 10;
const PAGE_MASK = 1023;

/** Word of the first queue's head in a control block; word 0 is `ready`. */
const HEADS = 2;

/** Xen's side of one vCPU's queues (`struct evtchn_fifo_vcpu`). */
class FifoVcpu {
  /** The guest's control block, once it gave one. */
  control: Uint32Array | undefined = undefined;
  /** Last port of each queue, 0 when it is empty. */
  readonly tails: Uint32Array = new Uint32Array(EVTCHN_FIFO_MAX_QUEUES);
}

/**
 * The FIFO ABI (xen/common/event_fifo.c): an event word per port in pages of the guest's, linked into 16 queues per vCPU
 * whose heads are in that vCPU's control block.
 *
 * The BUSY bit, with which Xen keeps a guest on another CPU from unmasking while it edits a tail word, and the event
 * lost after three attempts to lock a changing queue cannot occur here: nothing runs between two steps of Xen's.
 */
export class FifoPorts implements PortOps {
  readonly abi = 'fifo';
  readonly limit: number = EVTCHN_FIFO_NR_CHANNELS;
  private readonly domain: Domain;
  private readonly vcpus: FifoVcpu[];
  /** Event array pages the guest gave so far, 1024 words each. */
  private readonly pages: Uint32Array[] = [];
  /** Ports that have a word. */
  private wordCount = 0;

  constructor(domain: Domain) {
    this.domain = domain;
    this.vcpus = domain.vcpus.map(() => new FifoVcpu());
  }

  /** The vCPU has given a control block. */
  hasControlBlock(vcpu: number): boolean {
    return this.vcpus[vcpu]!.control !== undefined;
  }

  /** EVTCHNOP_init_control: takes a vCPU's control block. */
  setControlBlock(vcpu: number, block: Uint32Array): void {
    this.vcpus[vcpu]!.control = block;
  }

  /** EVTCHNOP_expand_array: takes the next 1024 event words and raises what came while they were missing. */
  addPage(page: Uint32Array): void {
    const first = this.wordCount;
    this.pages.push(page);
    this.wordCount += page.length;
    const channels = this.domain.channels;
    const end = Math.min(this.wordCount, channels.valid);
    for (let port = first; port < end; port++) {
      if (!channels.remembered(port)) continue;
      channels.setRemembered(port, false);
      this.raise(port);
    }
  }

  /** The guest has given all 128 pages. */
  get full(): boolean {
    return this.pages.length === EVTCHN_FIFO_MAX_EVENT_ARRAY_PAGES;
  }

  init(port: number): void {
    this.domain.channels.setPriority(port, EVTCHN_FIFO_PRIORITY_DEFAULT);
  }

  post(port: number): boolean {
    if (port >= this.wordCount) return false;
    const page = this.pages[port >>> PAGE_SHIFT]!;
    const word = page[port & PAGE_MASK]!;
    if ((word & NOT_IDLE) !== 0) return false;
    const { domain } = this;
    page[port & PAGE_MASK] = word | MASKED;
    if (domain.hypervisor.post(domain, port)) return true;
    page[port & PAGE_MASK] = word;
    return false;
  }

  setPending(port: number): void {
    if (port >= this.wordCount) {
      this.remember(port);
      return;
    }
    const { domain } = this;
    if (domain.trace.probe !== undefined) {
      const word = this.word(port);
      domain.tracePending(port, (word & PENDING) !== 0, (word & MASKED) !== 0);
    }
    this.raise(port);
  }

  /** The rest of {@link setPending}, also for an event that was traced when it came and gets on only now. */
  private raise(port: number): void {
    const { domain } = this;
    const page = this.pages[port >>> PAGE_SHIFT]!;
    const word = page[port & PAGE_MASK]!;
    page[port & PAGE_MASK] = word | PENDING;
    if ((word & (MASKED | LINKED)) === 0) this.enqueue(port);
    if (domain.pollers !== 0 && (word & PENDING) === 0) domain.checkPollers(port);
  }

  /** The event word is missing: the event waits until its page comes. */
  private remember(port: number): void {
    const { channels, trace } = this.domain;
    if (trace.probe !== undefined) this.domain.tracePending(port, channels.remembered(port), true);
    channels.setRemembered(port, true);
  }

  /** Puts a port on the queue of its vCPU and priority, and tells the vCPU if that queue was empty. */
  private enqueue(port: number): void {
    const { channels, vcpus } = this.domain;
    const vcpu = channels.vcpu(port);
    const queues = this.vcpus[vcpu]!;
    const control = queues.control;
    // As Xen does: without a control block the event stays in its word and nobody is told.
    if (control === undefined) return;
    this.pages[port >>> PAGE_SHIFT]![port & PAGE_MASK]! |= LINKED;
    if (this.link(port, vcpu, queues, control)) return;
    const ready = 1 << channels.priority(port);
    if ((control[0]! & ready) !== 0) return;
    control[0]! |= ready;
    vcpus[vcpu]!.markEventsPending();
  }

  clearPending(port: number): void {
    // As Xen does: an event remembered for a missing word stays, and whoever is given the port next inherits it.
    if (port >= this.wordCount) return;
    // As Xen does: only PENDING goes, the guest unlinks the word and ignores it.
    this.pages[port >>> PAGE_SHIFT]![port & PAGE_MASK]! &= ~PENDING;
  }

  unmask(port: number): void {
    if (port >= this.wordCount) return;
    const page = this.pages[port >>> PAGE_SHIFT]!;
    const word = page[port & PAGE_MASK]! & ~MASKED;
    page[port & PAGE_MASK] = word;
    if ((word & PENDING) !== 0) this.raise(port);
  }

  isPending(port: number): boolean {
    return (this.word(port) & PENDING) !== 0;
  }

  isMasked(port: number): boolean {
    return port >= this.wordCount || (this.word(port) & MASKED) !== 0;
  }

  isBusy(port: number): boolean {
    return (this.word(port) & LINKED) !== 0;
  }

  setPriority(port: number, priority: number): number {
    if (!this.domain.channels.usable(port)) return -EACCES;
    if (priority > EVTCHN_FIFO_PRIORITY_MIN) return -EINVAL;
    this.domain.channels.setPriority(port, priority);
    return 0;
  }

  /** The guest has given the page of the port's event word. */
  hasWord(port: number): boolean {
    return port < this.wordCount;
  }

  /** The event word of a port, 0 where its page is missing. */
  word(port: number): number {
    return port < this.wordCount ? this.pages[port >>> PAGE_SHIFT]![port & PAGE_MASK]! : 0;
  }

  /**
   * Links a port at the tail of the queue of its vCPU and priority.
   * @returns false if it became the head, that is, if the queue was empty
   */
  private link(port: number, vcpu: number, queues: FifoVcpu, control: Uint32Array): boolean {
    const channels = this.domain.channels;
    const priority = channels.priority(port);
    const queue = (vcpu << 4) | priority;
    const last = channels.lastQueue(port);
    // If the port was the tail of a queue, that queue is empty now: its tail must not be linked to any more.
    const lastTails = this.vcpus[last >>> 4]!.tails;
    if (lastTails[last & 15] === port) lastTails[last & 15] = 0;
    if (last !== queue) channels.setLastQueue(port, queue);
    const tail = queues.tails[priority]!;
    queues.tails[priority] = port;
    if (tail !== 0) {
      const page = this.pages[tail >>> PAGE_SHIFT]!;
      const word = page[tail & PAGE_MASK]!;
      if ((word & LINKED) !== 0) {
        page[tail & PAGE_MASK] = (word & ~LINK_MASK) | port;
        return true;
      }
    }
    control[HEADS + priority] = port;
    return false;
  }
}
