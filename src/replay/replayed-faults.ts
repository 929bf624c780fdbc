import { PortGate } from '../guest/port-gate.js';
import type { HostDomain } from '../host/host-domain.js';
import type { XenHost } from '../host/xen-host.js';
import { faultCode, holdsEvent, raisesEvent } from '../trace/fault-name.js';
import type { FaultRecord, TraceRecord } from '../trace/trace-record.js';

/** Where in the trace the replay is. */
export interface TracePlace {
  /** The index of the record that is next to come of the call that is made. */
  readonly next: number;
  /** The index of the call's own record. */
  readonly own: number;
}

/**
 * The faults that a host showed when it was recorded, done again where the trace has them: no chance decides here, and no time.
 * An event is held back if a record says so, and let go where one tells that its port is unmasked.
 */
export class ReplayedFaults {
  readonly #host: XenHost;
  readonly #records: readonly TraceRecord[];
  readonly #place: () => TracePlace;
  readonly #gates = new Map<HostDomain, PortGate>();
  readonly #holds: boolean;

  constructor(host: XenHost, records: readonly TraceRecord[], place: () => TracePlace) {
    this.#host = host;
    this.#records = records;
    this.#place = place;
    this.#holds = records.some((record) => record.type === 'fault' && holdsEvent(record.fault));
  }

  /** Has the events of a domain held back from now on, where the trace says so. */
  watch(domain: HostDomain): void {
    if (domain.kernel === undefined || !this.#holds) return;
    const gate = new PortGate(domain.kernel, {
      hold: (port) => this.#hold(domain, port),
      passed: () => this.#passed(domain),
    });
    this.#gates.set(domain, gate);
  }

  /**
   * A fault happens that holds nothing back.
   * @param file - its open file by its number here, 0 if none
   */
  perform(record: FaultRecord, file: number): void {
    this.#tell(record, file);
    if (!raisesEvent(record.fault)) return;
    const { xen } = this.#host.domain(record.domid)!;
    xen.ports.setPending(record.port);
    xen.hypervisor.exit();
  }

  /**
   * Lets an event go that is held back on a port.
   * @returns false, with nothing done, if there is none
   */
  release(domid: number, port: number): boolean {
    const domain = this.#host.domain(domid);
    const gate = domain && this.#gates.get(domain);
    if (gate?.holder(port) === undefined) return false;
    gate.release(port);
    return true;
  }

  #hold({ domid, driver }: HostDomain, port: number): number {
    const record = this.#records[this.#place().next];
    if (record?.type !== 'fault' || !holdsEvent(record.fault)) return -1;
    if (record.domid !== domid || record.port !== port) return -1;
    const owner = driver?.ports.owners[port] ?? 0;
    this.#tell(record, owner >> 1);
    return record.number;
  }

  /** Others may have waited for that event: they are let go in the middle of the upcall that brought it. */
  #passed(domain: HostDomain): void {
    for (;;) {
      const { next, own } = this.#place();
      const record = this.#records[next];
      if (record?.type !== 'hypercall' || record.op !== 'EVTCHNOP_unmask') return;
      const { domid, args } = record;
      // Behind the call's own record it may be a call by itself, which begins an upcall then.
      const alone = this.#records[next + 1]?.type === 'upcall' && domid === domain.domid;
      if (next > own && alone) return;
      if (!this.release(domid, args.port ?? 0)) return;
    }
  }

  #tell({ domid, number, fault, port, value }: FaultRecord, file: number): void {
    const { probe } = this.#host.hypervisor.trace;
    probe?.fault(domid, number, faultCode(fault), file, port, value);
  }
}
