import { type EventPath, EventPaths, type PathStep, type TraceRecord } from 'xen-evtchn/embedded';
import { ChannelBook } from './channel-book.js';
import type { History } from './history.js';
import type { Lifelines } from './lifelines.js';
import type { Moment, Trail } from './moment.js';

/** What a moment is made of besides its number. */
type MomentParts = Omit<Moment, 'seq' | 'steps'> & { readonly steps?: PathStep[] };

/** Steps that one call makes together, and that are one row therefore. */
const TOGETHER: ReadonlyMap<PathStep['kind'], readonly PathStep['kind'][]> = new Map([
  ['pending', ['queued', 'overflow']],
  ['enabled', ['unmasked', 'deferred']],
] as const);

/** Makes moments of trace records: steps of events through EventPaths, the rest by itself. */
export class MomentMaker {
  /** Who is connected to whom. */
  readonly book = new ChannelBook();
  readonly #history: History;
  readonly #lifelines: Lifelines;
  readonly #paths = new EventPaths((path, step) => this.#step(path, step));
  /** As long as anybody has the path. */
  readonly #trails = new WeakMap<EventPath, Trail>();
  readonly #inService = new Set<Trail>();
  /** Sent in this run of records: which open file sent is known only when its ioctl is over. */
  #sent: Moment[] = [];
  /** The moment that the next step may still join. */
  #open: Moment | undefined;

  constructor(history: History, lifelines: Lifelines) {
    this.#history = history;
    this.#lifelines = lifelines;
  }

  /** Events that an open file has: queued or read, and not done with. */
  get inService(): ReadonlySet<Trail> {
    return this.#inService;
  }

  /** Follows a record, and adds its moments to the history. */
  take(record: TraceRecord): void {
    this.#lifelines.take(record, this.#history.end);
    // Before the book forgets the port: the steps it causes are still of the channel as it was.
    this.#paths.take(record);
    this.#befall(record);
    this.book.take(record);
  }

  /** Says that nothing is known of what happened now. @param count - how many records are missing */
  miss(time: number, domid: number, count: number): void {
    this.#add({ time, kind: 'missing', domid, count });
  }

  /** Says that records were lost: what was on its way cannot be followed on. */
  forget(): void {
    this.#paths.forget();
    this.#inService.clear();
  }

  /** Ends a run of records: what comes next is a moment of its own. */
  settle(): void {
    this.#paths.settle();
    for (const moment of this.#sent) this.#touch(moment);
    this.#sent = [];
    this.#open = undefined;
  }

  /** Forgets what only a moment that is gone needed. */
  gone(moment: Moment): void {
    moment.trail?.moments.shift();
  }

  #step(path: EventPath, step: PathStep): void {
    const trail = this.#trail(path);
    const { state } = path;
    if (state === 'queued' || state === 'read') this.#inService.add(trail);
    else this.#inService.delete(trail);
    const open = this.#open;
    const first = open?.steps[0];
    if (open !== undefined && open.trail === trail && open.steps.length === 1) {
      if (TOGETHER.get(first!.kind)?.includes(step.kind) === true) {
        open.steps.push(step);
        open.file = path.file;
        this.#touch(open);
        return;
      }
    }
    const { domid, port, file } = path;
    const { time, kind, sender: peer } = step;
    const inXen = kind === 'pending' || kind === 'merged';
    const number = inXen ? this.book.number(domid, port) : undefined;
    const where = inXen ? undefined : (file ?? this.book.file(domid, port));
    this.#add({ time, kind, domid, port, file: where, steps: [step], trail, peer, number });
  }

  #befall(record: TraceRecord): void {
    const { time, domid, type } = record;
    switch (type) {
      case 'domain-create':
      case 'domain-destroy':
        this.#add({ time, kind: type, domid });
        break;
      case 'open':
      case 'release':
        this.#add({ time, kind: type, domid, file: record.file });
        break;
      case 'bind': {
        const { port, file } = record;
        const peer = this.book.peer(domid, port);
        const number = this.book.number(domid, port);
        this.#add({ time, kind: type, domid, port, file, peer, number });
        break;
      }
      case 'virq':
        if (record.port === 0) this.#add({ time, kind: 'virq-lost', domid, number: record.virq });
        break;
      case 'ring-reset':
        this.#add({ time, kind: type, domid, file: record.file, count: record.dropped });
        break;
      case 'channel-close':
        this.#closed(record);
        break;
    }
  }

  /** Ports that close one after the other are one moment, unless each has a peer who is left alone by it. */
  #closed(record: Extract<TraceRecord, { type: 'channel-close' }>): void {
    const { time, domid, port, peer } = record;
    const kind = 'channel-close';
    const file = this.book.file(domid, port);
    const open = this.#open;
    const joins = open?.kind === kind && open.domid === domid && open.peer === undefined;
    if (joins && peer === undefined) {
      open.count = (open.count ?? 1) + 1;
      return;
    }
    const held = peer && { ...peer, file: this.book.file(peer.domid, peer.port) };
    this.#add({ time, kind, domid, port, file, peer: held, count: 1 });
  }

  #add(parts: MomentParts): void {
    const seq = this.#history.end;
    const moment: Moment = { seq, ...parts, steps: parts.steps ?? [] };
    this.#open = moment;
    if (!this.#history.add(moment)) return;
    this.#touch(moment);
    if (moment.peer !== undefined) this.#sent.push(moment);
    moment.trail?.moments.push(moment);
  }

  #touch(moment: Moment): void {
    this.#lifelines.touch(moment.domid, moment.file, moment.seq);
    const { peer } = moment;
    if (peer !== undefined) this.#lifelines.touch(peer.domid, peer.file, moment.seq);
  }

  #trail(path: EventPath): Trail {
    let trail = this.#trails.get(path);
    if (trail === undefined) {
      trail = { path, moments: [] };
      this.#trails.set(path, trail);
    }
    return trail;
  }
}
