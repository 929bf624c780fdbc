import { EAGAIN, EFAULT } from '../abi/errno.js';
import { O_RDWR } from '../abi/fcntl.js';
import { IOCTL_EVTCHN_NOTIFY, ioctlRequest } from '../abi/ioctl.js';
import { PAGE_SIZE } from '../abi/page.js';
import { ManualClock } from '../clock/manual-clock.js';
import type { OpenFile } from '../devices/evtchn/open-file.js';
import type { HostDomain } from '../host/host-domain.js';
import { type DomainOptions, XenHost } from '../host/xen-host.js';
import { ECS_INTERDOMAIN, ECS_IPI } from '../hypervisor/channel-table.js';
import type { Delivery } from '../hypervisor/hypervisor.js';
import { ChannelStatistics } from '../statistics/channel-statistics.js';
import { raisesEvent } from '../trace/fault-name.js';
import { ioctlFields } from '../trace/ioctl-fields.js';
import type {
  FaultRecord,
  HypercallRecord,
  IoctlRecord,
  OpenRecord,
  ReadRecord,
  SetPendingRecord,
  TraceRecord,
} from '../trace/trace-record.js';
import type { File } from '../vfs/file.js';
import { CallMemory } from './call-memory.js';
import { replayHypercall } from './replay-hypercall.js';
import { refusal } from './replay-refusal.js';
import { ReplayedFaults } from './replayed-faults.js';
import { unknownType } from './traced-call.js';

const BAD_POINTER = new CallMemory([]);
/** Where reads put ports: what they were is in their records. */
const PAGE = new CallMemory(new Uint32Array(PAGE_SIZE / 4));

/** What a host is replayed with. */
export interface ReplayHostOptions {
  /** The time it begins at, in milliseconds. */
  readonly start: number;
  readonly delivery: Delivery;
  /** The trace. */
  readonly records: readonly TraceRecord[];
  /** How a domain is to be made that a record creates, by the index of that. */
  readonly optionsOf: (created: number) => DomainOptions;
}

/** The host that the calls of a trace are made on again. Open files have the numbers that they have in the trace. */
export class ReplayHost {
  readonly clock: ManualClock;
  readonly host: XenHost;
  readonly statistics: ChannelStatistics;
  readonly #files = new Map<number, File>();
  /** Numbers that files have in the trace, by those they have here. */
  readonly #numbers = new Map<number, number>();
  /** Files whose last read found nothing, by their numbers in the trace. */
  readonly #waiting = new Set<number>();
  readonly #trace: readonly TraceRecord[];
  readonly #optionsOf: (created: number) => DomainOptions;
  readonly #faults: ReplayedFaults;
  #records: TraceRecord[] = [];
  /** The first record and the own record of the call that is made. */
  #first = 0;
  #own = 0;

  constructor({ start, delivery, records, optionsOf }: ReplayHostOptions) {
    this.clock = new ManualClock(start);
    const trace = { record: (record: TraceRecord) => this.#records.push(record) };
    this.host = new XenHost({ clock: this.clock, delivery, trace });
    this.statistics = new ChannelStatistics(() => this.clock.now());
    this.host.attach(this.statistics);
    this.#trace = records;
    this.#optionsOf = optionsOf;
    this.#faults = new ReplayedFaults(this.host, records, () => {
      return { next: this.#first + this.#records.length, own: this.#own };
    });
  }

  /** Makes a domain. Throws as {@link XenHost.createDomain}. */
  createDomain(options: DomainOptions): void {
    this.#faults.watch(this.host.createDomain(options));
  }

  /** A file that is open, by its number in the trace. */
  file(number: number): File | undefined {
    return this.#files.get(number);
  }

  /** Whether the last read of a file found nothing, by its number here: its reader may wait. */
  mayWait(number: number): boolean {
    return this.#waiting.has(this.#numbers.get(number) ?? 0);
  }

  /** Records of what has happened since this was asked last. */
  takeRecords(): TraceRecord[] {
    const records = this.#records.map((record) => this.#renumbered(record));
    this.#records = [];
    return records;
  }

  /** Whether an EVTCHNOP_send leads to a port of a domain, as channels are now. */
  sends({ domid, args }: HypercallRecord, to: number, port: number): boolean {
    const { port: from = 0 } = args;
    const xen = this.host.domain(domid)?.xen;
    if (xen === undefined || !xen.validPort(from)) return false;
    const { channels } = xen;
    if (channels.state(from) === ECS_IPI) return domid === to && from === port;
    if (channels.state(from) !== ECS_INTERDOMAIN) return false;
    return channels.remote(from) === to && channels.remotePort(from) === port;
  }

  /**
   * Makes a call again.
   * @param first - its first record, by the index
   * @param own - its own record
   * @throws Error if there is nothing to make it on
   */
  perform(first: number, own: number): void {
    this.#first = first;
    this.#own = own;
    this.#perform(own, this.#trace[own]!);
  }

  #perform(index: number, record: TraceRecord): void {
    switch (record.type) {
      case 'domain-create':
        this.createDomain(this.#optionsOf(index));
        return;
      case 'domain-destroy':
        this.#domain(index, record).destroy();
        return;
      case 'open':
        this.#open(index, record);
        return;
      case 'release':
        this.#file(index, record).put();
        this.#files.delete(record.file);
        this.#waiting.delete(record.file);
        return;
      case 'ioctl':
        this.#ioctl(index, record);
        return;
      case 'read':
        this.#read(this.#file(index, record), record);
        return;
      case 'write':
        write(this.#file(index, record), record.result, this.#enabled());
        return;
      case 'virq':
        this.#domain(index, record).raiseVirq(record.virq, record.vcpu);
        return;
      case 'hypercall':
        this.#hypercall(index, record);
        return;
      case 'set-pending':
        this.#raise(index, record);
        return;
      case 'deferred-eoi-end':
        this.#timer(record.time);
        return;
      case 'upcall':
        this.#run(index);
        return;
      case 'fault':
        this.#fault(index, record);
        return;
      default:
        throw unknownType(index, record);
    }
  }

  #domain(index: number, { domid }: { readonly domid: number }): HostDomain {
    const domain = this.host.domain(domid);
    if (domain === undefined) throw refusal(index, `there is no domain ${domid} by then`);
    return domain;
  }

