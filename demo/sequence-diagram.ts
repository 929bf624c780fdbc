import type {
  HypercallRecord,
  InterruptRecord,
  ReadRecord,
  SetPendingRecord,
  TraceRecord,
  TraceSink,
} from '../src/index.js';
import { type Arrow, Lifelines, type Side } from './lifelines.js';
import type { LineCanvas, Style, StyledLine } from './styled-line.js';

/** One end of the device in the picture. */
export interface Participant {
  readonly domid: number;
  readonly name: string;
}

/** The two ends: left and right of Xen. */
export type Participants = Readonly<Record<Side, Participant>>;

/** What the marks mean, in one line. */
export const LEGEND = '─▶ call, event  ● pending  ○ merged  ◐ masked  ◆ read  ◇ unmask  × lost';

/** Something said beside a lifeline, not drawn yet: more of its kind may follow, or an arrow it can go on. */
interface Note {
  readonly side: Side;
  readonly verb: string;
  readonly details: string[];
  readonly time: number;
}

/**
 * Draws what a host traces as a sequence diagram: two domains, Xen between them, time running down. Records of other domains,
 * and of kinds that have no place in it, are passed over.
 */
export class SequenceDiagram implements TraceSink {
  readonly #lifelines: Lifelines;
  readonly #write: (line: StyledLine) => void;
  readonly #now: () => number;
  #participants: Participants | undefined;
  /** Unread events in the ring of each open file of the device. */
  readonly #rings = new Map<number, number[]>();
  /** The time in the picture so far. */
  #shown = -1;
  /** An event whose hypercall is still to be traced: Xen sets it pending first. */
  #raised: SetPendingRecord | undefined;
  /** A notify whose event may be taken in at once, which then goes into the same line. */
  #sent: { call: HypercallRecord; raised: SetPendingRecord | undefined } | undefined;
  /** The port that is being unmasked: its event comes inside that call. */
  #unmasking = false;
  #note: Note | undefined;

  /**
   * @param width - columns
   * @param now - the host's clock
   * @param write - takes the lines, one by one
   */
  constructor(width: number, now: () => number, write: (line: StyledLine) => void) {
    this.#lifelines = new Lifelines(width);
    this.#now = now;
    this.#write = write;
  }

  /** Starts three lifelines. */
  begin(participants: Participants): void {
    this.flush();
    this.#participants = participants;
    const [left, right] = [participants.left, participants.right].map(
      ({ name, domid }) => `${name}, domain ${domid}`,
    );
    this.#write(this.#lifelines.header(left!, right!));
  }

  /** What a side does that no trace shows. Notes with the same verb are drawn as one. */
  note(side: Side, verb: string, detail = ''): void {
    this.#flushSent();
    if (this.#note?.side !== side || this.#note.verb !== verb) this.#flushNote();
    this.#note ??= { side, verb, details: [], time: this.#now() };
    if (detail !== '') this.#note.details.push(detail);
  }

  /** A remark on the whole. */
  remark(text: string): void {
    this.flush();
    for (const line of this.#lifelines.across(text, 'faint')) this.#write(line);
  }

  /** Draws what still waits for something to share its line with. */
  flush(): void {
    this.#flushSent();
    this.#flushNote();
  }

  record(record: TraceRecord): void {
    if (record.type === 'upcall') return;
    if (record.type === 'interrupt') {
      this.#interrupt(record);
      return;
    }
    this.#flushSent();
    const raised = this.#raised;
    this.#raised = record.type === 'set-pending' ? record : undefined;
    const side = this.#side(record.domid);
    if (side === undefined) return;
    if (record.type === 'hypercall') this.#hypercall(side, record, raised);
    else if (record.type === 'read') this.#read(side, record);
    else if (record.type === 'write') this.#unmasking = false;
    else if (record.type === 'eoi') {
      this.#call(side, `◇ unmask ${record.port}`, 'sent', record.time);
      this.#unmasking = true;
    } else if (record.type === 'ring-reset') this.#rings.delete(record.file);
    else if (record.type === 'overflow') {
      this.#beside(side, `ring full: event ${record.port} is lost`, 'lost', record.time, '×');
    } else if (record.type === 'domain-destroy') {
      this.#beside(side, `destroyed, ${record.closed} ports closed`, 'lost', record.time, '×');
      this.#lifelines.end(side);
    }
  }

  #side(domid: number): Side | undefined {
    if (this.#participants?.left.domid === domid) return 'left';
    return this.#participants?.right.domid === domid ? 'right' : undefined;
  }

  #hypercall(side: Side, call: HypercallRecord, raised: SetPendingRecord | undefined): void {
    const { op, args, result, time } = call;
    if (op === 'EVTCHNOP_send') {
      this.#sent = { call, raised };
    } else if (result < 0) {
      // A domain that is gone still lets go of its handles: nothing happens.
    } else if (op === 'EVTCHNOP_alloc_unbound') {
      this.#call(side, `new port ${result} for dom${args.remote_dom}`, 'sent', time);
    } else if (op === 'EVTCHNOP_bind_interdomain') {
      const remote = `dom${args.remote_dom}:${args.remote_port}`;
      this.#call(side, `port ${result} to ${remote}`, 'sent', time, raised && '●');
    } else if (op === 'EVTCHNOP_close') {
      this.#call(side, `close ${args.port}`, 'sent', time);
    } else if (op === 'EVTCHNOP_status') {
      this.#call(side, `status of ${args.port}`, 'sent', time);
    }
  }

  #read(side: Side, { file, ports, time }: ReadRecord): void {
    const ring = this.#rings.get(file) ?? [];
    ring.splice(0, ports.length);
    const what = ports.length === 0 ? 'no event' : `event ${ports.join(' ')}`;
    this.#beside(side, `read ${what}, ring [${ring.join(' ')}]`, 'read', time, '◆');
  }

