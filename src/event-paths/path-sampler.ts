import { checkInteger } from '../errors/argument.js';
import type {
  HypercallRecord,
  InterruptRecord,
  IoctlRecord,
  SetPendingRecord,
  TraceRecord,
  UpcallRecord,
} from '../trace/trace-record.js';
import { SampledDomain } from './sampled-host.js';

/** Records that belong to no event and say what there is: opened, bound, closed; so many times the number of events. */
const STRUCTURE_SHARE = 4;

/** Hypercalls that change what there is. */
const STRUCTURE = /^EVTCHNOP_(bind|alloc|close|reset|expand|init)/;

/** Some of the records of a part of a trace. */
export interface SampledRecords {
  /** In order. */
  readonly records: TraceRecord[];
  /** Events in this part, those that merged into others included. */
  readonly events: number;
  /** Of them, those whose records are here. */
  readonly shown: number;
}

/**
 * Thins out a trace that is too fast to be shown: of some events every record is kept, those in later parts of the trace
 * included, and of the others none. What belongs to no event is kept as well, up to a limit: calls that come to nothing as
 * many as events, what opens, binds and closes four times as many.
 *
 * A `read` is kept for one of its ports, and names them all. An event that merges is kept with the one that it merges into.
 */
export class PathSampler {
  readonly #maxEvents: number;
  readonly #domains = new Map<number, SampledDomain>();
  #batch = 0;
  #out: (TraceRecord | undefined)[] = [];
  #events = 0;
  #shown = 0;
  /** All events of the batch fit. */
  #all = true;
  #calls = 0;
  #structure = 0;
  #before: TraceRecord | undefined;
  /** The record before is of an event that is shown. */
  #beforeShown = false;

  /** @param maxEvents - how many events of each batch are kept at most, from 1 */
  constructor(maxEvents: number) {
    checkInteger('maxEvents', maxEvents, 1, 1_000_000);
    this.#maxEvents = maxEvents;
  }

  /**
   * What to show of the next part. Where it has more events than may be shown, the first half of them are the oldest, and the
   * others the first of each port, so that a quiet port is seen beside a busy one.
   */
  sample(records: readonly TraceRecord[]): SampledRecords {
    this.#start(records);
    for (const record of records) {
      this.#take(record);
      this.#before = record;
    }
    const kept = this.#out.filter((record) => record !== undefined);
    this.#out = [];
    for (const domain of this.#domains.values()) domain.upcallAt = -1;
    return { records: kept, events: this.#events, shown: this.#shown };
  }

  /** Records were lost: what is kept of events that are under way may be wrong by now, and they are shown no further. */
  forget(): void {
    this.#domains.clear();
    this.#before = undefined;
  }

  #start(records: readonly TraceRecord[]): void {
    this.#batch++;
    this.#events = 0;
    this.#shown = 0;
    this.#calls = this.#maxEvents;
    this.#structure = this.#maxEvents * STRUCTURE_SHARE;
    let events = 0;
    for (const { type } of records) if (type === 'set-pending') events++;
    this.#all = events <= this.#maxEvents;
  }

  #take(record: TraceRecord): void {
    switch (record.type) {
      case 'virq':
        // With a port its event is the next record, which takes it along.
        if (record.port === 0) this.#call(record);
        break;
      case 'set-pending':
        this.#setPending(record);
        break;
      case 'hypercall':
        this.#hypercall(record);
        break;
      case 'upcall':
        this.#upcall(record);
        break;
      case 'interrupt':
        this.#interrupt(record);
        break;
      case 'overflow': {
        // Rare, and what one looks for: its port is masked until it is written back.
        const port = this.#domain(record.domid).port(record.port);
        port.pending = false;
        port.service = true;
        this.#inUpcall(record);
        break;
      }
      case 'read':
        this.#read(record.domid, record.file, record.ports, record);
        break;
      case 'eoi': {
        const domain = this.#domain(record.domid);
        const shown = domain.ports.get(record.port)?.service === true;
        const file = domain.file(record.file);
        file.wrote = true;
        file.wroteShown ||= shown;
        if (shown) this.#out.push(record);
        break;
      }
      case 'write':
        this.#write(record.domid, record.file, record);
        break;
      case 'deferred-eoi':
      case 'deferred-eoi-end':
        if (this.#domain(record.domid).ports.get(record.port)?.service) this.#out.push(record);
        break;
      case 'ioctl':
        this.#ioctl(record);
        break;
      case 'channel-close':
        this.#domain(record.domid).ports.delete(record.port);
        this.#structural(record);
        break;
      case 'ring-reset':
        this.#domain(record.domid).file(record.file).ring.clear();
        this.#structural(record);
        break;
      case 'release':
        this.#domain(record.domid).files.delete(record.file);
        this.#structural(record);
        break;
      case 'domain-destroy':
        this.#domains.delete(record.domid);
        this.#structural(record);
        break;
      default:
        this.#structural(record);
    }
  }

  #setPending(record: SetPendingRecord): void {
    const { domid, coalesced } = record;
    const port = this.#domain(domid).port(record.port);
    const before = this.#before;
    this.#events++;
    const show = (!coalesced || port.pending) && this.#fits(port.shownIn);
    if (!coalesced) port.pending = show;
    this.#beforeShown = show;
    if (!show) return;
    this.#shown++;
    port.shownIn = this.#batch;
    if (before?.type === 'virq' && before.port === record.port) this.#out.push(before);
    this.#out.push(record);
  }

