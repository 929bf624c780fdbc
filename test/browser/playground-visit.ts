import type { Browser } from 'playwright-core';
import { type Visit, type VisitOptions, visit } from './visit.js';

/** Opens a scenario of the playground whose host stands still: what happens then, tests say by steps. */
export async function visitScenario(
  browser: Browser,
  server: string,
  scenario: string,
  options: VisitOptions = {},
): Promise<Visit> {
  const opened = await visit(
    browser,
    `${server}/playground.html?scenario=${scenario}&paused`,
    options,
  );
  // The first snapshot is there, so that all that happens from now on is seen.
  await opened.page.getByRole('tab', { name: 'Sequence' }).waitFor();
  if (options.stillTime) await opened.page.clock.runFor(1000);
  await opened.parts.moments.waitFor();
  return opened;
}

/** Has the host go on by so many milliseconds of its own, in steps of a tenth of a second at most. */
export async function step({ page }: Visit, milliseconds: number): Promise<void> {
  let left = milliseconds;
  for (const each of [100, 10, 1]) {
    const button = page.getByRole('button', { name: `Step ${each} ms`, exact: true });
    for (; left >= each; left -= each) await button.click();
  }
}
