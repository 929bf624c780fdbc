import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startChromium } from './chromium.js';
import { startStaticServer } from './static-server.js';
import { type Visit, visit } from './visit.js';

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

/** Events that the page has counted so far. */
async function counted(): Promise<number> {
  const text = await opened.page.locator('.figures').innerText();
  return Number(/([\d\s,.]+) events/.exec(text)?.[1]?.replaceAll(/\D/g, ''));
}

it('answers while 50 000 events a second happen, and says that it shows some of them', async () => {
  opened = await visit(browser, `${server.url}/playground.html?scenario=flood`);
  const { page, parts } = opened;
  await page.getByText(/^showing 1 of \d+(\.\d+)? events$/).waitFor();
  // A second of the host or two; how fast that is depends on the machine, and the page says so.
  await expect.poll(counted, { timeout: 30_000 }).toBeGreaterThan(50_000);

  await parts.button('Pause').click();
  await page.getByText(/^Paused/).waitFor();
  await page.getByRole('combobox', { name: 'Kind' }).selectOption({ label: 'pending' });
  await parts
    .moment(/sent from domain \d+ port \d+/)
    .first()
    .click();
  await parts.details.getByRole('list').first().getByRole('listitem').first().waitFor();
  await parts.button('Close details').click();
  await page.getByRole('combobox', { name: 'Kind' }).selectOption({ label: 'All kinds' });
  await parts.button('Go on').click();
  await page.getByText('Following').waitFor();

  await parts.view('Map');
  await expect.poll(() => page.locator('[data-cell]').count()).toBeGreaterThan(1000);
  await parts.mapChannel(7, 3).click();
  await parts.details.getByRole('region', { name: 'Why' }).waitFor();

  await parts.view('Channels');
  await page.getByRole('searchbox', { name: 'Filter' }).fill('d7');
  await expect.poll(() => page.getByText(/^[\d\s,]+ of [\d\s,]+ channels$/).count()).toBe(1);

  await parts.view('Rates');
  const chart = page.getByRole('figure', { name: 'Events per second' });
  await expect
    .poll(() => chart.getByRole('row', { name: /^Events/ }).innerText(), { timeout: 10_000 })
    .toMatch(/[1-9]/);
  const before = await counted();
  await expect.poll(counted).toBeGreaterThan(before);
});

it('draws of a thousand channels what is in view, and finds each', async () => {
  opened = await visit(browser, `${server.url}/playground.html?scenario=many`);
  const { page, parts } = opened;
  await parts.view('Channels');
  const grid = page.getByRole('grid', { name: 'Channels' });
  await expect
    .poll(async () => Number(await grid.getAttribute('aria-rowcount')))
    .toBeGreaterThan(2000);
  expect(await parts.rows().count()).toBeLessThan(100);
  await grid.focus();
  await page.keyboard.press('End');
  await parts.rows(/^d20/).last().waitFor();
  await page.getByRole('searchbox', { name: 'Filter' }).fill('d13 port:50');
  await expect.poll(() => parts.rows().count()).toBe(1);
  // A quiet channel is shown beside busy ones.
  await parts.view('Sequence');
  await page.getByRole('searchbox', { name: 'Filter' }).fill('domain:1');
  await parts
    .moment(/sent from domain 1 /)
    .first()
    .waitFor();
});
