import type { Tracepoints } from '../trace/tracepoints.js';
import { ChannelTable } from './channel-table.js';
import { FifoPorts } from './fifo.js';
import { GuestMemory } from './guest-memory.js';
import type { Hypervisor } from './hypervisor.js';
import type { PortOps } from './port-ops.js';
import { TwoLevelPorts } from './two-level.js';
import { Vcpu } from './vcpu.js';

/** The guest side of a domain: what Xen enters when a vCPU has events to handle. */
export interface UpcallHandler {
  /**
   * Handles the pending events of a vCPU; it clears the vCPU's upcall flag.
   * @param handled - events that belong to this upcall and were handled by {@link post}
   */
  upcall(vcpu: number, handled: number): void;
  /**
   * Handles one event as an upcall that finds only this one would. Its pending bit was not set; its port, which was not
   * masked, is masked already, as the guest would.
   * @returns false, with nothing done, if the event must take the way through memory
   */
  post(port: number): boolean;
}

/** The guest side of a domain in which nothing runs: its events stay where they are. */
export const NO_GUEST: UpcallHandler = { upcall() {}, post: () => false };

/** What Xen is told of a new domain (`XEN_DOMCTL_createdomain`, `XEN_DOMCTL_max_vcpus`). */
export interface DomainConfig {
  /** Its number, 0 to 0x7FEF. */
  readonly domid: number;
  /** How many vCPUs, 1 to 8192. */
  readonly vcpus: number;
  /** Highest port it may use (`max_evtchn_port`), up to 2^31 - 1; that, as in dom0, means no cap. */
  readonly maxEvtchnPort: number;
  /** A control domain: allowed everything of every domain. */
  readonly privileged: boolean;
  /** The domain it is the device model of (`XEN_DOMCTL_set_target`), if any. */
  readonly target?: number | undefined;
  /** Physical interrupts: how many numbers there are (`nr_pirqs`). */
  readonly nrPirqs: number;
  /** Those it may bind. */
  readonly pirqs: readonly number[];
  /** It starts paused by its controller, as a domain that domctl made and nobody unpaused. */
  readonly paused: boolean;
}

/** Xen's view of one domain: `struct domain`, as far as event channels go. */
export class Domain {
  readonly hypervisor: Hypervisor;
  readonly id: number;
  readonly trace: Tracepoints;
  /** The shared_info page: `vcpu_info` of the vCPUs, `evtchn_pending`, `evtchn_mask`. */
  readonly sharedInfo: Uint8Array<ArrayBuffer>;
  readonly memory: GuestMemory;
  readonly vcpus: readonly Vcpu[];
  readonly channels: ChannelTable = new ChannelTable();
  readonly maxEvtchnPort: number;
  readonly privileged: boolean;
  /** The domain it is the device model of. */
  target: number | undefined;
  readonly nrPirqs: number;
  /** Ports of the physical interrupts it may bind, 0 where unbound. */
  readonly pirqToPort: Map<number, number>;
  /** The ABI in use; a domain starts two-level. */
  ports: PortOps;
  /** Xen's consumers of events, by port (`xen_notification_fn`). */
  readonly xenConsumers: Map<number, (port: number) => void> = new Map();
  /** vCPUs with an upcall pending or masked. */
  busyVcpus = 0;
  /** vCPUs in SCHEDOP_poll. */
  pollers = 0;
  /** No channel can be made any more. */
  dying = false;
  /** How often its controller paused it. */
  controllerPauseCount: number;
  /** Its kernel. */
  upcallHandler: UpcallHandler = NO_GUEST;

  constructor(hypervisor: Hypervisor, config: DomainConfig) {
    this.hypervisor = hypervisor;
    this.id = config.domid;
    this.trace = hypervisor.trace;
    this.maxEvtchnPort = config.maxEvtchnPort;
    this.privileged = config.privileged;
    this.target = config.target;
    this.nrPirqs = config.nrPirqs;
    this.pirqToPort = new Map(config.pirqs.map((pirq) => [pirq, 0]));
    this.controllerPauseCount = config.paused ? 1 : 0;
    const { buffer } = hypervisor.pages.take();
    this.sharedInfo = new Uint8Array(buffer);
    this.memory = new GuestMemory(hypervisor.pages);
    this.vcpus = Array.from({ length: config.vcpus }, (_, id) => new Vcpu(this, id, buffer));
    this.ports = new TwoLevelPorts(this);
  }

  /** The FIFO ABI's state, if the domain uses it. */
  get fifo(): FifoPorts | undefined {
    return this.ports instanceof FifoPorts ? this.ports : undefined;
  }

  /**
   * Switches to FIFO, with no control block and no event array yet. Events pending on two-level ports are remembered and
   * raised when their words arrive (`setup_ports`).
   */
  switchToFifo(): FifoPorts {
    const channels = this.channels;
    const end = Math.min(channels.valid, this.ports.limit);
    const fifo = new FifoPorts(this);
    for (let port = 1; port < end; port++) {
      if (this.ports.isPending(port)) channels.setRemembered(port, true);
      fifo.init(port);
    }
    this.ports = fifo;
    return fifo;
  }

  /** Back to two-level, as after EVTCHNOP_reset. */
  switchToTwoLevel(): void {
    this.ports = new TwoLevelPorts(this);
  }

  /** `port_is_valid`: the number is within what Xen has allocated so far. */
  validPort(port: number): boolean {
    return port < this.channels.valid;
  }

  /** Ends SCHEDOP_poll of every vCPU that waits for this port. */
  checkPollers(port: number): void {
    for (const vcpu of this.vcpus) if (vcpu.polling) vcpu.checkPoller(port);
  }

  /** Reports that an event was made pending; only called while there is a probe. */
  tracePending(port: number, coalesced: boolean, masked: boolean): void {
    this.trace.probe!.setPending(this.id, port, this.channels.vcpu(port), coalesced, masked);
  }
}
