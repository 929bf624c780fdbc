/** Who serves an irq: `struct irqaction` as far as it matters. One object may serve many irqs. */
export interface InterruptHandler {
  /** Shown in `/proc/interrupts`. */
  readonly name: string;
  /** An event came on a port. Runs inside the upcall: it must not block. */
  interrupt(port: number): void;
  /**
   * As {@link interrupt}, for an event that took the short way: no upcall is under way, so whatever could call back into the
   * host must be called through `Hypervisor.insideUpcall`. A handler without this gets all events through the upcall.
   */
  post?(port: number): void;
}

/** What an irq stands for (`enum xen_irq_type`). */
export const IRQT_UNBOUND = 0;
/** A channel to another domain, or a port user space asked for. */
export const IRQT_EVTCHN = 1;
export const IRQT_VIRQ = 2;
export const IRQT_IPI = 3;
export const IRQT_PIRQ = 4;

/** Why a port is masked: three independent reasons (`EVT_MASK_REASON_*`). The irq is disabled. */
export const MASK_REASON_EXPLICIT = 1;
/** The channel is moving to another vCPU. */
export const MASK_REASON_TEMPORARY = 2;
/** The handler ran and its late EOI has not come. */
export const MASK_REASON_EOI_PENDING = 4;

/** The event is being handled, or waits for its late EOI (`is_active`). */
export const ACTIVE = 1 << 3;
/** Unmasked by the driver's EOI, not by the upcall loop (the chip `xen-dyn-lateeoi`). */
export const LATE_EOI = 1 << 4;
/** {@link LateEoi} knows the irq: a deferred EOI or a count of spurious events. */
export const EOI_TIMED = 1 << 5;
/** Its channel is somebody else's and is never closed (`is_static`). */
export const STATIC = 1 << 6;
/** Its handler takes events the short way. */
export const POSTABLE = 1 << 7;

/** Word 0: irq + 1. */
const STRIDE_SHIFT = 1;
const REFS = 1;
const REASONS = 0x7;
const TYPE_SHIFT = 8;
const TYPE_MASK = 0xf << TYPE_SHIFT;
const VCPU_SHIFT = 16;
const NO_IRQ = -1;

/** Ports the table reaches at first, and when that is not enough. */
const FIRST_PORTS = 8;
const SECOND_PORTS = 64;

/** The irq was not counted (`refcnt` -1): no other driver may take hold of its channel. */
export const NOT_REFCOUNTED = -1;
/** `evtchn_get` refuses to count further. */
export const MAX_REFCOUNT = 0x7fff;

/**
 * Linux' `struct irq_info` of every event-channel irq, and the tables from port to irq and back
 * (drivers/xen/events/events_base.c), as typed arrays that grow with use. What is known of an irq is kept by its port, which
 * is how events come; irqs are numbers for those who ask by irq.
 */
export class IrqTable {
  /** Two words a port: irq + 1 (0 = none); reference count and disable depth. */
  private words = new Int32Array(FIRST_PORTS << STRIDE_SHIFT);
  /** Per port: mask reasons, flags, type, vCPU. Apart, as it is all that an event looks at. */
  private flagWords = new Int32Array(FIRST_PORTS);
  /** Ports the table reaches. */
  ports = FIRST_PORTS;
  /** Handler of each port's irq. */
  readonly handlers: (InterruptHandler | undefined)[] = [];
  /** Port of each irq; of a free one, the next free irq, as -2 - irq. */
  #portOfIrq = new Int32Array(16);
  #freeIrq = NO_IRQ;
  #irqs = 0;

  /** How many irqs were ever allocated at once. */
  get size(): number {
    return this.#irqs;
  }

  /** The irq of a port, or -1 (`evtchn_to_irq`). */
  irqFromPort(port: number): number {
    return port < this.ports ? this.words[port << STRIDE_SHIFT]! - 1 : NO_IRQ;
  }

  /** The port of an irq, or 0 if it is not bound (`evtchn_from_irq`). */
  port(irq: number): number {
    const port = irq >= 0 && irq < this.#irqs ? this.#portOfIrq[irq]! : 0;
    return port > 0 ? port : 0;
  }

