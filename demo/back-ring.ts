import {
  type BlockRequest,
  type BlockResponse,
  copyRequest,
  putResponse,
} from './block-protocol.js';
import { RingCorrupt } from './ring-corrupt.js';
import { distance, type SharedRing } from './shared-ring.js';

/** The back end's view of the ring: takes requests out, puts responses in. */
export class BackRing {
  readonly #shared: SharedRing;
  #reqCons = 0;
  /** Responses put in, ours to know: what the peer may see of it is `rspProd`. */
  #rspProdPrivate = 0;

  constructor(shared: SharedRing) {
    this.#shared = shared;
  }

  /** The next request, undefined if there is none now. @throws RingCorrupt for an index that cannot be */
  take(): BlockRequest | undefined {
    if (!this.#hasRequests()) return undefined;
    const request = copyRequest(this.#shared.slot(this.#reqCons));
    this.#reqCons = (this.#reqCons + 1) >>> 0;
    return request;
  }

  /** Puts the response to a taken request in; the peer sees it after {@link push}. */
  put(response: BlockResponse): void {
    if (this.#rspProdPrivate === this.#reqCons) throw new RangeError('no request to respond to');
    putResponse(this.#shared.slot(this.#rspProdPrivate), response);
    this.#rspProdPrivate = (this.#rspProdPrivate + 1) >>> 0;
  }

  /**
   * Shows the peer what was put in: PUBLISH FIRST, THEN NOTIFY, as in `FrontRing.push`.
   * @returns the peer wants to be notified: it asked for one of these responses
   */
  push(): boolean {
    const old = this.#shared.rspProd;
    const published = this.#rspProdPrivate;
    this.#shared.rspProd = published;
    return distance(this.#shared.rspEvent, published) < distance(old, published);
  }

  /**
   * THE FINAL CHECK, before going to sleep: asks to be notified of the next request, and then looks once more, as in
   * `FrontRing.finalCheckForResponses`. Leave out the second look and the device hangs one day, under load, on a customer's
   * machine: a request came between the last look and the store of `reqEvent`, and its front end was not asked to notify.
   *
   * @returns there is work after all: take it, and check again
   */
  finalCheckForRequests(): boolean {
    if (this.#hasRequests()) return true;
    this.#shared.reqEvent = (this.#reqCons + 1) >>> 0;
    return this.#hasRequests();
  }

  #hasRequests(): boolean {
    const unread = distance(this.#reqCons, this.#shared.reqProd);
    if (unread > this.#shared.slotCount - distance(this.#rspProdPrivate, this.#reqCons)) {
      throw new RingCorrupt('the front end claims more requests than there are slots');
    }
    return unread > 0;
  }
}
