import type { EventPath, PathStep } from '../event-paths/event-path.js';
import { EventPaths } from '../event-paths/event-paths.js';
import type { TraceBatch } from '../trace/trace-batch.js';
import type { TraceRecord } from '../trace/trace-record.js';
import type { ChromeArgs, ChromeEvent } from './chrome-event.js';
import { CATEGORY, type ChromeTrack, ChromeTracks } from './chrome-tracks.js';
import type { TraceFormat, TraceStart, TraceSummary } from './trace-format.js';
import { channelText, TraceNames } from './trace-names.js';

/** Arrows to one read, at most: more of them nobody can tell apart. */
const ARROWS = 100;
/** What an arrow is called; it is known by this, the category and its number. */
const ARROW = 'event';

/** An event as it is drawn. */
interface Drawn {
  /** Where its slice is. */
  track: ChromeTrack;
  /** Arrows from those who sent it, which end where it is read. */
  arrows: number[];
}

/**
 * A trace for Perfetto and Chrome's tracing ("JSON Array Format" of the Trace Event Format): a process for each domain, a
 * thread for each port; slices for what an event waits for (`pending`, `queued`, `in handler`, `EOI put off`), arrows from
 * each `send` on the sender's port to the read. An event that comes while another one keeps its port masked is on a second
 * thread of the port until that one is done with, as slices of one thread can only be inside each other.
 *
 * It is the array and not the object form because of an array the end may be missing: what is written when the writer dies
 * can be opened.
 */
export class ChromeFormat implements TraceFormat {
  readonly #names: TraceNames;
  readonly #paths = new EventPaths((path, step) => this.#step(path, step));
  readonly #tracks = new ChromeTracks((event) => this.#write(event));
  /** Events by their path, while somebody follows it. */
  readonly #drawn = new WeakMap<EventPath, Drawn>();
  /** The event that keeps the port of a track masked. */
  readonly #front = new Map<ChromeTrack, EventPath>();
  #lastArrow = 0;
  #lastTime = 0;
  #empty = true;
  #text = '';

  constructor({ snapshot }: TraceStart = {}) {
    this.#names = new TraceNames(snapshot);
  }

  begin(): string {
    return '[';
  }

  batch({ records, dropped }: TraceBatch): string {
    if (dropped > 0) this.#dropped(dropped);
    for (const record of records) {
      this.#paths.take(record);
      this.#lastTime = micros(record.time);
      this.#mark(record);
      this.#names.take(record);
    }
    return this.#written();
  }

  leaveOut(record: TraceRecord): void {
    this.#names.take(record);
  }

  end({ records, dropped }: TraceSummary): string {
    this.#paths.settle();
    this.#closeAll({ unfinished: true });
    this.#global('end of the trace', { records, dropped });
    return `${this.#written()}\n]\n`;
  }

  #step(path: EventPath, { kind, time, sender, masked }: PathStep): void {
    const ts = micros(time);
    const drawn = this.#drawn.get(path) ?? this.#draw(path);
    const { track } = drawn;
    switch (kind) {
      case 'pending':
        this.#tracks.begin(track, 'pending', ts, pendingArgs(path, sender, masked));
        this.#arrow(drawn, sender, ts);
        break;
      case 'merged':
        if (track.open.length === 0) this.#tracks.begin(track, 'pending', ts, { event: path.id });
        this.#tracks.mark(track, 'merged', ts, fromArgs(sender));
        this.#arrow(drawn, sender, ts);
        break;
      case 'queued':
        this.#deliver(path, drawn, 'queued', ts);
        break;
      case 'overflow':
        this.#deliver(path, drawn, 'lost, the ring was full', ts);
        this.#tracks.mark(drawn.track, 'overflow', ts, { event: path.id });
        break;
      case 'read':
        this.#read(path, drawn, ts);
        break;
      case 'deferred':
        this.#tracks.end(track, ts);
        this.#tracks.begin(track, 'EOI put off', ts, { event: path.id });
        this.#tracks.mark(track, 'deferred', ts);
        break;
      case 'unmasked':
        this.#leave(path, track, ts);
        break;
      case 'dropped':
        this.#tracks.mark(track, 'dropped', ts, { event: path.id });
        if (this.#front.get(track) !== path) break;
        this.#tracks.end(track, ts);
        this.#tracks.begin(track, 'thrown away unread', ts, { event: path.id });
        break;
      case 'closed':
      case 'handled':
        if (this.#front.get(track) === path) this.#leave(path, track, ts);
        else if (kind === 'handled' || path.file === undefined) this.#tracks.end(track, ts);
        this.#tracks.mark(track, kind, ts, { event: path.id });
        break;
      default:
        // Written back: what comes of it is the next step.
        break;
    }
  }

  #draw(path: EventPath): Drawn {
    const front = this.#port(path.domid, path.port);
    const behind = this.#front.has(front) || front.open.length > 0;
    const track = behind ? this.#port(path.domid, path.port, true) : front;
    const drawn: Drawn = { track, arrows: [] };
    this.#drawn.set(path, drawn);
    return drawn;
  }

