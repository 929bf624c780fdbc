import { holdsEvent, raisesEvent } from '../trace/fault-name.js';
import type {
  FaultRecord,
  HypercallRecord,
  InterruptRecord,
  OverflowRecord,
  SetPendingRecord,
  TraceRecord,
  UpcallRecord,
} from '../trace/trace-record.js';
import type { CheckedChannel, CheckedHost } from './checked-host.js';

/** An event that the next upcall of its vCPU has to handle. */
interface DueEvent {
  readonly domid: number;
  readonly port: number;
  readonly channel: CheckedChannel;
  /** It was there when the upcall began that runs, or ran last. */
  met: boolean;
}

/** The rules of events: pending, masked, handled in upcalls, and open again. */
export class EventRules {
  readonly #host: CheckedHost;
  readonly #byHand: boolean;
  /** The upcall that runs, or ran last: one at a time runs in a host. */
  #upcall: UpcallRecord | undefined;
  #upcallAt = 0;
  /** Events that are pending and not masked, by the name of their port. */
  readonly #due = new Map<string, DueEvent>();

  /** @param byHand - events may be made by hand, which no record tells */
  constructor(host: CheckedHost, byHand: boolean) {
    this.#host = host;
    this.#byHand = byHand;
  }

  /** @param before - the record before it @param after - the record behind it, if it is there */
  setPending(
    record: SetPendingRecord,
    before: TraceRecord | undefined,
    after: TraceRecord | undefined,
  ): void {
    const { domid, port, vcpu, coalesced, masked } = record;
    const { complain } = this.#host;
    const domain = this.#host.domain(domid);
    if (domain === undefined) return;
    const name = `${domid}:${port}`;
    const channel = domain.channels.get(port);
    if (channel === undefined) {
      complain('port-closed', `${name} is made pending, and is not open`);
      return;
    }
    if (channel.vcpu !== vcpu && channel.state !== 'virq' && channel.state !== 'ipi') {
      complain('vcpu-wrong', `${name} notifies vCPU ${channel.vcpu}, and the event is for ${vcpu}`);
    }
    if (!this.#byHand && !this.#caused(record, channel, before, after)) {
      complain('cause-missing', `nothing makes ${name} pending`);
    }
    const held = domain.held.get(port);
    // What the kernel itself handles it takes without a record.
    if (coalesced ? channel.pending === false : channel.pending === true && held !== undefined) {
      const is = channel.pending ? 'an event is pending there' : 'none is pending there';
      complain(
        'merged-wrong',
        `an event of ${name} ${coalesced ? 'merges' : 'does not merge'}, and ${is}`,
      );
    }
    if (held !== undefined && channel.masked !== undefined && channel.masked !== masked) {
      complain('masked-wrong', `${name} is said to be ${masked ? 'masked' : 'open'}, and is not`);
    }
    channel.pending = true;
    if (masked) return;
    domain.raised.add(vcpu);
    if (held !== undefined) this.#due.set(name, { domid, port, channel, met: false });
  }