  /** The port has an irq. */
  bound(port: number): boolean {
    return port < this.ports && this.words[port << STRIDE_SHIFT] !== 0;
  }

  /** Gives a port an irq, masked for EXPLICIT, not counted (`xen_irq_info_common_setup`). @returns the irq */
  allocate(port: number, type: number, vcpu: number, flags: number): number {
    const irq = this.#takeIrq(port);
    this.#reach(port);
    const at = port << STRIDE_SHIFT;
    this.words[at] = irq + 1;
    this.flagWords[port] =
      MASK_REASON_EXPLICIT | flags | (type << TYPE_SHIFT) | (vcpu << VCPU_SHIFT);
    this.words[at + REFS] = NOT_REFCOUNTED << 16;
    return irq;
  }

  /** Takes a port's irq away (`xen_free_irq`). */
  free(port: number): void {
    const irq = this.irqFromPort(port);
    this.words.fill(0, port << STRIDE_SHIFT, (port + 1) << STRIDE_SHIFT);
    this.flagWords[port] = 0;
    this.handlers[port] = undefined;
    this.#portOfIrq[irq] = -2 - this.#freeIrq;
    this.#freeIrq = irq;
  }

  /** One of `IRQT_*`. */
  type(port: number): number {
    return (this.flags(port) & TYPE_MASK) >> TYPE_SHIFT;
  }

  /** The vCPU that serves the port. */
  vcpu(port: number): number {
    return this.flags(port) >>> VCPU_SHIFT;
  }

  setVcpu(port: number, vcpu: number): void {
    this.setFlags(port, (this.flags(port) & 0xffff) | (vcpu << VCPU_SHIFT));
  }

  /** The mask reasons in force. */
  reasons(port: number): number {
    return this.flags(port) & REASONS;
  }

  /** Mask reasons, flags, type and vCPU as one word. */
  flags(port: number): number {
    return this.flagWords[port]!;
  }

  /** As {@link flags}, and 0 for a port beyond the table. */
  flagsOfAny(port: number): number {
    return this.flagWords[port] ?? 0;
  }

  setFlags(port: number, flags: number): void {
    this.flagWords[port] = flags;
  }

  /** References that keep the channel open, -1 when not counted. */
  refcount(port: number): number {
    return this.words[(port << STRIDE_SHIFT) + REFS]! >> 16;
  }

  setRefcount(port: number, count: number): void {
    const at = (port << STRIDE_SHIFT) + REFS;
    this.words[at] = (this.words[at]! & 0xffff) | (count << 16);
  }

  /** How many more `disable_irq` than `enable_irq` there were. */
  disableDepth(port: number): number {
    return this.words[(port << STRIDE_SHIFT) + REFS]! & 0xffff;
  }

  setDisableDepth(port: number, depth: number): void {
    const at = (port << STRIDE_SHIFT) + REFS;
    this.words[at] = (this.words[at]! & ~0xffff) | (depth & 0xffff);
  }

  /** Bytes held in typed arrays, for measuring. */
  get byteLength(): number {
    return this.words.byteLength + this.flagWords.byteLength + this.#portOfIrq.byteLength;
  }

  #takeIrq(port: number): number {
    let irq = this.#freeIrq;
    if (irq === NO_IRQ) {
      irq = this.#irqs++;
      if (irq >= this.#portOfIrq.length) this.#portOfIrq = grow(this.#portOfIrq, irq + 1);
    } else {
      this.#freeIrq = -2 - this.#portOfIrq[irq]!;
    }
    this.#portOfIrq[irq] = port;
    return irq;
  }

  #reach(port: number): void {
    while (this.handlers.length <= port) this.handlers.push(undefined);
    if (port < this.ports) return;
    this.flagWords = grow(this.flagWords, Math.max(port + 1, SECOND_PORTS));
    this.ports = this.flagWords.length;
    this.words = grow(this.words, this.ports << STRIDE_SHIFT);
  }
}

/** A quarter larger, and at least `needed`: doubling would leave up to half of a large table unused. */
function grow(words: Int32Array, needed: number): Int32Array<ArrayBuffer> {
  const length = Math.max(needed, (words.length >>> 2) * 5);
  const grown = new Int32Array(Math.ceil(length / 4) * 4);
  grown.set(words);
  return grown;
}
