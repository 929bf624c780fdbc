import { FaultInjector } from '../../../src/faults/fault-injector.js';
import { planFaults } from '../../../src/faults/fault-plan.js';
import type { FaultRequest } from '../../../src/faults/fault-request.js';
import { CallerMemory } from '../../../src/fuse/caller-memory.js';
import { channelsText } from '../../../src/fuse/channels-text.js';
import { faultsText } from '../../../src/fuse/faults-text.js';
import { filesText } from '../../../src/fuse/files-text.js';
import { FuseSession } from '../../../src/fuse/fuse-session.js';
import { HostTree, type HostTreeOptions } from '../../../src/fuse/host-tree.js';
import type { Negotiated } from '../../../src/fuse/negotiation.js';
import { domainFiles, rootFiles, type ServedContents } from '../../../src/fuse/served-files.js';
import { WokenHandles } from '../../../src/fuse/woken-handles.js';
import type { EventAbi } from '../../../src/hypervisor/port-ops.js';
import { ManualClock, XenHost } from '../../../src/index.js';
import { snapshotText } from '../../../src/snapshot/snapshot-text.js';
import { takeSnapshot } from '../../../src/snapshot/take-snapshot.js';
import type { TraceSink } from '../../../src/trace/trace-sink.js';
import { TraceBuffer } from '../../../src/trace-stream/trace-buffer.js';
import { CallerPrograms } from './caller-programs.js';
import { NOTIFY_POLL, OP, type StructName } from './fuse-header.js';
import { type FuseRequest, init, requestBytes } from './fuse-request.js';
import { decode, type Fields } from './fuse-struct.js';

/** Requests FUSE has no reply to. */
const UNANSWERED: readonly number[] = [OP.FORGET, OP.BATCH_FORGET, OP.INTERRUPT, OP.NOTIFY_REPLY];
const IN_HEADER = 40;
const OUT_HEADER = 16;
/** `fuse_dev_do_write` takes no error beyond. */
const MAX_ERRNO = 511;
/** Bytes behind a request in the buffer: no NUL among them, and large as numbers. */
const LEFT_OVER = 0xa5;

/** What came from the session: a reply, or a notification, whose `unique` is 0. */
export class Message {
  readonly unique: bigint;
  /** 0 or a negative errno; the code of a notification. */
  readonly error: number;
  readonly body: Uint8Array<ArrayBuffer>;

  constructor(unique: bigint, error: number, body: Uint8Array<ArrayBuffer>) {
    this.unique = unique;
    this.error = error;
    this.body = body;
  }

  /** The body as that structure, which is all there is. */
  as<Name extends StructName>(name: Name): Fields<Name> {
    return decode(name, this.body);
  }

  /** The body as 32-bit words, as ports are read. */
  get words(): number[] {
    return [...new Uint32Array(this.body.buffer)];
  }

  /** The body as text of one byte a character. */
  get text(): string {
    return Buffer.from(this.body).toString('latin1');
  }
}

/** How a kernel side is set up. */
export interface KernelSideOptions {
  /** Domains there are from the start; 0 and 7 unless given. */
  readonly domains?: readonly number[];
  /** Does what there is to do in the host before the tree is made. */
  readonly prepare?: (host: XenHost) => void;
  /** INIT is through; unless given, it is. */
  readonly agreed?: boolean;
  readonly tree?: Partial<HostTreeOptions>;
  /** The event-channel ABI of the domains; FIFO unless given. */
  readonly abi?: EventAbi | undefined;
  /** Faults that the host is to show. */
  readonly faults?: FaultRequest;
  /** Gets the host's trace from its beginning. */
  readonly sink?: TraceSink;
  /** What is to be read of the host, but for what the session has itself. */
  readonly contents?: Partial<ServedContents>;
}

/**
 * The kernel's side of a FUSE connection: passes requests to a session as bytes, and takes its replies as a kernel would,
 * which is to say that it throws for any that a kernel would refuse or take for another's.
 */
export class KernelSide {
  readonly clock = new ManualClock();
  readonly host = new XenHost({ clock: this.clock });
  readonly programs = new CallerPrograms();
  readonly session: FuseSession;
  readonly tree: HostTree;
  readonly trace: TraceBuffer;
  /** What the session told of callers whose memory may not be read. */
  readonly denied: { readonly pid: number; readonly errno: number }[] = [];
  readonly negotiated: Negotiated[] = [];
  /** What makes the host show faults, if it is to. */
  readonly faults: FaultInjector | undefined;
  /** What faults did to the world outside, in order: `sleep 5`, `kill 100 200`. */
  readonly actions: string[] = [];
  /** Names of threads. */
  readonly names = new Map<number, string>();
  /** Filled in behind a request; what was there before is there no more. */
  leftOver = LEFT_OVER;
  #lastUnique = 0n;
  /** Requests without an answer yet: how many of each number. */
  readonly #waiting = new Map<bigint, number>();
  #messages: Message[] = [];

