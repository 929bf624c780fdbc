import { NEW_PAGES, type PageSource } from './page-source.js';

/**
 * The frames of a domain's memory that matter here: pages a guest hands to Xen by guest frame number (FIFO control
 * blocks and event array pages).
 */
export class GuestMemory {
  readonly #pages = new Map<number, Uint32Array<ArrayBuffer>>();
  #nextGfn = 1;
  readonly #source: PageSource;

  /** @param source - where its pages come from */
  constructor(source: PageSource = NEW_PAGES) {
    this.#source = source;
  }

  /**
   * Gives the guest a zeroed page.
   * @returns its guest frame number, which is never 0 and never used twice
   */
  allocatePage(): number {
    const gfn = this.#nextGfn++;
    this.#pages.set(gfn, this.#source.take());
    return gfn;
  }

  /** Takes a page back; Xen keeps the pages it has mapped. Unknown frames are ignored. */
  freePage(gfn: number): void {
    this.#pages.delete(gfn);
  }

  /** The 1024 words of a page, or undefined where the domain has no memory (`get_page_from_gfn` fails). */
  page(gfn: number): Uint32Array<ArrayBuffer> | undefined {
    return this.#pages.get(gfn);
  }
}
