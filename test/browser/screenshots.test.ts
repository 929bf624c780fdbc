// The pictures of docs/inspect.md. They are made each time, and written with UPDATE_SCREENSHOTS=1 only.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startChromium } from './chromium.js';
import { visitScenario } from './playground-visit.js';
import { startStaticServer } from './static-server.js';
import type { Visit, VisitOptions } from './visit.js';

const FOLDER = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url));
const SIZE = { width: 1200, height: 760 };

let browser: Browser;
let server: Awaited<ReturnType<typeof startStaticServer>>;
let opened: Visit;

beforeAll(async () => {
  [browser, server] = await Promise.all([startChromium(), startStaticServer()]);
});
afterEach(async () => {
  await opened.close();
  expect([opened.foreign, opened.complaints]).toEqual([[], []]);
});
afterAll(async () => {
  server?.close();
  await browser?.close();
});

/** Opens a scenario, without its story, with the time of host and page in hand. */
async function open(scenario: string, options: VisitOptions = {}): Promise<Visit> {
  opened = await visitScenario(browser, server.url, scenario, {
    viewport: SIZE,
    stillTime: true,
    reducedMotion: 'reduce',
    ...options,
  });
  await opened.page.getByText('What happens here').click();
  return opened;
}

/** Host and page go on by tenths of a second. */
async function pass(tenths: number): Promise<void> {
  const { page } = opened;
  for (let i = 0; i < tenths; i++) {
    await page.getByRole('button', { name: 'Step 100 ms' }).click();
    await page.clock.runFor(100);
  }
  // One more snapshot, and what draws it.
  await page.clock.runFor(1100);
}

/** Makes the picture, and writes it if that is wanted. */
async function picture(name: string): Promise<void> {
  const { page } = opened;
  await page.mouse.move(0, 0);
  await page.clock.runFor(300);
  const png = await page.screenshot({ animations: 'disabled' });
  const { width, height } = page.viewportSize()!;
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([width, height]);
  if (process.env.UPDATE_SCREENSHOTS !== '1') return;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(`${FOLDER}${name}.png`, png);
}

it('shows the sequence diagram with the path of an event', async () => {
  const { page, parts } = await open('ring');
  await pass(6);
  // The last is not over yet.
  const sends = parts.moment(/sent from domain 7 /);
  await sends.nth((await sends.count()) - 3).click();
  await page.clock.runFor(300);
  await parts.details.getByRole('list').first().waitFor();
  await picture('sequence');
});

it('shows events that merge while a port is masked', async () => {
  const { page, parts } = await open('busy', { colorScheme: 'dark' });
  await pass(1);
  await parts
    .moment(/merged into the pending event/)
    .first()
    .waitFor();
  await page.clock.runFor(300);
  await picture('sequence-dark');
});

it('shows a stuck port on the map, with why', async () => {
  const { page, parts } = await open('unmask');
  await pass(25);
  await parts.view('Map');
  await page.clock.runFor(300);
  await parts.stuck.getByRole('button').first().click();
  await page.clock.runFor(300);
  await parts.details.waitFor();
  await picture('map');
});

it('shows the map of a thousand channels', async () => {
  const { page, parts } = await open('many');
  await pass(20);
  await parts.view('Map');
  await page.clock.runFor(300);
  await expect.poll(() => page.locator('[data-cell]').count()).toBeGreaterThan(1000);
  await picture('map-many');
});

it('shows the table of channels', async () => {
  const { page, parts } = await open('many');
  await pass(20);
  await parts.view('Channels');
  await page.clock.runFor(300);
  const heading = page.getByRole('columnheader', { name: 'Events/s' });
  await heading.getByRole('button').click();
  await page.clock.runFor(300);
  await heading.getByRole('button').click();
  await page.clock.runFor(300);
  expect(await heading.getAttribute('aria-sort')).toBe('descending');
  // Sorting has brought that column into view.
  await page.getByRole('grid').evaluate((grid) => grid.parentElement?.scrollTo(0, 0));
  await picture('channels');
});

it('shows rates over time', async () => {
  const { page, parts } = await open('death', { viewport: { ...SIZE, height: 900 } });
  await parts.view('Rates');
  await pass(150);
  await page
    .getByRole('figure', { name: 'Events per second' })
    .getByRole('row', { name: /^Events/ })
    .waitFor();
  await picture('rates');
});
