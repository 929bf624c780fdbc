import { DOMID_FIRST_RESERVED } from '../abi/domid.js';
import { ESRCH } from '../abi/errno.js';
import { NR_VIRQS, virqKind } from '../abi/virq.js';
import { dispose } from '../client/dispose.js';
import type { Clock } from '../clock/clock.js';
import { ManualClock } from '../clock/manual-clock.js';
import {
  checkArray,
  checkBoolean,
  checkInteger,
  checkOptions,
  wrongType,
} from '../errors/argument.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import { DOM0_PIRQS } from '../guest/boot.js';
import type { DomainConfig } from '../hypervisor/domain.js';
import { type Delivery, Hypervisor } from '../hypervisor/hypervisor.js';
import type { PageSource } from '../hypervisor/page-source.js';
import type { TraceProbe } from '../trace/probe.js';
import { RecordProbe } from '../trace/record-probe.js';
import type { TraceSink } from '../trace/trace-sink.js';
import { Tracepoints } from '../trace/tracepoints.js';
import { checkGuestOptions, type GuestOptions, HostDomain } from './host-domain.js';

/** How a host is set up. */
export interface XenHostOptions {
  /** Its time; a {@link ManualClock} that stands still unless given. */
  readonly clock?: Clock | undefined;
  /**
   * When events reach a guest: `immediate`, before the call that raised them returns, or `deferred`, in {@link XenHost.run}.
   * Immediate unless given.
   */
  readonly delivery?: Delivery | undefined;
  /** Where trace records go; nowhere unless given. */
  readonly trace?: TraceSink | undefined;
  /** Where the memory of its domains comes from; new pages unless given. @internal */
  readonly pages?: PageSource | undefined;
}

/** How a domain is made. */
export interface DomainOptions extends GuestOptions {
  /** Its number, 0 to 0x7FEF. Domain 0 is the hardware domain. */
  readonly domid: number;
  /** vCPUs, 1 to 8192; 1 unless given. */
  readonly vcpus?: number | undefined;
  /** Highest port, 63 to 2^31 - 1; unless given 1023 as xl's `max_event_channels`, and no cap in domain 0. */
  readonly maxEvtchnPort?: number | undefined;
  /** A control domain; only domain 0 unless given. */
  readonly privileged?: boolean | undefined;
  /** The domain it is the device model of. */
  readonly target?: number | undefined;
  /** How many physical interrupts there are, 0 to 65535; 0 unless given, 1024 in domain 0. */
  readonly nrPirqs?: number | undefined;
  /** Those of them that are its own; none unless given, in domain 0 those of the machine. */
  readonly pirqs?: readonly number[] | undefined;
  /** It runs Linux; on unless given. Off makes an empty domain, as a toolstack has it before it starts. */
  readonly kernel?: boolean | undefined;
  /** It starts paused; only a domain without a kernel does unless given. */
  readonly paused?: boolean | undefined;
}

/** `max_evtchn_port` of a domain that may use them all. */
const NO_CAP = 0x7fffffff;
/** xl's `max_event_channels`. */
const XL_MAX_EVENT_CHANNELS = 1023;
/** Xen's `MAX_VIRT_CPUS` for PV, `HVM_MAX_VCPUS` being far lower. */
const MAX_VCPUS = 8192;
/** `nr_pirqs` of domain 0, as recorded. */
const DOM0_NR_PIRQS = 1024;

/**
 * A whole Xen host inside the process: the hypervisor, domains with their kernels, and `/dev/xen/evtchn` in each. Nothing
 * runs on its own: all that happens, happens inside a call of this object's world.
 */
export class XenHost {
  /** Its time. */
  readonly clock: Clock;
  /** Xen itself. @internal */
  readonly hypervisor: Hypervisor;
  readonly #trace = new Tracepoints();
  #recording: RecordProbe | undefined;
  readonly #domains = new Map<number, HostDomain>();
  #fileNumber = 0;