  /** There is room for one more event, of a port of which one was shown in a batch. */
  #fits(shownIn: number): boolean {
    if (this.#all) return true;
    if (this.#shown >= this.#maxEvents) return false;
    return this.#shown < this.#maxEvents / 2 || shownIn !== this.#batch;
  }

  #hypercall(record: HypercallRecord): void {
    const { op, domid, args, result } = record;
    if (op === 'EVTCHNOP_send' && result === 0) {
      const raised = this.#before?.type === 'set-pending';
      const shown = raised ? this.#beforeShown : this.#calls > 0;
      this.#domain(domid).port(args.port!).sending = shown;
      if (!raised) this.#call(record);
      else if (shown) this.#out.push(record);
    } else if (op === 'EVTCHNOP_unmask') {
      if (this.#domain(domid).ports.get(args.port!)?.pending) this.#out.push(record);
    } else if (result < 0 || !STRUCTURE.test(op)) {
      this.#call(record);
    } else {
      this.#structural(record);
    }
  }

  #ioctl(record: IoctlRecord): void {
    const { domid, command, args, result } = record;
    if (result < 0) {
      this.#call(record);
    } else if (command === 'IOCTL_EVTCHN_NOTIFY') {
      const port = this.#domain(domid).ports.get(args.port!);
      if (port === undefined || !port.sending) return;
      port.sending = false;
      this.#out.push(record);
    } else {
      this.#structural(record);
    }
  }

  #upcall(record: UpcallRecord): void {
    const domain = this.#domain(record.domid);
    domain.upcall = record;
    domain.upcallAt = this.#out.push(undefined) - 1;
  }

  #interrupt(record: InterruptRecord): void {
    const { domid, file, queued } = record;
    const domain = this.#domain(domid);
    const port = domain.port(record.port);
    const shown = port.pending;
    port.service = shown;
    port.pending = false;
    domain.file(file).ring.push({ port: record.port, shown }, queued);
    if (shown) this.#inUpcall(record);
  }

  /** An event that is shown, and the upcall that it is in. */
  #inUpcall(record: TraceRecord): void {
    const domain = this.#domain(record.domid);
    if (domain.upcallAt >= 0) this.#out[domain.upcallAt] = domain.upcall;
    domain.upcallAt = -1;
    this.#out.push(record);
  }

  #read(domid: number, number: number, ports: readonly number[], record: TraceRecord): void {
    if (ports.length === 0) {
      this.#call(record);
      return;
    }
    const { ring } = this.#domain(domid).file(number);
    let shown = false;
    for (const port of ports) if (ring.take(port)?.shown) shown = true;
    if (shown) this.#out.push(record);
  }

  #write(domid: number, number: number, record: TraceRecord): void {
    const file = this.#domain(domid).file(number);
    if (file.wroteShown) this.#out.push(record);
    else if (!file.wrote) this.#call(record);
    file.wrote = false;
    file.wroteShown = false;
  }

  #call(record: TraceRecord): void {
    if (this.#calls-- > 0) this.#out.push(record);
  }

  #structural(record: TraceRecord): void {
    if (this.#structure-- > 0) this.#out.push(record);
  }

  #domain(domid: number): SampledDomain {
    let domain = this.#domains.get(domid);
    if (domain === undefined) {
      domain = new SampledDomain();
      this.#domains.set(domid, domain);
    }
    return domain;
  }
}
