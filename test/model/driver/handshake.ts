import type { EmbeddedEvtchn } from '../../../src/client/embedded-evtchn.js';
import type { OpenFile } from '../../../src/devices/evtchn/open-file.js';
import type { EventAbi } from '../../../src/index.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';
import { Flag, type SteppedRun, type Steps } from './stepped-run.js';

/** What somebody does while events come. */
export type Disturbance =
  /** Nothing. */
  | 'none'
  /** The receiver gives a port up and binds another channel, which gets the same number. */
  | 'rebind'
  /** The sender gives its end up, and connects again. */
  | 'reconnect';

/** What is known of a port that the receiver has bound. */
interface Bound {
  /** Events that were raised since it was bound. */
  raised: number;
  /** Of those, how many were there when it was last read. */
  seen: number;
  /** Entries in the ring that were made of them. */
  entries: number;
  enabled: boolean;
}

/**
 * A guest that receives on two channels, at the granularity of upcalls: a sender, upcalls, reads, late EOIs and unbinding
 * interleave in any order, on the real hypervisor, kernel and driver. Two properties are checked as it goes: an event that was
 * raised is read after it was raised, unless its port goes first; and it makes one entry in the ring at most for each time that
 * the port is enabled.
 */
export class Handshake {
  readonly #run: SteppedRun;
  readonly #disturbance: Disturbance;
  readonly #back: EmbeddedEvtchn;
  readonly #front: EmbeddedEvtchn;
  readonly #file: OpenFile;
  readonly #senders: OpenFile;
  /** Ports of the receiver, and those of the sender that they are connected to; 0 for one that is not connected. */
  readonly #ports: number[] = [];
  readonly #peers: number[] = [];
  readonly #bound = new Map<number, Bound>();
  readonly #readable = new Flag('events in the ring');

  /** @param sends - which of the channels each event is sent on, in turn */
  constructor(run: SteppedRun, abi: EventAbi, sends: readonly number[], disturbance: Disturbance) {
    this.#run = run;
    this.#disturbance = disturbance;
    const { host } = run;
    const [back, front] = [0, 1].map((domid) =>
      host.createDomain({ domid, abi, kernelChannels: false }),
    );
    this.#back = back!.openHandle({});
    this.#front = front!.openHandle({});
    [this.#file] = [...back!.driver!.openFiles.values()] as [OpenFile];
    [this.#senders] = [...front!.driver!.openFiles.values()] as [OpenFile];
    host.trace = { record: (record) => this.#traced(record) };
    for (let channel = 0; channel < 2; channel++) this.#connect(channel);
    host.run();
    this.#file.waitQueue.add({ wake: () => run.set(this.#readable) });
    run.process('receiver', this.#receiver());
    run.process('sender', this.#sender(sends));
    if (disturbance !== 'none') run.process('disturbance', this.#disturb());
  }

  /** @throws Error if an event was lost */
  check(): void {
    for (const [port, { raised, seen }] of this.#bound) {
      if (raised !== seen) throw new Error(`an event of port ${port} was not read after it came`);
    }
  }

  #connect(channel: number): void {
    const port = this.#back.bindUnboundPort(1);
    this.#ports[channel] = port;
    this.#peers[channel] = this.#front.bindInterdomain(0, port);
  }

  /** What becomes of events of the receiver's domain. */
  #traced(record: TraceRecord): void {
    if (!('domid' in record) || record.domid !== 0) return;
    if (record.type === 'bind') {
      this.#bound.set(record.port, { raised: 0, seen: 0, entries: 0, enabled: true });
    } else if (record.type === 'unbind') {
      this.#bound.delete(record.port);
    } else if (record.type === 'set-pending') {
      this.#bound.get(record.port)!.raised++;
    } else if (record.type === 'interrupt') {
      this.#run.writes('ring');
      this.#interrupted(record.port);
    } else if (record.type === 'eoi') {
      this.#bound.get(record.port)!.enabled = true;
    }
  }

  #interrupted(port: number): void {
    const bound = this.#bound.get(port);
    if (bound === undefined) throw new Error(`an event came on port ${port}, which is not bound`);
    if (!bound.enabled) throw new Error(`port ${port} has two entries in the ring`);
    bound.enabled = false;
    if (++bound.entries > bound.raised) throw new Error(`port ${port} has an event of nobody's`);
  }

  *#receiver(): Steps {
    for (;;) {
      yield this.#readable;
      const port = this.#file.readPort();
      this.#run.reads('ring');
      if (!this.#file.readable) this.#run.clear(this.#readable);
      if (port <= 0) continue;
      const bound = this.#bound.get(port);
      // As on a real host: what is in the ring stays there when its port is given up.
      if (bound !== undefined) bound.seen = bound.raised;
      yield;
      this.#file.writePort(port);
    }
  }

  *#sender(sends: readonly number[]): Steps {
    for (const channel of sends) {
      this.#run.reads('peers');
      this.#senders.notify(this.#peers[channel]!);
      yield;
    }
  }

  *#disturb(): Steps {
    const [port] = this.#ports;
    const [peer] = this.#peers;
    this.#run.writes('peers');
    if (this.#disturbance === 'rebind') this.#back.unbind(port!);
    this.#front.unbind(peer!);
    yield;
    this.#run.writes('peers');
    if (this.#disturbance === 'rebind') this.#connect(0);
    else this.#peers[0] = this.#front.bindInterdomain(0, port!);
  }
}
