import type { Domain } from '../../../src/hypervisor/domain.js';
import { writeUpcallByte } from './shared-pages.js';

// The FIFO ABI as public/event_channel.h describes it, for tests that play the guest themselves.
export const PENDING = 0x80000000;
export const MASKED = 0x40000000;
export const LINKED = 0x20000000;
export const LINK = 0x1ffff;

/** A guest that gives Xen its pages and reads them byte for byte, without a kernel. */
export class FifoGuest {
  readonly domain: Domain;
  readonly #controls: DataView[] = [];
  readonly #pages: DataView[] = [];
  readonly #heads: number[][];
  readonly #ready: number[];

  /** Gives a control block for each vCPU, 80 bytes apart in one page, and `pages` array pages. */
  constructor(domain: Domain, pages = 1) {
    this.domain = domain;
    const xen = domain.hypervisor.eventChannels;
    const gfn = domain.memory.allocatePage();
    const page = domain.memory.page(gfn)!;
    for (const { id } of domain.vcpus) {
      const rc = xen.initControl(domain, gfn, id * 80, id);
      if (rc !== 0) throw new Error(`init_control: ${rc}`);
      this.#controls.push(new DataView(page.buffer, id * 80, 72));
    }
    this.#heads = domain.vcpus.map(() => new Array<number>(16).fill(0));
    this.#ready = domain.vcpus.map(() => 0);
    for (let i = 0; i < pages; i++) this.expand();
  }

  /** Gives the next 1024 event words, all zero unless filled. */
  expand(fill = 0): number {
    const gfn = this.domain.memory.allocatePage();
    const page = this.domain.memory.page(gfn)!.fill(fill);
    const rc = this.domain.hypervisor.eventChannels.expandArray(this.domain, gfn);
    if (rc === 0) this.#pages.push(new DataView(page.buffer));
    return rc;
  }

  word(port: number): number {
    return this.#pages[port >> 10]!.getUint32((port & 1023) * 4, true);
  }

  write(port: number, word: number): void {
    this.#pages[port >> 10]!.setUint32((port & 1023) * 4, word >>> 0, true);
  }

  /** `ready` of a control block: byte 0. */
  ready(vcpu: number): number {
    return this.#controls[vcpu]!.getUint32(0, true);
  }

  /** `head[queue]` of a control block: from byte 8. */
  head(vcpu: number, queue: number): number {
    return this.#controls[vcpu]!.getUint32(8 + queue * 4, true);
  }

  /** Queues with something in them, as far as this guest has been told. */
  readyQueues(vcpu: number): number[] {
    const ready = this.#ready[vcpu]! | this.ready(vcpu);
    return Array.from({ length: 16 }, (_, queue) => queue).filter((q) => (ready >> q) & 1);
  }

  /** The ports of a queue in their order, without taking them. */
  walk(vcpu: number, queue: number): number[] {
    if (!this.readyQueues(vcpu).includes(queue)) return [];
    const ports: number[] = [];
    let port = this.#heads[vcpu]![queue]! || this.head(vcpu, queue);
    while (port !== 0) {
      if (ports.includes(port)) throw new Error(`queue ${queue} of vCPU ${vcpu} runs in a circle`);
      ports.push(port);
      port = this.word(port) & LINK;
    }
    return ports;
  }

  /** Takes the first port off a queue. */
  consume(vcpu: number, queue: number): number {
    writeUpcallByte(this.domain, vcpu, 0);
    this.#ready[vcpu]! |= this.ready(vcpu);
    this.#controls[vcpu]!.setUint32(0, 0, true);
    const port = this.#heads[vcpu]![queue]! || this.head(vcpu, queue);
    const word = this.word(port);
    this.write(port, word & ~(LINKED | LINK));
    const next = word & LINK;
    this.#heads[vcpu]![queue] = next;
    if (next === 0) this.#ready[vcpu]! &= ~(1 << queue);
    return port;
  }
}
