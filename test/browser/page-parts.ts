import type { Locator, Page } from 'playwright-core';

/** The views of the page. */
export type ViewName = 'Sequence' | 'Map' | 'Channels' | 'Rates';

/** Parts of the page, found by their roles and names: as people who cannot see it find them. */
export class PageParts {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Changes to a view. */
  async view(name: ViewName): Promise<void> {
    await this.#page.getByRole('tab', { name }).click();
  }

  /** How the page is connected: `live`, or why not. */
  get connection(): Locator {
    return this.#page.locator('.header').getByRole('status');
  }

  /** The list of moments in the diagram. */
  get moments(): Locator {
    return this.#page.getByRole('listbox', { name: /^Moments/ });
  }

  /** Moments of the diagram by what they say. */
  moment(text: string | RegExp): Locator {
    return this.moments.getByRole('option', { name: text });
  }

  /** The panel that tells of what is selected. */
  get details(): Locator {
    return this.#page.getByRole('complementary', { name: 'Details' });
  }

  /** A button of the whole page. */
  button(name: string | RegExp): Locator {
    return this.#page.getByRole('button', { name });
  }

  /** A channel on the map. */
  mapChannel(domid: number, port: number): Locator {
    return this.#page.locator(`[data-cell="${domid}:${port}"]`);
  }

  /** The sentences about ports that are stuck. */
  get stuck(): Locator {
    return this.#page.getByRole('region', { name: /stuck/ });
  }

  /** The table of channels or of open files. */
  get table(): Locator {
    return this.#page.getByRole('grid');
  }

  /** Rows of the table, without its heading. */
  rows(text: string | RegExp = ''): Locator {
    return this.table.locator('tbody').getByRole('row').filter({ hasText: text });
  }
}