  /** What was pending has come to its open file, and keeps the port masked. */
  #deliver(path: EventPath, drawn: Drawn, name: string, ts: number): void {
    const { domid, port, id, file } = path;
    if (path.steps.length > 1) this.#tracks.end(drawn.track, ts);
    drawn.track = this.#port(domid, port);
    this.#front.set(drawn.track, path);
    const process = this.#names.process(file!);
    this.#tracks.begin(drawn.track, name, ts, { event: id, file: file!, process });
  }

  #read(path: EventPath, { track, arrows }: Drawn, ts: number): void {
    const inFront = this.#front.get(track) === path;
    if (inFront) this.#tracks.end(track, ts);
    // One that was written back unread, or closed, keeps nothing masked: its read is a moment.
    this.#tracks.begin(track, inFront ? 'in handler' : 'read late', ts, { event: path.id });
    for (const id of arrows) this.#tracks.to(track, ARROW, id, ts);
    arrows.length = 0;
    if (!inFront) this.#tracks.end(track, ts);
  }

  /** It keeps its port masked no longer. */
  #leave(path: EventPath, track: ChromeTrack, ts: number): void {
    if (this.#front.get(track) !== path) return;
    this.#front.delete(track);
    this.#tracks.end(track, ts);
  }

  #arrow({ arrows }: Drawn, sender: PathStep['sender'], ts: number): void {
    if (sender === undefined) return;
    const track = this.#port(sender.domid, sender.port);
    this.#tracks.begin(track, 'send', ts);
    if (arrows.length < ARROWS) {
      arrows.push(++this.#lastArrow);
      this.#tracks.from(track, ARROW, this.#lastArrow, ts);
    }
    this.#tracks.end(track, ts);
  }

  /** What is no step of an event. */
  #mark(record: TraceRecord): void {
    const { domid } = record;
    const ts = this.#lastTime;
    const moment = (name: string, port = 0, args?: ChromeArgs) =>
      this.#tracks.mark(this.#port(domid, port), name, ts, args);
    switch (record.type) {
      case 'domain-create':
        moment('domain created');
        break;
      case 'domain-destroy':
        moment('domain destroyed', 0, { closed: record.closed });
        break;
      case 'open':
        moment('open', 0, { file: record.file, process: record.name, pid: record.pid });
        break;
      case 'release':
        moment('close', 0, { file: record.file, process: this.#names.process(record.file) });
        break;
      case 'ring-reset':
        moment('reset', 0, { file: record.file, dropped: record.dropped });
        break;
      case 'fault': {
        const { number, fault, file, port, value } = record;
        const of = file === 0 ? {} : { file, process: this.#names.process(file) };
        moment(`fault: ${fault}`, port, { number, value, ...of });
        break;
      }
      case 'virq':
        if (record.port === 0) moment('virq lost', 0, { virq: record.virq });
        break;
      case 'channel-open':
        this.#tracks.rename(domid, record.port, portName(record.port, channelText(record)));
        if (record.state !== 'interdomain') break;
        this.#tracks.rename(
          record.remote,
          record.remotePort,
          portName(record.remotePort, `interdomain ${domid}:${record.port}`),
        );
        break;
      case 'channel-close': {
        const { peer } = record;
        if (peer === undefined) break;
        const track = this.#port(peer.domid, peer.port);
        this.#tracks.mark(track, 'peer gone', ts, { peer: `dom${domid}:${record.port}` });
        break;
      }
      default:
        break;
    }
  }

  #dropped(records: number): void {
    this.#paths.forget();
    this.#closeAll({ unfinished: true, lost: true });
    this.#global('records lost', { records });
  }

  #closeAll(args: ChromeArgs): void {
    for (const track of this.#tracks.all()) {
      while (track.open.length > 0) this.#tracks.end(track, this.#lastTime, args);
    }
    this.#front.clear();
  }

  #global(name: string, args: ChromeArgs): void {
    // It belongs to no track, but must name one.
    const { pid, tid } = this.#tracks.all().next().value ?? this.#port(0, 0);
    this.#write({ ph: 'i', s: 'g', name, cat: CATEGORY, pid, tid, ts: this.#lastTime, args });
  }

  #port(domid: number, port: number, next = false): ChromeTrack {
    return this.#tracks.track(domid, port, next, () => {
      if (port === 0) return 'domain';
      if (next) return `port ${port}, next event`;
      const channel = this.#names.channel(domid, port);
      return portName(port, channel && channelText(channel));
    });
  }

  #write(event: ChromeEvent): void {
    this.#text += `${this.#empty ? '\n' : ',\n'}${JSON.stringify(event)}`;
    this.#empty = false;
  }

  #written(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }
}

/** Microseconds, to the nanosecond. */
function micros(time: number): number {
  return Math.round(time * 1e6) / 1e3;
}

function portName(port: number, channel: string | undefined): string {
  return channel === undefined ? `port ${port}` : `port ${port} (${channel})`;
}

function fromArgs(sender: PathStep['sender']): ChromeArgs {
  return sender === undefined ? {} : { from: `dom${sender.domid}:${sender.port}` };
}

function pendingArgs(path: EventPath, sender: PathStep['sender'], masked = false): ChromeArgs {
  return { event: path.id, cause: path.cause, masked, ...fromArgs(sender) };
}