  #file(index: number, { file: number }: { readonly file: number }): File {
    const file = this.#files.get(number);
    if (file !== undefined) return file;
    throw refusal(
      index,
      `file ${number} was not opened in this trace: it must have all that happened, from before its programs began`,
    );
  }

  #open(index: number, { domid, file: number, name, pid }: OpenRecord): void {
    const { node } = this.#domain(index, { domid });
    const file = node?.open(O_RDWR, { uid: node.uid, comm: name, pid });
    if (file === undefined || typeof file === 'number') {
      throw refusal(index, `nothing runs in domain ${domid}, which has no device to open`);
    }
    this.#files.set(number, file);
    // Driver and record have numbers of their own host.
    const opened = this.#records.at(-1);
    if (opened?.type === 'open') this.#numbers.set(opened.file, number);
  }

  #ioctl(index: number, record: IoctlRecord): void {
    const request = ioctlRequest(record.command);
    if (request === undefined) throw refusal(index, `there is no ioctl '${record.command}'`);
    const file = this.#file(index, record).operations as OpenFile;
    const refused = this.#trace[this.#first]!;
    if (refused.type === 'fault') {
      this.#fault(this.#first, refused);
      file.traceIoctl(request, -1, -1, refused.value);
      return;
    }
    const words: number[] = [];
    for (const field of ioctlFields(request)) {
      const value = record.args[field];
      if (value === undefined) break;
      words.push(value);
    }
    // An embedded handle makes no ioctl of it, which tells where its domain is gone.
    if (request === IOCTL_EVTCHN_NOTIFY && words[0] !== undefined) file.notify(words[0]);
    else file.ioctl(request, new CallMemory(words), 0);
  }

  /** How many ports fitted the record does not tell, but how many there were. */
  #read({ operations }: File, { file, result }: ReadRecord): void {
    if (result === -EFAULT) operations.read(BAD_POINTER, 0, PAGE_SIZE);
    else operations.read(PAGE, 0, result > 0 ? result : PAGE_SIZE);
    if (result === -EAGAIN) this.#waiting.add(file);
    else this.#waiting.delete(file);
  }

  #hypercall(index: number, record: HypercallRecord): void {
    const { op, domid, args } = record;
    if (op === 'EVTCHNOP_unmask' && this.#faults.release(domid, args.port ?? 0)) return;
    if (replayHypercall(this.host, this.#domain(index, record), record)) return;
    throw refusal(index, `there is no hypercall '${record.op}'`);
  }

  /** An event from outside: a physical interrupt, or `notify --incoming`. */
  #raise(index: number, record: SetPendingRecord): void {
    const { xen } = this.#openPort(index, record);
    xen.ports.setPending(record.port);
    xen.hypervisor.exit();
  }

  /** The domain of a port that is in use. */
  #openPort(index: number, { domid, port }: { readonly domid: number; readonly port: number }) {
    const domain = this.#domain(index, { domid });
    const { xen } = domain;
    if (xen.validPort(port) && xen.channels.usable(port)) return domain;
    throw refusal(index, `port ${port} of domain ${domid} is not open by then`);
  }

  /** Runs the timer that is next, if it is due by then. */
  #timer(time: number): void {
    const { nextAt } = this.clock;
    if (nextAt !== undefined && nextAt <= time) this.clock.advanceTo(nextAt);
  }

  #run(index: number): void {
    if (this.host.hypervisor.delivery === 'deferred') {
      this.host.run();
      return;
    }
    throw refusal(
      index,
      "nothing in the trace has caused this upcall: for a host with deferred delivery, give the option delivery: 'deferred'",
    );
  }

  #fault(index: number, record: FaultRecord): void {
    const { file: number } = record;
    if (record.fault === 'eintr') this.#waiting.delete(number);
    if (raisesEvent(record.fault)) this.#openPort(index, record);
    const file = number === 0 ? undefined : this.#file(index, record);
    this.#faults.perform(record, file === undefined ? 0 : (file.operations as OpenFile).number);
  }

  /** The ports that a write enabled. */
  #enabled(): number[] {
    const ports: number[] = [];
    for (let at = this.#first; at < this.#own; at++) {
      const record = this.#trace[at]!;
      if (record.type === 'eoi') ports.push(record.port);
    }
    return ports;
  }

  #renumbered(record: TraceRecord): TraceRecord {
    if (!('file' in record)) return record;
    return { ...record, file: this.#numbers.get(record.file) ?? record.file };
  }
}

/**
 * The ports that a write named and that were not disabled are not in the trace, and nothing came of them: port 0, which no
 * file holds, stands for each.
 */
function write({ operations }: File, result: number, enabled: readonly number[]): void {
  if (result === -EFAULT) {
    operations.write(BAD_POINTER, 0, PAGE_SIZE);
    return;
  }
  const words = new Uint32Array(Math.max(enabled.length, result > 0 ? result >>> 2 : 0));
  words.set(enabled);
  operations.write(new CallMemory(words), 0, words.length * 4);
}
