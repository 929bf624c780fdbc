import type { EoiRecord, IoctlRecord, TraceRecord, WriteRecord } from '../trace/trace-record.js';
import { ChannelRules } from './channel-rules.js';
import { CheckedHost } from './checked-host.js';
import { EventRules } from './event-rules.js';
import { FileRules } from './file-rules.js';
import type { LifeCycleRule, LifeCycleViolation } from './life-cycle-violation.js';

/** What a trace may be of. */
export interface LifeCycleOptions {
  /** Events were made pending by hand, as `xen-evtchn notify --incoming` does; what made them is not checked then. */
  readonly byHand?: boolean | undefined;
}

/**
 * Checks that a trace tells lives as they can be: of each event from being made pending to the unmask, of channels, open
 * files and domains. It has to begin with the host and to be whole; nobody may have disabled an irq of an open file's port.
 *
 * A rule that is broken is reported where it shows, and the record is believed from then on.
 */
export class LifeCycleChecker {
  readonly #report: (violation: LifeCycleViolation) => void;
  readonly #host = new CheckedHost((rule, sentence) => this.#complain(rule, sentence));
  readonly #channels = new ChannelRules(this.#host);
  readonly #files = new FileRules(this.#host);
  readonly #events: EventRules;
  #time = Number.NEGATIVE_INFINITY;
  #before: TraceRecord | undefined;
  /** The record that waits for the one behind it. */
  #current: TraceRecord | undefined;

  /** @param report - called for each violation, in order */
  constructor(report: (violation: LifeCycleViolation) => void, options: LifeCycleOptions = {}) {
    this.#report = report;
    this.#events = new EventRules(this.#host, options.byHand ?? false);
  }

  /** Goes on with the next record; what it breaks may be reported with the one behind it. */
  take(record: TraceRecord): void {
    this.#advance(record);
  }

  /** No record comes any more. */
  end(): void {
    this.#advance(undefined);
    this.#events.over(0);
  }

  #advance(next: TraceRecord | undefined): void {
    const record = this.#current;
    this.#current = next;
    if (record === undefined) return;
    this.#check(record, this.#before, next);
    this.#before = record;
    this.#host.index++;
  }

  #check(
    record: TraceRecord,
    before: TraceRecord | undefined,
    after: TraceRecord | undefined,
  ): void {
    const { time, domid } = record;
    if (!(time >= this.#time)) {
      this.#complain('time-backwards', `it is ${time} after ${this.#time}`);
    }
    this.#time = time;
    switch (record.type) {
      case 'domain-create':
        this.#channels.create(domid);
        break;
      case 'domain-destroy':
        this.#channels.destroy(record);
        break;
      case 'channel-open':
        this.#channels.open(record);
        break;
      case 'channel-close':
        this.#channels.close(record);
        return;
      case 'hypercall':
        this.#channels.hypercall(record, before);
        this.#events.hypercall(record);
        break;
      case 'virq':
        this.#channels.virq(record);
        if (record.port !== 0 && (after?.type !== 'set-pending' || after.port !== record.port)) {
          this.#complain(
            'virq-wrong',
            `virq ${record.virq} does not make port ${record.port} pending`,
          );
        }
        break;
      case 'set-pending':
        this.#events.setPending(record, before, after);
        break;
      case 'upcall':
        this.#events.upcall(record);
        break;
      case 'interrupt':
        this.#events.delivered(record);
        this.#files.interrupt(record);
        break;
      case 'overflow':
        this.#events.delivered(record);
        this.#files.overflow(record);
        break;
      case 'eoi':
        this.#files.eoi(record);
        this.#eoi(record, after);
        break;
      case 'deferred-eoi':
        this.#events.defer(domid, record.port, before);
        break;
      case 'deferred-eoi-end':
        this.#events.deferralEnd(domid, record.port, after);
        break;
      case 'open':
        this.#files.open(record);
        break;
      case 'release':
        this.#files.release(record);
        break;
      case 'bind':
        this.#files.bind(record);
        break;
      case 'unbind':
        this.#files.unbind(record);
        break;
      case 'ring-reset':
        this.#files.reset(record);
        break;
      case 'read':
        this.#files.read(record);
        break;
      case 'write':
        this.#write(record);
        break;
      case 'fault':
        this.#events.fault(record, after);
        break;
      default:
        this.#ioctl(record, before);
    }
    const domain = this.#host.domains.get(domid);
    if (domain !== undefined) domain.closedInARow = 0;
  }

  /** What a write unmasked ran before it was over. */
  #write(record: WriteRecord): void {
    const file = this.#host.files.get(record.file);
    if (file !== undefined && file.enabled > 0) this.#events.over(file.writesSince);
    this.#files.write(record);
  }

  /** So did what a notify sent, where that is traced. */
  #ioctl(record: IoctlRecord, before: TraceRecord | undefined): void {
    if (record.command === 'IOCTL_EVTCHN_NOTIFY' && record.result === 0) {
      const channel = this.#host.channel(record.domid, record.args.port!);
      if (channel !== undefined && channel.sends > 0) this.#events.over(channel.sentAt);
    }
    this.#files.ioctl(record, before);
  }

  /** A late EOI takes effect at once, unless the next record says that it was put off. */
  #eoi({ domid, port }: EoiRecord, after: TraceRecord | undefined): void {
    const channel = this.#host.channel(domid, port);
    if (channel === undefined || channel.deferred) return;
    if (after?.type === 'deferred-eoi' && after.domid === domid && after.port === port) return;
    this.#events.opened(domid, port, channel, after);
  }

  #complain(rule: LifeCycleRule, sentence: string): void {
    this.#report({ rule, index: this.#host.index, sentence });
  }
}