  constructor(options: XenHostOptions = {}) {
    checkOptions('options', options);
    const { clock = new ManualClock(), delivery = 'immediate' } = options;
    if (delivery !== 'immediate' && delivery !== 'deferred') {
      throw wrongType('delivery', "'immediate' or 'deferred'", delivery);
    }
    this.clock = clock;
    this.trace = options.trace;
    this.hypervisor = new Hypervisor(this.#trace, delivery, options.pages);
  }

  /** Where trace records go; it may be set at any time. */
  get trace(): TraceSink | undefined {
    return this.#recording?.sink;
  }

  /** From now on they go there; undefined stops tracing. */
  set trace(sink: TraceSink | undefined) {
    const { clock } = this;
    const before = this.#recording;
    this.#recording = sink === undefined ? undefined : new RecordProbe(sink, () => clock.now());
    // In this order, so that replacing a sink neither ends nor begins the tracing.
    if (this.#recording !== undefined) this.#trace.attach(this.#recording);
    if (before !== undefined) this.#trace.detach(before);
  }

  /**
   * Has a probe called at each tracepoint from now on, until {@link detach}. It sees what comes; what is there already,
   * {@link domains} tells. Not to be called from inside a probe.
   */
  attach(probe: TraceProbe): void {
    this.#trace.attach(probe);
  }

  /** Undoes one {@link attach}; nothing for a probe that is not attached. */
  detach(probe: TraceProbe): void {
    this.#trace.detach(probe);
  }

  /**
   * Makes a domain and boots its kernel.
   * @throws EvtchnError EEXIST if there is one of that number; RangeError or TypeError for options out of range
   */
  createDomain(options: DomainOptions): HostDomain {
    checkOptions('options', options);
    const config = domainConfig(options);
    checkGuestOptions(options);
    const xen = this.hypervisor.createDomain(config);
    if (typeof xen === 'number') {
      throw new EvtchnError(
        'XEN_DOMCTL_createdomain',
        xen,
        `domain ${options.domid} is there already`,
      );
    }
    try {
      const guest = options.kernel === false ? undefined : options;
      const domain = new HostDomain(xen, this.clock, this.#files, guest, (gone) => {
        this.#domains.delete(gone.domid);
      });
      this.#domains.set(domain.domid, domain);
      return domain;
    } catch (error) {
      this.hypervisor.destroyDomain(xen);
      throw error;
    }
  }

  /** The domain of that number, if there is one. */
  domain(domid: number): HostDomain | undefined {
    return this.#domains.get(domid);
  }

  /** All domains, in the order they were made. */
  domains(): IterableIterator<HostDomain> {
    return this.#domains.values();
  }

  /**
   * Raises a global VIRQ in the domain that handles it, which is domain 0 unless {@link setVirqHandler} changed it.
   * @throws RangeError for a VIRQ that is not global
   */
  raiseVirq(virq: number): void {
    checkGlobal(virq);
    this.hypervisor.raiseGlobalVirq(virq);
  }

  /**
   * Has a global VIRQ go to a domain (`XEN_DOMCTL_set_virq_handler`).
   * @throws RangeError for one that is not global; EvtchnError ESRCH for a domain that was destroyed
   */
  setVirqHandler(virq: number, domain: HostDomain): void {
    checkGlobal(virq);
    if (!(domain instanceof HostDomain)) throw wrongType('domain', 'a domain of this host', domain);
    if (this.#domains.get(domain.domid) !== domain) {
      throw new EvtchnError('XEN_DOMCTL_set_virq_handler', ESRCH, 'the domain is not of this host');
    }
    this.hypervisor.setGlobalVirqHandler(domain.xen, virq);
  }

  /** Delivers events that wait, when delivery is deferred, until none is left. */
  run(): void {
    this.hypervisor.deliver();
  }

  /** Destroys every domain, youngest first. */
  destroy(): void {
    for (const domain of [...this.#domains.values()].reverse()) domain.destroy();
  }

  /** {@link destroy}. */
  [dispose](): void {
    this.destroy();
  }

  readonly #files = { next: () => ++this.#fileNumber };
}

/** What Xen is told of a new domain. Throws RangeError or TypeError for what it could not be told. */
function domainConfig(options: DomainOptions): DomainConfig {
  const { domid, vcpus = 1, privileged = domid === 0, target, kernel = true } = options;
  const { maxEvtchnPort = domid === 0 ? NO_CAP : XL_MAX_EVENT_CHANNELS } = options;
  const { nrPirqs = domid === 0 ? DOM0_NR_PIRQS : 0, paused = !kernel } = options;
  checkInteger('domid', domid, 0, DOMID_FIRST_RESERVED - 1);
  checkInteger('vcpus', vcpus, 1, MAX_VCPUS);
  checkInteger('maxEvtchnPort', maxEvtchnPort, 63, NO_CAP);
  checkInteger('nrPirqs', nrPirqs, 0, 0xffff);
  const { pirqs = domid === 0 ? DOM0_PIRQS.filter((pirq) => pirq < nrPirqs) : [] } = options;
  checkArray('pirqs', pirqs);
  for (const pirq of pirqs) checkInteger('pirq', pirq, 0, Math.max(0, nrPirqs - 1));
  if (target !== undefined) checkInteger('target', target, 0, DOMID_FIRST_RESERVED - 1);
  checkBoolean('privileged', privileged);
  checkBoolean('kernel', kernel);
  checkBoolean('paused', paused);
  return { domid, vcpus, maxEvtchnPort, privileged, target, nrPirqs, pirqs, paused };
}

function checkGlobal(virq: number): void {
  checkInteger('virq', virq, 0, NR_VIRQS - 1);
  if (virqKind(virq) !== 'global') {
    throw new RangeError(`VIRQ ${virq} is not global: raise it in a domain, with its raiseVirq`);
  }
}
