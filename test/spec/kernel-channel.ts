import {
  DOMID_SELF,
  type EventAbi,
  type GuestKernel,
  type HostDomain,
  ManualClock,
  XenHost,
  type XenHostOptions,
} from '../../src/index.js';

/** A domain whose kernel has bound nothing of its own. */
export interface KernelBench {
  readonly clock: ManualClock;
  readonly host: XenHost;
  readonly domain: HostDomain;
  readonly kernel: GuestKernel;
}

/** How a bench differs from the usual: one vCPU, FIFO, immediate delivery. */
export interface KernelBenchOptions extends XenHostOptions {
  readonly clock?: ManualClock | undefined;
  readonly abi?: EventAbi;
  readonly vcpus?: number;
  readonly spuriousThreshold?: number;
}

/** Boots a kernel that the test binds channels in. */
export function kernelBench(options: KernelBenchOptions = {}): KernelBench {
  const { clock = new ManualClock(), abi, vcpus, spuriousThreshold = 1, ...rest } = options;
  const host = new XenHost({ ...rest, clock });
  const domain = host.createDomain({
    domid: 0,
    kernelChannels: false,
    abi,
    vcpus,
    lateEoi: { spuriousThreshold },
  });
  return { clock, host, domain, kernel: domain.kernel! };
}

/** A channel from the domain to itself, as drivers see it: one end has a late-EOI handler, the other is sent on. */
export class KernelChannel {
  /** Of the end that receives. */
  readonly port: number;
  readonly irq: number;
  /** How often the handler ran. */
  events = 0;
  readonly #sender: number;
  readonly #bench: KernelBench;

  /** @param onEvent - what its handler does, besides counting */
  constructor(bench: KernelBench, onEvent: (channel: KernelChannel) => void = () => {}) {
    const { hypercalls } = bench.domain;
    this.#bench = bench;
    this.port = hypercalls.allocUnbound(DOMID_SELF, DOMID_SELF);
    this.#sender = hypercalls.bindInterdomain(DOMID_SELF, this.port);
    this.irq = bench.kernel.bindEvtchnToIrqHandlerLateEoi(this.port, {
      name: 'driver',
      interrupt: () => {
        this.events++;
        onEvent(this);
      },
    });
  }

  send(): void {
    this.#bench.domain.hypercalls.send(this.#sender);
  }

  /** The driver is done with the event. */
  lateEoi(spurious = false): void {
    this.#bench.kernel.lateEoi(this.port, spurious);
  }

  get masked(): boolean {
    return this.#bench.kernel.abi.isMasked(this.port);
  }
}
