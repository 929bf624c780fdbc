import type { Evtchn } from '../src/embedded.js';
import type { BlockRequest, BlockResponse } from './block-protocol.js';
import { FrontRing } from './front-ring.js';
import type { SharedRing } from './shared-ring.js';

/** Where the device is; a real front end reads it from xenstore. */
export interface FrontEndOptions {
  readonly backendDomid: number;
  /** The port the back end made for us. */
  readonly backendPort: number;
  /** The ring, made ready by the back end. */
  readonly ring: SharedRing;
}

/**
 * The front end of the device: sends requests through the ring.
 *
 * Call {@link submit} and {@link push} to send, and {@link handleEvent} whenever the handle is readable, or have
 * `frontEnd.run(…)` do the latter.
 */
export class FrontEnd {
  readonly port: number;
  /**
   * Notify at every {@link push}, asked for or not, as protocols without `req_event` must (console, xenstore). Never wrong,
   * only slow.
   */
  notifyAlways = false;
  readonly #evtchn: Evtchn;
  readonly #ring: FrontRing;
  #lastId = 0;

  /** @param evtchn - a handle of this front end's own; it stays the caller's to close */
  constructor(evtchn: Evtchn, { backendDomid, backendPort, ring }: FrontEndOptions) {
    this.#ring = new FrontRing(ring);
    this.#evtchn = evtchn;
    this.port = evtchn.bindInterdomain(backendDomid, backendPort);
  }

  /** Requests that can be submitted before responses have to be taken. */
  get free(): number {
    return this.#ring.free;
  }

  /**
   * Puts a request into the ring; it leaves with the next {@link push}, together with others.
   * @returns its id, which the response carries
   * @throws RangeError when the ring is full
   */
  submit(request: Omit<BlockRequest, 'id'>): number {
    const id = this.#lastId + 1;
    this.#ring.put({ ...request, id });
    this.#lastId = id;
    return id;
  }

  /** Shows the back end what was submitted, and wakes it if it asked for that. @returns it was notified */
  push(): boolean {
    const asked = this.#ring.push();
    const notify = asked || this.notifyAlways;
    if (notify) this.#evtchn.notify(this.port);
    return notify;
  }

  /** Takes responses until the handle is closed. @throws (rejects) RingCorrupt: disconnect */
  async run(take: (response: BlockResponse) => void): Promise<void> {
    // Each turn of the loop unmasks its port when it is left.
    for await (const port of this.#evtchn) {
      if (port === this.port) for (const response of this.#takeAll()) take(response);
    }
  }

  /**
   * One event: read it, take the responses, have events again. The first one comes of connecting, with no response: an event
   * says "look", and nothing more.
   * @returns the responses; undefined if there was no event
   * @throws RingCorrupt for a back end that does not keep to the protocol: disconnect
   */
  handleEvent(): BlockResponse[] | undefined {
    for (;;) {
      const port = this.#evtchn.tryPending();
      if (port === undefined) return undefined;
      if (port === this.port) break;
    }
    try {
      return this.#takeAll();
    } finally {
      this.#evtchn.unmask(this.port);
    }
  }

  /** Closes the port. */
  disconnect(): void {
    this.#evtchn.unbind(this.port);
  }

  #takeAll(): BlockResponse[] {
    const responses: BlockResponse[] = [];
    do {
      for (let response = this.#ring.take(); response; response = this.#ring.take()) {
        responses.push(response);
      }
    } while (this.#ring.finalCheckForResponses());
    return responses;
  }
}
