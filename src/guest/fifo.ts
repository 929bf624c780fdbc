import {
  EVTCHN_FIFO_EVENT_WORDS_PER_PAGE,
  EVTCHN_FIFO_LINK_MASK,
  EVTCHN_FIFO_LINKED,
  EVTCHN_FIFO_MASKED,
  EVTCHN_FIFO_MAX_QUEUES,
  EVTCHN_FIFO_NR_CHANNELS,
  EVTCHN_FIFO_PENDING,
} from '../abi/fifo.js';
import type { Domain } from '../hypervisor/domain.js';
import type { GuestEventAbi, PortHandler } from './event-abi.js';

const PENDING = 1 << EVTCHN_FIFO_PENDING;
const MASKED = 1 << EVTCHN_FIFO_MASKED;
const LINKED = 1 << EVTCHN_FIFO_LINKED;
const LINK_MASK = EVTCHN_FIFO_LINK_MASK;
const LINKED_AND_LINK = LINKED | EVTCHN_FIFO_LINK_MASK;
const PAGE_SHIFT = 10;
const PAGE_MASK = 1023;
/** Word of the first queue's head in a control block; word 0 is `ready`. */
const HEADS = 2;

/** A vCPU's queues as the guest sees them (`struct evtchn_fifo_queue`). */
class Queues {
  readonly control: Uint32Array;
  /** Where each queue goes on, 0 for "at the head in the control block". */
  readonly heads: Uint32Array = new Uint32Array(EVTCHN_FIFO_MAX_QUEUES);
  /** Queues seen ready and not yet emptied. */
  ready = 0;

  constructor(control: Uint32Array) {
    this.control = control;
  }
}

/** The guest's half of the FIFO ABI (drivers/xen/events/events_fifo.c). */
export class GuestFifo implements GuestEventAbi {
  readonly maxChannels: number = EVTCHN_FIFO_NR_CHANNELS;
  private readonly domain: Domain;
  handler: PortHandler;
  private readonly queues: Queues[];
  private readonly pages: Uint32Array[] = [];

  /** Gives Xen a control block for each vCPU, which switches the domain to FIFO. */
  constructor(domain: Domain, handler: PortHandler) {
    this.domain = domain;
    this.handler = handler;
    this.queues = domain.vcpus.map(({ id }) => {
      const gfn = domain.memory.allocatePage();
      const rc = domain.hypervisor.eventChannels.initControl(domain, gfn, 0, id);
      if (rc < 0) throw new Error(`EVTCHNOP_init_control of vCPU ${id} failed with ${rc}`);
      return new Queues(domain.memory.page(gfn)!);
    });
  }

  get nrChannels(): number {
    return this.pages.length * EVTCHN_FIFO_EVENT_WORDS_PER_PAGE;
  }

  setup(port: number): number {
    while (port >= this.nrChannels) {
      const gfn = this.domain.memory.allocatePage();
      const page = this.domain.memory.page(gfn)!;
      // Every port starts masked (`init_array_page`).
      page.fill(MASKED);
      const rc = this.domain.hypervisor.eventChannels.expandArray(this.domain, gfn);
      if (rc < 0) {
        this.domain.memory.freePage(gfn);
        return rc;
      }
      this.pages.push(page);
    }
    return 0;
  }

  bindToVcpu(_port: number, _vcpu: number, _old: number): void {}

  remove(_port: number, _vcpu: number): void {}

  mask(port: number): void {
    this.pages[port >>> PAGE_SHIFT]![port & PAGE_MASK]! |= MASKED;
  }

  post(_port: number, _vcpu: number): void {}

  unmask(port: number): void {
    const page = this.pages[port >>> PAGE_SHIFT]!;
    const word = page[port & PAGE_MASK]! & ~MASKED;
    page[port & PAGE_MASK] = word;
    if ((word & PENDING) !== 0) this.domain.hypervisor.eventChannels.unmask(this.domain, port);
  }

  unmaskIdle(port: number): boolean {
    const page = this.pages[port >>> PAGE_SHIFT]!;
    const word = page[port & PAGE_MASK]!;
    if ((word & PENDING) !== 0) return false;
    page[port & PAGE_MASK] = word & ~MASKED;
    return true;
  }

  clearPending(port: number): void {
    this.pages[port >>> PAGE_SHIFT]![port & PAGE_MASK]! &= ~PENDING;
  }

  setPending(port: number): void {
    this.pages[port >>> PAGE_SHIFT]![port & PAGE_MASK]! |= PENDING;
  }

  isPending(port: number): boolean {
    return (this.pages[port >>> PAGE_SHIFT]![port & PAGE_MASK]! & PENDING) !== 0;
  }

  isMasked(port: number): boolean {
    return (this.pages[port >>> PAGE_SHIFT]![port & PAGE_MASK]! & MASKED) !== 0;
  }

  /** Highest priority first, one event a step, looking for newly ready queues after each. */
  handleEvents(vcpu: number): void {
    const queues = this.queues[vcpu]!;
    const control = queues.control;
    queues.ready |= control[0]!;
    control[0] = 0;
    while (queues.ready !== 0) {
      // The lowest set bit is the highest priority.
      const queue = 31 - Math.clz32(queues.ready & -queues.ready);
      this.consume(queues, queue, vcpu);
      queues.ready |= control[0]!;
      control[0] = 0;
    }
  }

  /** Takes the first event off a queue (`consume_one_event`). */
  private consume(queues: Queues, queue: number, vcpu: number): void {
    let port = queues.heads[queue]!;
    // The tail was reached last time: Xen has put a new head into the control block.
    if (port === 0) port = queues.control[HEADS + queue]!;
    const page = this.pages[port >>> PAGE_SHIFT]!;
    const word = page[port & PAGE_MASK]!;
    page[port & PAGE_MASK] = word & ~LINKED_AND_LINK;
    const next = word & LINK_MASK;
    if (next === 0) queues.ready &= ~(1 << queue);
    queues.heads[queue] = next;
    if ((word & (PENDING | MASKED)) === PENDING) this.handler.handlePort(port, vcpu);
  }
}
