import { ECS_INTERDOMAIN } from '../hypervisor/channel-table.js';
import type { TraceProbe } from '../trace/probe.js';

/** Who is told of occasions, in the middle of what happens. */
export interface OccasionNotes {
  /** A port was connected or written back. */
  opened(domid: number, port: number): void;
  /** An event merged into one that is pending. */
  merged(domid: number, port: number): void;
}

/**
 * Sees the occasions of faults that no call of a device has, at the tracepoints; while it is attached, no event takes the short
 * way. The methods that do nothing are of what is no such occasion.
 */
export class FaultProbe implements TraceProbe {
  private readonly notes: OccasionNotes;

  constructor(notes: OccasionNotes) {
    this.notes = notes;
  }

  channelOpen(
    domid: number,
    port: number,
    state: number,
    remote: number,
    remotePort: number,
  ): void {
    if (state !== ECS_INTERDOMAIN) return;
    this.notes.opened(domid, port);
    this.notes.opened(remote, remotePort);
  }

  eoi(domid: number, _file: number, port: number): void {
    this.notes.opened(domid, port);
  }

  setPending(domid: number, port: number, _vcpu: number, coalesced: boolean): void {
    if (coalesced) this.notes.merged(domid, port);
  }

  domainCreate(): void {}
  domainDestroy(): void {}
  channelClose(): void {}
  hypercall(): void {}
  virq(): void {}
  upcall(): void {}
  interrupt(): void {}
  read(): void {}
  write(): void {}
  deferredEoi(): void {}
  deferredEoiEnd(): void {}
  ioctl(): void {}
  bind(): void {}
  unbind(): void {}
  ringReset(): void {}
  open(): void {}
  release(): void {}
  fault(): void {}
}
