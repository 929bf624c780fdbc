import { DOMID_SELF } from '../../abi/domid.js';
import {
  EVTCHNOP_ALLOC_UNBOUND,
  EVTCHNOP_BIND_INTERDOMAIN,
  EVTCHNOP_RESET,
  EVTCHNOP_RESET_CONT,
  EVTCHNOP_SEND,
  EVTCHNOP_STATUS,
  EVTCHNOP_UNMASK,
} from '../../abi/event-channel.js';
import {
  IOCTL_EVTCHN_NOTIFY,
  IOCTL_EVTCHN_RESET,
  IOCTL_EVTCHN_RESTRICT_DOMID,
} from '../../abi/ioctl.js';
import { OpenFile } from '../../devices/evtchn/open-file.js';
import type { XenHost } from '../../host/xen-host.js';
import { TRACE_SCHEDOP_POLL } from '../../trace/hypercall-names.js';
import type { TraceProbe } from '../../trace/probe.js';
import type { Footprint } from './footprint.js';
import { domainNumber, portNumber, vcpuNumber } from './things.js';

/** What the probe is told about the run it watches. */
export interface WatchedStep {
  /** Of the step under way. */
  readonly footprint: Footprint;
  /** A number for a file that the step opens, the same in every run in which the same actor opens its nth file with it. */
  openedFile(): number;
  /** The step ran code of the scenario, though it is no party's. */
  ranScenarioCode(): void;
}

/** Sees by a host's tracepoints what a step touches there. */
export class StepProbe implements TraceProbe {
  private readonly host: XenHost;
  private readonly step: WatchedStep;
  /** Numbers of open files among things, by their number in the host. */
  private readonly files: number[] = [];
  /** Ports that the write under way has enabled so far. */
  private enabled = 0;

  constructor(host: XenHost, step: WatchedStep) {
    this.host = host;
    this.step = step;
  }

  domainCreate(domid: number): void {
    this.writeDomain(domid);
  }

  domainDestroy(): void {
    this.step.footprint.touchEverything();
  }

  channelOpen(domid: number, _port: number, _state: number, remote: number, peer: number): void {
    this.writeDomain(domid);
    if (peer !== 0) this.writeDomain(remote);
  }

  channelClose(domid: number, _port: number, peerDomid: number, peerPort: number): void {
    this.writeDomain(domid);
    if (peerPort !== 0) this.writeDomain(peerDomid);
  }

  hypercall(domid: number, op: number, first: number): void {
    const { footprint } = this.step;
    switch (op) {
      case EVTCHNOP_SEND:
        this.readDomain(domid);
        footprint.read(portNumber(domid, first));
        return;
      case EVTCHNOP_UNMASK:
        this.readDomain(domid);
        footprint.write(portNumber(domid, first));
        this.writeVcpuOf(domid, first);
        return;
      case EVTCHNOP_STATUS:
        this.readDomain(domid);
        this.readDomain(first === DOMID_SELF ? domid : first);
        return;
      case EVTCHNOP_ALLOC_UNBOUND:
      case EVTCHNOP_BIND_INTERDOMAIN:
        this.writeDomain(domid);
        this.writeDomain(first === DOMID_SELF ? domid : first);
        return;
      case EVTCHNOP_RESET:
      case EVTCHNOP_RESET_CONT:
      case TRACE_SCHEDOP_POLL:
        footprint.touchEverything();
        return;
      default:
        this.writeDomain(domid);
    }
  }

  virq(domid: number): void {
    this.readDomain(domid);
  }

  setPending(
    domid: number,
    port: number,
    vcpu: number,
    _coalesced: boolean,
    masked: boolean,
  ): void {
    this.readDomain(domid);
    this.step.footprint.write(portNumber(domid, port));
    if (!masked) this.step.footprint.write(vcpuNumber(domid, vcpu));
  }

  upcall(domid: number, vcpu: number): void {
    this.readDomain(domid);
    this.step.footprint.write(vcpuNumber(domid, vcpu));
    if (this.servesScenario(domid)) this.step.ranScenarioCode();
  }

  interrupt(domid: number, file: number, port: number): void {
    this.readDomain(domid);
    this.step.footprint.write(portNumber(domid, port));
    this.writeFile(file);
  }

  read(domid: number, file: number, _entries: Uint32Array, _start: number, result: number): void {
    this.readDomain(domid);
    if (result > 0) this.writeFile(file);
    else this.readFile(file);
  }

  write(domid: number, file: number, result: number): void {
    this.readDomain(domid);
    // It has passed over a port that was enabled, and would not have if an event had come before.
    if (this.enabled << 2 !== result) this.readFile(file);
    this.enabled = 0;
  }

  eoi(domid: number, _file: number, port: number): void {
    this.enabled++;
    this.step.footprint.write(portNumber(domid, port));
  }

  deferredEoi(): void {
    this.step.footprint.touchEverything();
  }

  deferredEoiEnd(): void {
    this.step.footprint.touchEverything();
  }

  ioctl(domid: number, file: number, command: number): void {
    this.readDomain(domid);
    if (command === IOCTL_EVTCHN_NOTIFY) return;
    if (command === IOCTL_EVTCHN_RESET || command === IOCTL_EVTCHN_RESTRICT_DOMID) {
      this.writeFile(file);
    } else {
      this.readFile(file);
    }
  }

  bind(domid: number, file: number): void {
    this.writeDomain(domid);
    this.writeFile(file);
  }

  unbind(domid: number, file: number): void {
    this.writeDomain(domid);
    this.writeFile(file);
  }

  ringReset(_domid: number, file: number): void {
    this.writeFile(file);
  }

  open(domid: number, file: number): void {
    this.writeDomain(domid);
    // Files are numbered as they are opened, which two parties may do in either order.
    this.files[file] = this.step.openedFile();
  }

  release(domid: number, file: number): void {
    this.writeDomain(domid);
    this.writeFile(file);
  }

  fault(): void {
    this.step.footprint.touchEverything();
  }

  private readDomain(domid: number): void {
    this.step.footprint.read(domainNumber(domid));
  }

  private writeDomain(domid: number): void {
    this.step.footprint.write(domainNumber(domid));
  }

  private readFile(file: number): void {
    this.step.footprint.read(this.files[file]!);
  }

  private writeFile(file: number): void {
    this.step.footprint.write(this.files[file]!);
  }

  private writeVcpuOf(domid: number, port: number): void {
    const vcpu = this.host.domain(domid)!.xen.channels.vcpu(port);
    this.step.footprint.write(vcpuNumber(domid, vcpu));
  }

  /** Ports of the domain have handlers of the scenario's, not the driver's alone. */
  private servesScenario(domid: number): boolean {
    const handlers = this.host.domain(domid)!.kernel?.irqs.handlers ?? [];
    return handlers.some((handler) => handler !== undefined && !(handler instanceof OpenFile));
  }
}
