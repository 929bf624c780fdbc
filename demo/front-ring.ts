import {
  type BlockRequest,
  type BlockResponse,
  copyResponse,
  putRequest,
} from './block-protocol.js';
import { RingCorrupt } from './ring-corrupt.js';
import { distance, type SharedRing } from './shared-ring.js';

/** The front end's view of the ring: puts requests in, takes responses out. */
export class FrontRing {
  readonly #shared: SharedRing;
  /** Requests put in, ours to know: what the peer may see of it is `reqProd`. */
  #reqProdPrivate = 0;
  #rspCons = 0;

  constructor(shared: SharedRing) {
    this.#shared = shared;
  }

  /** Requests that can be put in before a response has to be taken. */
  get free(): number {
    return this.#shared.slotCount - distance(this.#rspCons, this.#reqProdPrivate);
  }

  /** Puts a request in; the peer sees it after {@link push}. @throws RangeError when the ring is full */
  put(request: BlockRequest): void {
    if (this.free === 0) throw new RangeError('the ring is full: take responses first');
    putRequest(this.#shared.slot(this.#reqProdPrivate), request);
    this.#reqProdPrivate = (this.#reqProdPrivate + 1) >>> 0;
  }

  /**
   * Shows the peer what was put in.
   *
   * PUBLISH FIRST, THEN NOTIFY, and look at `reqEvent` only after publishing. The other way round, the peer may be woken,
   * find nothing, go back to sleep, and then the index moves, with nobody told.
   *
   * @returns the peer wants to be notified: it asked for one of these requests
   */
  push(): boolean {
    const old = this.#shared.reqProd;
    const published = this.#reqProdPrivate;
    this.#shared.reqProd = published;
    return distance(this.#shared.reqEvent, published) < distance(old, published);
  }

  /** The next response, undefined if there is none now. @throws RingCorrupt for an index that cannot be */
  take(): BlockResponse | undefined {
    if (!this.#hasResponses()) return undefined;
    const response = copyResponse(this.#shared.slot(this.#rspCons));
    this.#rspCons = (this.#rspCons + 1) >>> 0;
    return response;
  }

  /**
   * THE FINAL CHECK, before going to sleep: asks to be notified of the next response, and then looks once more. A response
   * that was pushed before `rspEvent` was stored was pushed by a peer that saw the old one and did not notify: nobody will
   * ever tell us of it, so we must see it here.
   *
   * @returns there is work after all: take it, and check again
   */
  finalCheckForResponses(): boolean {
    if (this.#hasResponses()) return true;
    this.#shared.rspEvent = (this.#rspCons + 1) >>> 0;
    return this.#hasResponses();
  }

  #hasResponses(): boolean {
    const unread = distance(this.#rspCons, this.#shared.rspProd);
    if (unread > distance(this.#rspCons, this.#reqProdPrivate)) {
      throw new RingCorrupt('the back end answered more requests than there were');
    }
    return unread > 0;
  }
}
