import type { SetPendingRecord, TraceRecord, TraceSink } from '../src/index.js';

/** What became of the events one domain was meant to get. */
export interface Counts {
  /** Notifies of its peers. */
  sent: number;
  /** Raised by Xen itself, when the domain connected. */
  initial: number;
  /** Sent while the port was pending already, so merged into that event. */
  coalesced: number;
  /** Sent to nobody. */
  lost: number;
  /** Put into the ring of an open file. */
  delivered: number;
  /** Read by a program. */
  read: number;
}

/** Counts, from a host's trace, the events towards each of two ends of a device. */
export class EventCounts implements TraceSink {
  /** Events towards the back end. */
  readonly toBackEnd: Counts = none();
  /** Events towards the front end, whichever domain it is in. */
  readonly toFrontEnd: Counts = none();
  readonly #backendDomid: number;
  /** Xen sets an event pending before the hypercall that did it is traced. */
  #raised: SetPendingRecord | undefined;

  constructor(backendDomid: number) {
    this.#backendDomid = backendDomid;
  }

  record(record: TraceRecord): void {
    const raised = this.#raised;
    this.#raised = record.type === 'set-pending' ? record : undefined;
    if (record.type === 'interrupt') this.#towards(record.domid).delivered++;
    else if (record.type === 'read') this.#towards(record.domid).read += record.ports.length;
    else if (record.type !== 'hypercall') return;
    else if (record.op === 'EVTCHNOP_bind_interdomain' && raised !== undefined) {
      this.#towards(record.domid).initial++;
    } else if (record.op === 'EVTCHNOP_send') {
      const counts = record.domid === this.#backendDomid ? this.toFrontEnd : this.toBackEnd;
      counts.sent++;
      if (raised === undefined) counts.lost++;
      else if (raised.coalesced) counts.coalesced++;
    }
  }

  #towards(domid: number): Counts {
    return domid === this.#backendDomid ? this.toBackEnd : this.toFrontEnd;
  }
}

function none(): Counts {
  return { sent: 0, initial: 0, coalesced: 0, lost: 0, delivered: 0, read: 0 };
}