  #caused(
    { domid, port }: SetPendingRecord,
    channel: CheckedChannel,
    before: TraceRecord | undefined,
    after: TraceRecord | undefined,
  ): boolean {
    if (before?.type === 'fault' && raisesEvent(before.fault)) {
      return before.domid === domid && before.port === port;
    }
    if (channel.state === 'pirq') return true;
    if (channel.state === 'virq') {
      return before?.type === 'virq' && before.domid === domid && before.port === port;
    }
    if (after?.type !== 'hypercall') return false;
    if (after.op === 'EVTCHNOP_bind_interdomain') {
      return after.domid === domid && after.result === port;
    }
    if (after.op !== 'EVTCHNOP_send' || after.result !== 0) return false;
    if (channel.state === 'ipi') return after.domid === domid && after.args.port === port;
    return channel.remote === after.domid && channel.remotePort === after.args.port;
  }

  /**
   * A fault that makes an event comes right before it; one that holds an event back is of an event that was about to be
   * handled, and keeps its port masked. @param after - the record behind it, if it is there
   */
  fault({ domid, fault, port, number }: FaultRecord, after: TraceRecord | undefined): void {
    const { complain } = this.#host;
    if (this.#host.domain(domid) === undefined) return;
    if (raisesEvent(fault)) {
      if (after?.type === 'set-pending' && after.domid === domid && after.port === port) return;
      complain('fault-wrong', `fault ${number} does not make ${domid}:${port} pending`);
    }
    if (!holdsEvent(fault)) return;
    const channel = this.#host.channel(domid, port);
    const due = channel !== undefined && channel.pending === true && channel.masked !== true;
    if (!due || channel.held || this.#upcall?.domid !== domid) {
      complain(
        'fault-wrong',
        `fault ${number} holds an event of ${domid}:${port}, and none was due`,
      );
    }
    if (channel === undefined) return;
    this.#due.delete(`${domid}:${port}`);
    channel.masked = true;
    channel.held = true;
  }

  /** A port whose event was held back opens when Xen is asked to unmask it. */
  hypercall({ domid, op, args, result }: HypercallRecord): void {
    if (op !== 'EVTCHNOP_unmask' || result !== 0) return;
    const port = args.port!;
    const channel = this.#host.channel(domid, port);
    if (channel?.held !== true) return;
    channel.held = false;
    this.#unmasked(domid, port, channel);
  }

  upcall(record: UpcallRecord): void {
    const { domid, vcpu } = record;
    const domain = this.#host.domain(domid);
    if (domain === undefined) return;
    this.#ended();
    if (!domain.raised.delete(vcpu)) {
      this.#host.complain(
        'upcall-wrong',
        `nothing came for vCPU ${vcpu} of domain ${domid}, which takes an upcall`,
      );
    }
    this.#upcall = record;
    this.#upcallAt = this.#host.index;
    for (const due of this.#due.values()) {
      const { channel } = due;
      if (due.domid === domid && channel.vcpu === vcpu && !channel.moved) due.met = true;
    }
  }

  /** The upcall that ran is over: every event that it met was handled, if its port is still there. */
  #ended(): void {
    for (const [name, { domid, port, channel, met }] of this.#due) {
      if (!met) continue;
      this.#due.delete(name);
      if (this.#host.channel(domid, port) !== channel) continue;
      const sentence = `an event of ${name} was pending and not masked, and the upcall of its vCPU passed it over`;
      this.#host.complain('event-lost', sentence);
    }
  }

  /** No record comes any more, or a call is over in which the last upcall ran: one that began behind `since`. */
  over(since: number): void {
    if (this.#upcallAt < since) return;
    this.#ended();
    this.#upcall = undefined;
  }

  /** An event came out of Xen, into the ring of its file or nowhere. */
  delivered({ domid, file, port }: InterruptRecord | OverflowRecord): void {
    const { complain } = this.#host;
    const domain = this.#host.domain(domid);
    if (domain === undefined) return;
    const name = `${domid}:${port}`;
    const holding = domain.held.get(port);
    if (holding?.file !== file) {
      complain('bind-wrong', `an event of ${name} comes to file ${file}, which does not hold it`);
      return;
    }
    const channel = domain.channels.get(port);
    if (channel === undefined) {
      complain('port-closed', `an event of ${name} is handled, and it is not open`);
      return;
    }
    // As Xen does: what is pending already goes on where it was raised, when its port moves.
    const runs =
      this.#upcall?.domid === domid && (this.#upcall.vcpu === channel.vcpu || channel.moved);
    if (!runs) {
      complain(
        'interrupt-outside-upcall',
        `an event of ${name} is handled, and no upcall of vCPU ${channel.vcpu} runs`,
      );
    }
    if (channel.pending === false) {
      complain('interrupt-without-pending', `an event of ${name} is handled, and none is pending`);
    }
    if (channel.masked === true || !holding.enabled) {
      complain(
        'interrupt-while-masked',
        `an event of ${name} is handled while the last one is not done with`,
      );
    }
    if (channel.deferred) {
      complain(
        'deferral-wrong',
        `an event of ${name} is handled while the EOI of the last one is put off`,
      );
      channel.deferred = false;
    }
    this.#due.delete(name);
    channel.pending = false;
    channel.moved = false;
    channel.masked = true;
    holding.enabled = false;
  }

  /** A late EOI was put off. @param before - the record before it */
  defer(domid: number, port: number, before: TraceRecord | undefined): void {
    const domain = this.#host.domain(domid);
    const channel = domain?.channels.get(port);
    if (domain === undefined || channel === undefined) return;
    const written = before?.type === 'eoi' && before.domid === domid && before.port === port;
    if (channel.deferred || (domain.held.has(port) && !written)) {
      this.#host.complain(
        'deferral-wrong',
        `the EOI of ${domid}:${port} is put off, and was not due`,
      );
    }
    channel.deferred = true;
  }

  /** A late EOI that was put off is done. @param after - the record behind it, if it is there */
  deferralEnd(domid: number, port: number, after: TraceRecord | undefined): void {
    const channel = this.#host.domain(domid)?.channels.get(port);
    if (channel?.deferred !== true) {
      this.#host.complain(
        'deferral-wrong',
        `the EOI of ${domid}:${port} is done, and was not put off`,
      );
      return;
    }
    channel.deferred = false;
    this.opened(domid, port, channel, after);
  }

  /** A port opens: what is pending is raised at once. @param after - the record behind it, if it is there */
  opened(
    domid: number,
    port: number,
    channel: CheckedChannel,
    after: TraceRecord | undefined,
  ): void {
    if (!this.#unmasked(domid, port, channel)) return;
    const raised =
      after?.type === 'hypercall' &&
      after.op === 'EVTCHNOP_unmask' &&
      after.domid === domid &&
      after.args.port === port;
    if (!raised) {
      this.#host.complain(
        'unmask-missing',
        `${domid}:${port} opens with an event pending, which nobody raises`,
      );
    }
  }

  /** A port is open. @returns whether an event is pending there, which the next upcall has to handle */
  #unmasked(domid: number, port: number, channel: CheckedChannel): boolean {
    if (!this.#host.domains.get(domid)?.held.has(port)) return false;
    channel.masked = false;
    if (channel.pending !== true) return false;
    this.#due.set(`${domid}:${port}`, { domid, port, channel, met: false });
    return true;
  }
}
