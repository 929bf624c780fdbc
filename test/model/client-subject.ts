import { type Evtchn, XenHost } from '../../src/index.js';
import { FakeEvtchn } from '../unit/client/fake-evtchn.js';
import { FakeSource } from '../unit/client/fake-source.js';
import type { Giving } from './client-model.js';

/** A handle with ports, and what stands on their other side. */
export interface ClientSubject {
  readonly handle: Evtchn;
  /** Its ports. */
  readonly ports: number[];
  /** Sends an event to one of them. */
  event(place: number): void;
  /** Binds a port where one was unbound. */
  bind(place: number): void;
  /** The device is waited for. */
  readonly armed: boolean;
}

/** Ports that a program has. */
const PORTS = 4;

/** A handle of an embedded host, whose ports are connected to another domain. */
export class EmbeddedSubject implements ClientSubject {
  readonly handle: Evtchn;
  readonly ports: number[] = [];
  readonly #waiting: () => number;
  readonly #peer: Evtchn;
  readonly #remote: number[] = [];

  constructor(signal: AbortSignal) {
    const host = new XenHost();
    const domain = host.createDomain({ domid: 0 });
    this.handle = domain.openEvtchn({ signal });
    this.#peer = host.createDomain({ domid: 5 }).openEvtchn();
    const [file] = domain.driver!.openFiles.values();
    this.#waiting = () => file!.waitQueue.size;
    for (let place = 0; place < PORTS; place++) this.bind(place);
  }

  event(place: number): void {
    this.#peer.notify(this.#remote[place]!);
  }

  bind(place: number): void {
    const old = this.#remote[place];
    if (old !== undefined) this.#peer.unbind(old);
    const port = this.handle.bindUnboundPort(5);
    this.ports[place] = port;
    this.#remote[place] = this.#peer.bindInterdomain(0, port);
  }

  get armed(): boolean {
    return this.#waiting() > 0;
  }
}

/** A handle over a device made up for it, which gives several events at once. */
export class FakeSubject implements ClientSubject {
  readonly handle: FakeEvtchn;
  readonly ports: number[] = [];

  constructor(signal: AbortSignal, { batch, unmasksFirst }: Giving) {
    const source = new FakeSource([], { batch, looks: !unmasksFirst });
    this.handle = new FakeEvtchn(source, signal);
    for (let place = 0; place < PORTS; place++) this.bind(place);
  }

  event(place: number): void {
    this.handle.source.event(this.ports[place]!);
  }

  bind(place: number): void {
    this.ports[place] = this.handle.bindUnboundPort(0);
  }

  get armed(): boolean {
    return this.handle.source.armed;
  }
}