  #interrupt(record: InterruptRecord): void {
    const ring = this.#rings.get(record.file) ?? [];
    this.#rings.set(record.file, [...ring, record.port]);
    const side = this.#side(record.domid);
    if (side === undefined) return;
    const how = this.#unmasking ? ' inside the unmask' : '';
    const arrow: Arrow = {
      label: `event ${record.port}${how}, ring [${[...ring, record.port].join(' ')}]`,
      style: 'delivered',
      towards: 'domain',
    };
    const raised = this.#sent?.raised;
    const sameLine =
      raised?.domid === record.domid && raised.port === record.port && !raised.coalesced;
    const canvas = sameLine && this.#lifelines.fits(arrow.label) ? this.#drawSent() : undefined;
    if (canvas === undefined) this.#flushSent();
    this.#flushNote();
    this.#arrow(side, arrow, record.time, '●', canvas);
  }

  /** A call of a domain into Xen. */
  #call(side: Side, label: string, style: Style, time: number, mark?: string): void {
    const arrow = { label: this.#withNote(side, label), style, towards: 'xen' } as const;
    this.#flushNote();
    this.#arrow(side, arrow, time, mark);
  }

  #arrow(side: Side, arrow: Arrow, time: number, mark?: string, on?: LineCanvas): void {
    let { label } = arrow;
    if (!this.#lifelines.fits(label)) {
      this.#beside(side, label, arrow.style, time);
      label = '';
    }
    const canvas = this.#lifelines.arrow(on ?? this.#empty(time), side, { ...arrow, label });
    if (mark !== undefined) this.#lifelines.atXen(canvas, side, mark, '', 'delivered');
    this.#write(canvas.line());
  }

  /** The line of a notify: what the sender did, and what became of it unless it is delivered in the same line. */
  #drawSent(): LineCanvas | undefined {
    const sent = this.#sent;
    if (sent === undefined) return undefined;
    this.#sent = undefined;
    const { call, raised } = sent;
    const from = this.#side(call.domid)!;
    const label = this.#withNote(from, `notify ${call.args.port}`);
    this.#flushNote();
    const canvas = this.#empty(call.time);
    this.#lifelines.arrow(canvas, from, { label, style: 'sent', towards: 'xen' });
    const [mark, text, style] = fate(raised);
    const to = from === 'left' ? 'right' : 'left';
    return this.#lifelines.atXen(canvas, to, mark, text, style);
  }

  #flushSent(): void {
    const canvas = this.#drawSent();
    if (canvas !== undefined) this.#write(canvas.line());
  }

  /** A note goes onto the arrow that follows it if it fits. */
  #withNote(side: Side, label: string): string {
    const note = this.#note;
    if (note === undefined || note.side !== side) return label;
    const both = `${textOf(note)} · ${label}`;
    if (!this.#lifelines.fits(both)) return label;
    this.#note = undefined;
    return both;
  }

  #flushNote(): void {
    const note = this.#note;
    if (note === undefined) return;
    this.#note = undefined;
    this.#beside(note.side, textOf(note), 'plain', note.time);
  }

  #beside(side: Side, text: string, style: Style, time: number, mark?: string): void {
    this.#flushNote();
    const lines = this.#lifelines.beside(side, text, style, this.#clock(time), mark);
    for (const line of lines) this.#write(line);
  }

  #empty(time: number): LineCanvas {
    return this.#lifelines.empty(this.#clock(time));
  }

  /** The time, in the first line it is that time. */
  #clock(time: number): string {
    if (time === this.#shown) return '';
    this.#shown = time;
    return `${time} ms`;
  }
}

/** What Xen does with a notify: the mark on its lifeline, and why nobody is told. */
function fate(raised: SetPendingRecord | undefined): readonly [string, string, Style] {
  if (raised === undefined) return ['×', 'nobody there: lost', 'lost'];
  if (raised.coalesced) return ['○', 'pending already: merged', 'held'];
  if (raised.masked) return ['◐', `${raised.port} is masked: kept`, 'held'];
  return ['●', '', 'delivered'];
}

function textOf({ verb, details }: Note): string {
  return [verb, ...details].join(' ');
}