  constructor(options: KernelSideOptions = {}) {
    const { domains = [0, 7], prepare, agreed = true, tree = {}, contents = {} } = options;
    this.host.trace = options.sink;
    if (options.faults !== undefined) this.faults = this.#injector(options.faults);
    for (const domid of domains) this.host.createDomain({ domid, abi: options.abi });
    prepare?.(this.host);
    const trace: TraceBuffer = new TraceBuffer({
      now: () => this.clock.now(),
      wallTime: () => 1_700_000_000_000,
      records: 256,
      onUse: (inUse) => (inUse ? this.host.attach(trace) : this.host.detach(trace)),
    });
    this.trace = trace;
    const served: ServedContents = {
      server: () => 'version 1.2.3\n',
      state: (domain) =>
        snapshotText(takeSnapshot(this.host, { domids: domain && [domain.domid] })),
      faults: this.faults && (() => faultsText(this.faults!)),
      metrics: () => 'metrics 1\n',
      trace: () => trace.newReader(),
      channels: (domain) => channelsText(domain, this.session.devices.open()),
      files: (domain) => filesText(domain, this.session.devices.open()),
      ...contents,
    };
    this.tree = new HostTree(this.host, {
      owner: { uid: 1000, gid: 100 },
      deviceMode: 0o600,
      seconds: () => 1_700_000_000,
      rootFiles: rootFiles(served),
      domainFiles: (domain) => domainFiles(domain, served),
      ...tree,
    });
    this.session = new FuseSession({
      send: (bytes, length) => this.#take(bytes, length),
      memory: new CallerMemory(this.programs),
      tree: this.tree,
      woken: new WokenHandles(),
      faults: this.faults,
      nameOf: (pid) => this.names.get(pid) ?? '',
      onDenied: (pid, errno) => this.denied.push({ pid, errno }),
      onNegotiated: (result) => this.negotiated.push(result),
    });
    if (agreed) this.ask(init(7, 45));
  }

  /** Moves the clock on; whoever timers woke is looked after. */
  advance(ms: number): void {
    this.clock.advance(ms);
    this.session.devices.settle();
  }

  #injector(faults: FaultRequest): FaultInjector {
    return new FaultInjector(
      this.host,
      planFaults(faults),
      {
        sleep: (ms) => this.actions.push(`sleep ${ms}`),
        kill: (openers) => {
          this.actions.push(`kill ${openers.map(({ pid }) => pid).join(' ')}`);
          return openers.length;
        },
        destroy: (domain) => this.tree.removeDomain(domain),
      },
      () => this.clock.now(),
    );
  }

  /** Numbers of the requests that wait for an answer. */
  get waiting(): bigint[] {
    return [...this.#waiting.keys()];
  }

  /** Sends a request. @returns its number */
  send(request: FuseRequest): bigint {
    this.#lastUnique += 2n;
    this.feed(requestBytes(request, this.#lastUnique));
    return this.#lastUnique;
  }

  /**
   * Passes bytes on as they are.
   * @returns whether the session took them for a request
   * @throws Error if it did not say so of what has a header, or did of what has none
   */
  feed(bytes: Uint8Array): boolean {
    const { session } = this;
    const buffer = session.request.bytes;
    buffer.set(bytes);
    buffer.fill(this.leftOver, bytes.length);
    if (bytes.length >= IN_HEADER) {
      const { opcode, unique } = decode('in_header', bytes);
      if (!UNANSWERED.includes(opcode)) {
        this.#waiting.set(unique, (this.#waiting.get(unique) ?? 0) + 1);
      }
    }
    const isRequest = session.handle(bytes.length);
    if (isRequest !== bytes.length >= IN_HEADER) throw new Error(`handle answered ${isRequest}`);
    return isRequest;
  }

  /** What came since, in its order. */
  messages(): Message[] {
    const messages = this.#messages;
    this.#messages = [];
    return messages;
  }

  /**
   * Sends a request that is answered at once.
   * @returns the answer, which {@link messages} then leaves out
   * @throws Error if it was not
   */
  ask(request: FuseRequest): Message {
    const unique = this.send(request);
    const index = this.#messages.findIndex((message) => message.unique === unique);
    if (index < 0) throw new Error(`request ${unique}, opcode ${request.opcode}, has no answer`);
    return this.#messages.splice(index, 1)[0]!;
  }

  /** As {@link ask}. @throws Error if it failed */
  succeed(request: FuseRequest): Message {
    const answer = this.ask(request);
    if (answer.error !== 0) throw new Error(`opcode ${request.opcode} failed: ${answer.error}`);
    return answer;
  }

  #take(bytes: Uint8Array<ArrayBuffer>, length: number): void {
    if (length < OUT_HEADER || length > bytes.length) throw new Error(`a message of ${length}`);
    const { len, error, unique } = decode('out_header', bytes);
    if (len !== length) throw new Error(`a message of ${length} bytes says it has ${len}`);
    const waiting = this.#waiting.get(unique) ?? 0;
    if (waiting > 1) this.#waiting.set(unique, waiting - 1);
    else if (waiting === 1) this.#waiting.delete(unique);
    else if (unique !== 0n) throw new Error(`an answer to ${unique}, which waits for none`);
    else if (error !== NOTIFY_POLL || length !== 24) throw new Error(`notification ${error}`);
    if (waiting > 0 && (error > 0 || error < -MAX_ERRNO)) throw new Error(`errno ${error}`);
    if (error < 0 && length !== OUT_HEADER) throw new Error(`an error with ${length} bytes`);
    this.#messages.push(new Message(unique, error, bytes.slice(OUT_HEADER, length)));
    // The memory is the session's again: what it does not fill in anew must not be there from before.
    bytes.fill(LEFT_OVER);
  }
}
