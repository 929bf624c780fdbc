import type { Evtchn } from '../src/embedded.js';
import { BackRing } from './back-ring.js';
import type { BlockRequest, BlockResponse } from './block-protocol.js';
import type { SharedRing } from './shared-ring.js';

/** What a back end is made of. */
export interface BackEndOptions {
  /** The domain that may connect. */
  readonly frontendDomid: number;
  /** The ring, over memory the front end gets at too. */
  readonly ring: SharedRing;
  /** Carries out one request. */
  readonly serve: (request: BlockRequest) => BlockResponse;
}

/**
 * The back end of the device: serves requests from the ring. It makes the ring and the port; how the front end hears of
 * them (xenstore, in a real one) is not its business.
 *
 * Either `await backEnd.run()`, or call {@link handleEvent} from a loop of your own whenever the handle is readable.
 */
export class BackEnd {
  /** For the front end to connect to. */
  readonly port: number;
  readonly #evtchn: Evtchn;
  readonly #ring: BackRing;
  readonly #serve: (request: BlockRequest) => BlockResponse;

  /** @param evtchn - a handle of this back end's own; it stays the caller's to close */
  constructor(evtchn: Evtchn, { frontendDomid, ring, serve }: BackEndOptions) {
    // Before the port exists: nobody may connect to a ring that is not ready.
    ring.initialise();
    this.#ring = new BackRing(ring);
    this.#evtchn = evtchn;
    this.#serve = serve;
    this.port = evtchn.bindUnboundPort(frontendDomid);
  }

  /** Serves until the handle is closed. @throws (rejects) RingCorrupt: disconnect */
  async run(): Promise<void> {
    // Each turn of the loop unmasks its port when it is left.
    for await (const port of this.#evtchn) if (port === this.port) this.work();
  }

  /** One event: read it, do what there is to do, have events again. @returns false if there was no event */
  handleEvent(): boolean {
    if (!this.takeEvent()) return false;
    try {
      this.work();
    } finally {
      this.unmask();
    }
    return true;
  }

  /** Reads an event if there is one. The port is masked from now on: what comes meanwhile is remembered as one event. */
  takeEvent(): boolean {
    for (;;) {
      const port = this.#evtchn.tryPending();
      // An event that was in the device's ring when its port was unbound is still read: pass over it.
      if (port === undefined || port === this.port) return port !== undefined;
    }
  }

  /**
   * Serves all requests there are.
   *
   * An event says "look", not "one request": several notifies become one event, and an event may come with nothing behind
   * it. So the ring is emptied each time, and nothing is concluded from the number of events.
   *
   * @returns how many were served
   * @throws RingCorrupt for a front end that does not keep to the protocol: disconnect
   */
  work(): number {
    let served = 0;
    do {
      for (let request = this.#ring.take(); request !== undefined; request = this.#ring.take()) {
        this.#ring.put(this.#serve(request));
        served++;
      }
      if (this.#ring.push()) this.#evtchn.notify(this.port);
    } while (this.#ring.finalCheckForRequests());
    return served;
  }

  /** Lets the port have events again. Last, after {@link work}: an event that came meanwhile arrives inside this call. */
  unmask(): void {
    this.#evtchn.unmask(this.port);
  }

  /**
   * Closes the port. Xen does not tell when the front end is gone, and a notify to nobody is no error: a real back end hears
   * of it from xenstore, and then calls this.
   */
  disconnect(): void {
    this.#evtchn.unbind(this.port);
  }
}
