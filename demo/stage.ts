import { type Evtchn, type HostDomain, ManualClock, POLLIN, XenHost } from '../src/index.js';
import { BackEnd } from './back-end.js';
import { claim } from './claim.js';
import { Disk } from './disk.js';
import { type Counts, EventCounts } from './event-counts.js';
import { FrontEnd } from './front-end.js';
import { type Participants, SequenceDiagram } from './sequence-diagram.js';
import { SharedRing } from './shared-ring.js';
import { fold, type StyledLine } from './styled-line.js';

/** Slots of the ring: few, so that a burst fills it. A page would hold 128. */
const SLOTS = 8;

/** A device in use: its two ends, and the ring between them. */
export interface Device {
  readonly back: BackEnd;
  readonly front: FrontEnd;
}

/**
 * The host the scenes are played on, its clock, and the picture that is drawn of it. What the ends of the device do besides
 * calling Xen (serve a request, take a response) is noted here, as it happens.
 */
export class Stage {
  readonly clock: ManualClock = new ManualClock();
  readonly host: XenHost;
  readonly dom0: HostDomain;
  /** The back end's handle. */
  readonly backHandle: Evtchn;
  readonly diagram: SequenceDiagram;
  readonly counts: EventCounts = new EventCounts(0);
  readonly #width: number;
  readonly #write: (line: StyledLine) => void;
  readonly #disk = new Disk(16);
  /** Memory of the device in use. */
  #memory = new ArrayBuffer(SharedRing.bytesFor(SLOTS));

  constructor(width: number, write: (line: StyledLine) => void) {
    this.#width = width;
    this.#write = write;
    this.diagram = new SequenceDiagram(width, () => this.clock.now(), write);
    this.host = new XenHost({ clock: this.clock });
    this.dom0 = this.host.createDomain({ domid: 0 });
    this.backHandle = this.dom0.openEvtchn({ comm: 'back-end' });
  }

  /** A domain for a front end to run in. Its boot has no place in the picture. */
  boot(domid: number): HostDomain {
    this.host.trace = undefined;
    const domain = this.host.createDomain({ domid });
    this.host.trace = {
      record: (record) => {
        this.counts.record(record);
        this.diagram.record(record);
      },
    };
    return domain;
  }

  /** Title and lifelines. */
  scene(title: string, frontendDomid: number): void {
    this.#write([]);
    this.#write([{ text: title, style: 'title' }]);
    this.#write([]);
    const participants: Participants = {
      left: { domid: 0, name: 'back end' },
      right: { domid: frontendDomid, name: 'front end' },
    };
    this.diagram.begin(participants);
  }

  /** A back end that domain may connect to, with a ring of its own. */
  backEnd(frontendDomid: number): BackEnd {
    this.#memory = new ArrayBuffer(SharedRing.bytesFor(SLOTS));
    return new BackEnd(this.backHandle, {
      frontendDomid,
      ring: this.#ring,
      serve: (request) => {
        this.diagram.note('left', 'serves', `#${request.id}`);
        return this.#disk.serve(request);
      },
    });
  }

  /** A front end that connects to it. What it has to know of it, a real one reads from xenstore. */
  frontEnd(handle: Evtchn, back: BackEnd): FrontEnd {
    // A view of its own of the same memory, as in a domain of its own.
    return new FrontEnd(handle, { backendDomid: 0, backendPort: back.port, ring: this.#ring });
  }

  /** The front end sends one request. @returns the back end was notified */
  send({ front }: Device, sector: number, value: number): boolean {
    const id = front.submit({ operation: 'write', sector, value });
    this.diagram.note('right', 'puts', `#${id}`);
    return front.push();
  }

  /** The front end handles one event. @returns the ids it has answers to */
  answers({ front }: Device): number[] {
    const responses = front.handleEvent() ?? [];
    claim(
      responses.every(({ ok }) => ok),
      'the back end carries out what it is asked',
    );
    const ids = responses.map(({ id }) => id);
    this.diagram.note(
      'right',
      ids.length === 0 ? 'no answers' : `answers ${ids.map((id) => `#${id}`).join(' ')}`,
    );
    return ids;
  }

  /** The back end has an event to read. */
  get backHasEvent(): boolean {
    return (this.backHandle.poll() & POLLIN) !== 0;
  }

  /** A millisecond goes by. */
  tick(): void {
    this.diagram.flush();
    this.clock.advance(1);
  }

  get #ring(): SharedRing {
    return new SharedRing(this.#memory);
  }

  /** Both ends have seen everything, and have asked to be told of the next thing. */
  get bothWait(): boolean {
    const { reqProd, reqEvent, rspProd, rspEvent } = this.#ring;
    return rspProd === reqProd && reqEvent === reqProd + 1 && rspEvent === rspProd + 1;
  }

  /** What the shared ring's indices are now. */
  showRing(): void {
    const { reqProd, reqEvent, rspProd, rspEvent } = this.#ring;
    this.diagram.remark(
      `shared ring: req_prod ${reqProd}, req_event ${reqEvent}, rsp_prod ${rspProd}, rsp_event ${rspEvent}`,
    );
  }

  /** The moral of a scene: checked, then shown. @throws Error where it does not hold */
  shown(what: string, holds: boolean): void {
    this.diagram.flush();
    claim(holds, what);
    fold(what, this.#width - 4).forEach((text, index) => {
      this.#write([{ text: `  ${index === 0 ? '✓' : ' '} ${text}`, style: 'good' }]);
    });
  }

  /** The end: what became of all events. */
  finish(): void {
    this.diagram.flush();
    this.host.trace = undefined;
    this.host.destroy();
    const { toBackEnd, toFrontEnd } = this.counts;
    const columns = ['sent', 'initial', 'coalesced', 'lost', 'delivered', 'read'] as const;
    const row = (name: string, cells: readonly (string | number)[]) =>
      `  ${name.padEnd(14)}${cells.map((cell, i) => String(cell).padStart(columns[i]!.length + 2)).join('')}`;
    const counted = (name: string, counts: Counts) =>
      row(
        name,
        columns.map((column) => counts[column]),
      );
    this.#write([]);
    this.#write([{ text: row('events', columns), style: 'title' }]);
    this.#write([{ text: counted('to back end', toBackEnd), style: 'plain' }]);
    this.#write([{ text: counted('to front end', toFrontEnd), style: 'plain' }]);
    for (const { sent, initial, coalesced, lost, delivered, read } of [toBackEnd, toFrontEnd]) {
      claim(
        delivered === sent + initial - coalesced - lost,
        'an event is merged into another, lost for want of a peer, or delivered',
      );
      claim(read === delivered, 'each event that was delivered was read');
    }
    this.shown('sent + initial - coalesced - lost = delivered = read', true);
  }
}
