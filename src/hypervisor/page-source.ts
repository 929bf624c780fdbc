import { PAGE_SIZE } from '../abi/page.js';

/** Where the memory of domains comes from. */
export interface PageSource {
  /** A page, all zeroes: 1024 words in a buffer of their own. */
  take(): Uint32Array<ArrayBuffer>;
}

/** Pages that nobody had before. */
export const NEW_PAGES: PageSource = { take: () => new Uint32Array(PAGE_SIZE / 4) };

/**
 * Pages that are used again, for hosts that follow one another quickly: making a page costs more than clearing it, and far more
 * to get rid of.
 */
export class PagePool implements PageSource {
  readonly #pages: Uint32Array<ArrayBuffer>[] = [];
  #taken = 0;

  take(): Uint32Array<ArrayBuffer> {
    const page = this.#pages[this.#taken++];
    if (page !== undefined) return page.fill(0);
    const made = NEW_PAGES.take();
    this.#pages.push(made);
    return made;
  }

  /** Nobody uses any of its pages any more: the next ones to be taken are those. */
  reclaim(): void {
    this.#taken = 0;
  }
}
