import {
  EVTCHNSTAT_CLOSED,
  type HostDomain,
  type Hypercalls,
  XenHost,
  type XenHostOptions,
} from '../../src/index.js';
import {
  LibraryClient,
  type OpenFileClient,
  refusedOr,
  SystemCallClient,
} from './open-file-client.js';
import type { DomainShape, HostOperation, Hypercall, Operation } from './operation.js';
import { OK, type Outcome, outcomeOf } from './outcome.js';
import { CLOSED, codeOfStatus, type StatusCode, statusText } from './status-code.js';

/** Ports that are valid from the start. */
const FIRST_PORTS = 64;

/** The embedded implementation, driven by the operations of a program through its public interface. */
export class EmbeddedHost {
  readonly host: XenHost;
  readonly #files = new Map<number, { readonly domid: number; readonly client: OpenFileClient }>();

  constructor(options: XenHostOptions = {}) {
    this.host = new XenHost(options);
  }

  perform(operation: Operation): Outcome {
    if ('caller' in operation) return this.#hypercall(operation);
    if ('file' in operation && operation.op !== 'open') {
      return this.#files.get(operation.file)!.client.perform(operation);
    }
    return refusedOr(() => this.#onHost(operation as HostOperation));
  }

  /** Poll bits of an open file of a living domain. */
  poll(file: number): number {
    return this.#files.get(file)!.client.poll();
  }

  /** What the domain itself is told of a port. */
  status(domid: number, port: number): StatusCode {
    return codeOfStatus(this.#domain(domid).hypercalls.status(domid, port));
  }

  /** The statuses of ports 0 to `ports` - 1. */
  sweep(domid: number, ports: number): Float64Array {
    const { hypercalls } = this.#domain(domid);
    const codes = new Float64Array(ports);
    for (let port = 0; port < ports; port++) {
      const status = hypercalls.status(domid, port);
      if (status.status !== EVTCHNSTAT_CLOSED || status.vcpu !== 0) {
        codes[port] = codeOfStatus(status);
      }
    }
    return codes;
  }

  /** The channels a kernel bound when it booted, by port. To be asked while they are all there is. */
  bootChannels(domid: number): ReadonlyMap<number, StatusCode> {
    const codes = this.sweep(domid, FIRST_PORTS);
    const channels = new Map<number, StatusCode>();
    for (const [port, code] of codes.entries()) if (code !== CLOSED) channels.set(port, code);
    return channels;
  }

  #domain(domid: number): HostDomain {
    return this.host.domain(domid)!;
  }

  #onHost(operation: HostOperation): Outcome {
    switch (operation.op) {
      case 'create domain':
        this.#createDomain(operation.shape);
        return OK;
      case 'destroy domain':
        this.#domain(operation.domid).destroy();
        return OK;
      case 'pause':
        this.#domain(operation.domid).pause();
        return OK;
      case 'unpause':
        this.#domain(operation.domid).unpause();
        return OK;
      case 'open': {
        const { file, domid, flags, through } = operation;
        const domain = this.#domain(domid);
        const client =
          through === 'library'
            ? new LibraryClient(domain.openEvtchn())
            : new SystemCallClient(domain.open({ flags }));
        this.#files.set(file, { domid, client });
        return OK;
      }
      case 'raise virq':
        this.#domain(operation.domid).raiseVirq(operation.virq, operation.vcpu);
        return OK;
      case 'raise global virq':
        this.host.raiseVirq(operation.virq);
        return OK;
      case 'set virq handler':
        this.host.setVirqHandler(operation.virq, this.#domain(operation.domid));
        return OK;
      case 'set affinity': {
        const kernel = this.#domain(operation.domid).kernel!;
        const irq = kernel.irqFromEvtchn(operation.port);
        return outcomeOf(kernel.setAffinity(irq, [operation.vcpu]));
      }
    }
  }

  #createDomain({ domid, abi, vcpus, maxEvtchnPort, kernel, kernelChannels }: DomainShape): void {
    this.host.createDomain({ domid, abi, vcpus, maxEvtchnPort, kernel, kernelChannels });
  }

  #hypercall(call: Hypercall): Outcome {
    const { hypercalls } = this.#domain(call.caller);
    return refusedOr(() => perform(hypercalls, call));
  }
}

function perform(hypercalls: Hypercalls, call: Hypercall): Outcome {
  switch (call.op) {
    case 'alloc_unbound':
      return String(hypercalls.allocUnbound(call.dom, call.remote));
    case 'bind_interdomain':
      return String(hypercalls.bindInterdomain(call.dom, call.port));
    case 'bind_virq':
      return String(hypercalls.bindVirq(call.virq, call.vcpu));
    case 'bind_ipi':
      return String(hypercalls.bindIpi(call.vcpu));
    case 'close_port':
      hypercalls.close(call.port);
      return OK;
    case 'send':
      hypercalls.send(call.port);
      return OK;
    case 'status':
      return statusText(codeOfStatus(hypercalls.status(call.dom, call.port)));
    case 'bind_vcpu':
      hypercalls.bindVcpu(call.port, call.vcpu);
      return OK;
    case 'unmask':
      hypercalls.unmask(call.port);
      return OK;
    case 'set_priority':
      hypercalls.setPriority(call.port, call.priority);
      return OK;
    case 'reset_domain':
      hypercalls.reset(call.dom);
      return OK;
  }
}
