import type { BlockRequest, BlockResponse } from './block-protocol.js';

/** What the device gives access to: a few sectors of one number each. */
export class Disk {
  readonly #sectors: Uint32Array;

  constructor(sectors: number) {
    this.#sectors = new Uint32Array(sectors);
  }

  /** Carries out one request; one for a sector that is not there fails. */
  serve({ id, operation, sector, value }: BlockRequest): BlockResponse {
    if (sector >= this.#sectors.length) return { id, ok: false, value: 0 };
    if (operation === 'write') this.#sectors[sector] = value;
    return { id, ok: true, value: this.#sectors[sector]! };
  }
}
