import { ioctlName } from '../abi/ioctl.js';
import { faultName } from './fault-name.js';
import { hypercallName } from './hypercall-names.js';
import { ioctlFields } from './ioctl-fields.js';
import type { TraceProbe } from './probe.js';
import type { ChannelOpenRecord, TraceRecord } from './trace-record.js';
import type { TraceSink } from './trace-sink.js';

/** Names of channel states, by Xen's `ECS_*`. */
const STATES: readonly (ChannelOpenRecord['state'] | undefined)[] = [
  undefined,
  undefined,
  'unbound',
  'interdomain',
  'pirq',
  'virq',
  'ipi',
];

/** Makes a {@link TraceRecord} of each step and hands it to a sink. */
export class RecordProbe implements TraceProbe {
  readonly sink: TraceSink;
  readonly #now: () => number;

  /** @param now - the time, in milliseconds of the host's clock */
  constructor(sink: TraceSink, now: () => number) {
    this.sink = sink;
    this.#now = now;
  }

  domainCreate(domid: number): void {
    this.#record({ time: this.#now(), type: 'domain-create', domid });
  }

  domainDestroy(domid: number, closed: number): void {
    this.#record({ time: this.#now(), type: 'domain-destroy', domid, closed });
  }

  channelOpen(
    domid: number,
    port: number,
    state: number,
    remote: number,
    remotePort: number,
  ): void {
    const name = STATES[state]!;
    const time = this.#now();
    this.#record({ time, type: 'channel-open', domid, port, state: name, remote, remotePort });
  }

  channelClose(domid: number, port: number, peerDomid: number, peerPort: number): void {
    const peer = peerPort === 0 ? undefined : { domid: peerDomid, port: peerPort };
    this.#record({ time: this.#now(), type: 'channel-close', domid, port, peer });
  }

  hypercall(
    domid: number,
    op: number,
    first: number,
    second: number,
    third: number,
    result: number,
  ): void {
    const { name, fields } = hypercallName(op);
    const args = named(fields, [first, second, third]);
    this.#record({ time: this.#now(), type: 'hypercall', domid, op: name, args, result });
  }

  virq(domid: number, virq: number, vcpu: number, port: number): void {
    this.#record({ time: this.#now(), type: 'virq', domid, virq, vcpu, port });
  }

  setPending(domid: number, port: number, vcpu: number, coalesced: boolean, masked: boolean): void {
    const time = this.#now();
    this.#record({ time, type: 'set-pending', domid, port, vcpu, coalesced, masked });
  }

  upcall(domid: number, vcpu: number): void {
    this.#record({ time: this.#now(), type: 'upcall', domid, vcpu });
  }

  interrupt(domid: number, file: number, port: number, queued: number): void {
    const time = this.#now();
    const woke = queued === 1;
    if (queued === 0) this.#record({ time, type: 'overflow', domid, file, port });
    else this.#record({ time, type: 'interrupt', domid, file, port, queued, woke });
  }

  read(domid: number, file: number, entries: Uint32Array, start: number, result: number): void {
    const ports: number[] = [];
    const count = result > 0 ? result >>> 2 : 0;
    for (let i = 0; i < count; i++) ports.push(entries[(start + i) & (entries.length - 1)]!);
    this.#record({ time: this.#now(), type: 'read', domid, file, ports, result });
  }

  write(domid: number, file: number, result: number): void {
    this.#record({ time: this.#now(), type: 'write', domid, file, result });
  }

  eoi(domid: number, file: number, port: number): void {
    this.#record({ time: this.#now(), type: 'eoi', domid, file, port });
  }

  deferredEoi(domid: number, port: number, until: number): void {
    this.#record({ time: this.#now(), type: 'deferred-eoi', domid, port, until });
  }

  deferredEoiEnd(domid: number, port: number): void {
    this.#record({ time: this.#now(), type: 'deferred-eoi-end', domid, port });
  }

  ioctl(
    domid: number,
    file: number,
    command: number,
    first: number,
    second: number,
    result: number,
  ): void {
    const args = named(ioctlFields(command), [first, second]);
    const name = ioctlName(command);
    this.#record({ time: this.#now(), type: 'ioctl', domid, file, command: name, args, result });
  }

  bind(domid: number, file: number, port: number): void {
    this.#record({ time: this.#now(), type: 'bind', domid, file, port });
  }

  unbind(domid: number, file: number, port: number): void {
    this.#record({ time: this.#now(), type: 'unbind', domid, file, port });
  }

  ringReset(domid: number, file: number, dropped: number, overflowed: boolean): void {
    this.#record({ time: this.#now(), type: 'ring-reset', domid, file, dropped, overflowed });
  }

  open(domid: number, file: number, name: string, pid: number): void {
    this.#record({ time: this.#now(), type: 'open', domid, file, name, pid });
  }

  release(domid: number, file: number): void {
    this.#record({ time: this.#now(), type: 'release', domid, file });
  }

  fault(
    domid: number,
    number: number,
    fault: number,
    file: number,
    port: number,
    value: number,
  ): void {
    const time = this.#now();
    const name = faultName(fault);
    this.#record({ time, type: 'fault', domid, number, fault: name, file, port, value });
  }

  #record(record: TraceRecord): void {
    this.sink.record(record);
  }
}

/** Values by the names of their fields; those below 0 were not read. */
function named(fields: readonly string[], values: readonly number[]): Record<string, number> {
  const args: Record<string, number> = {};
  for (const [index, field] of fields.entries())
    if (values[index]! >= 0) args[field] = values[index]!;
  return args;
}
