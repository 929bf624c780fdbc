import type { TraceProbe } from './probe.js';

/** Several probes attached at once: each is called in turn. */
export class SharedProbe implements TraceProbe {
  private readonly probes: readonly TraceProbe[];

  constructor(probes: readonly TraceProbe[]) {
    this.probes = probes;
  }

  domainCreate(domid: number): void {
    for (const probe of this.probes) probe.domainCreate(domid);
  }

  domainDestroy(domid: number, closed: number): void {
    for (const probe of this.probes) probe.domainDestroy(domid, closed);
  }

  channelOpen(
    domid: number,
    port: number,
    state: number,
    remote: number,
    remotePort: number,
  ): void {
    for (const probe of this.probes) probe.channelOpen(domid, port, state, remote, remotePort);
  }

  channelClose(domid: number, port: number, peerDomid: number, peerPort: number): void {
    for (const probe of this.probes) probe.channelClose(domid, port, peerDomid, peerPort);
  }

  hypercall(
    domid: number,
    op: number,
    first: number,
    second: number,
    third: number,
    result: number,
  ): void {
    for (const probe of this.probes) probe.hypercall(domid, op, first, second, third, result);
  }

  virq(domid: number, virq: number, vcpu: number, port: number): void {
    for (const probe of this.probes) probe.virq(domid, virq, vcpu, port);
  }

  setPending(domid: number, port: number, vcpu: number, coalesced: boolean, masked: boolean): void {
    for (const probe of this.probes) probe.setPending(domid, port, vcpu, coalesced, masked);
  }

  upcall(domid: number, vcpu: number): void {
    for (const probe of this.probes) probe.upcall(domid, vcpu);
  }

  interrupt(domid: number, file: number, port: number, queued: number): void {
    for (const probe of this.probes) probe.interrupt(domid, file, port, queued);
  }

  read(domid: number, file: number, entries: Uint32Array, start: number, result: number): void {
    for (const probe of this.probes) probe.read(domid, file, entries, start, result);
  }

  write(domid: number, file: number, result: number): void {
    for (const probe of this.probes) probe.write(domid, file, result);
  }

  eoi(domid: number, file: number, port: number): void {
    for (const probe of this.probes) probe.eoi(domid, file, port);
  }

  deferredEoi(domid: number, port: number, until: number): void {
    for (const probe of this.probes) probe.deferredEoi(domid, port, until);
  }

  deferredEoiEnd(domid: number, port: number): void {
    for (const probe of this.probes) probe.deferredEoiEnd(domid, port);
  }

  ioctl(
    domid: number,
    file: number,
    command: number,
    first: number,
    second: number,
    result: number,
  ): void {
    for (const probe of this.probes) probe.ioctl(domid, file, command, first, second, result);
  }

  bind(domid: number, file: number, port: number): void {
    for (const probe of this.probes) probe.bind(domid, file, port);
  }

  unbind(domid: number, file: number, port: number): void {
    for (const probe of this.probes) probe.unbind(domid, file, port);
  }

  ringReset(domid: number, file: number, dropped: number, overflowed: boolean): void {
    for (const probe of this.probes) probe.ringReset(domid, file, dropped, overflowed);
  }

  open(domid: number, file: number, name: string, pid: number): void {
    for (const probe of this.probes) probe.open(domid, file, name, pid);
  }

  release(domid: number, file: number): void {
    for (const probe of this.probes) probe.release(domid, file);
  }

  fault(
    domid: number,
    number: number,
    fault: number,
    file: number,
    port: number,
    value: number,
  ): void {
    for (const probe of this.probes) probe.fault(domid, number, fault, file, port, value);
  }
}
