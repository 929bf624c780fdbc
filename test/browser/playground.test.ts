import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startChromium } from './chromium.js';
import { step, visitScenario } from './playground-visit.js';
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

async function open(scenario: string): Promise<Visit> {
  opened = await visitScenario(browser, server.url, scenario);
  return opened;
}

it('runs by itself, from a server that knows nothing but files', async () => {
  opened = await visit(browser, `${server.url}/playground.html`);
  const { page, parts } = opened;
  await parts
    .moment(/sent from domain 7 .* to domain 0 /)
    .first()
    .waitFor();
  await parts
    .moment(/read by blkback/)
    .first()
    .waitFor();
  await parts
    .moment(/unmasked/)
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Stop the host' }).click();
  await page.getByRole('button', { name: 'Start the host' }).waitFor();
});

it('shows an event from its send to its unmask, and its whole path with times', async () => {
  const { parts } = await open('ring');
  await step(opened, 41);
  await parts.moment(/sent from domain 7 port 1 .*to domain 0 port 20: queued for blkback/).click();
  const path = parts.details.getByRole('list').first();
  await path.waitFor();
  const steps = await path.getByRole('listitem').allInnerTexts();
  expect(steps.map((text) => text.replaceAll(/\s+/g, ' '))).toEqual([
    'sent, pending 0.040000 s by domain 7, port 1 (blkfront)',
    'queued at once',
    'read +50 µs by blkback',
    'enabled at once by blkback',
    'unmasked at once',
  ]);
  await parts.button('Close details').click();
  await parts.details.waitFor({ state: 'detached' });
});

it('pauses while the host goes on, steps back and forth, and goes on', async () => {
  const { page, parts } = await open('ring');
  await step(opened, 200);
  await parts
    .moment(/unmasked/)
    .last()
    .waitFor();
  await parts.button('Pause').click();
  const before = await parts.moments.getByRole('option').count();
  await step(opened, 100);
  await page.getByText(/^Paused, \d+ moments behind$/).waitFor();
  expect(await parts.moments.getByRole('option').count()).toBe(before);
  await parts.button('Step back').click();
  const selected = parts.moments.getByRole('option', { selected: true });
  const last = await selected.getAttribute('aria-label');
  await parts.button('Step back').click();
  expect(await selected.getAttribute('aria-label')).not.toBe(last);
  await parts.button('Step forward').click();
  expect(await selected.getAttribute('aria-label')).toBe(last);
  await parts.button('Go on').click();
  await page.getByText('Following').waitFor();
});

it('shows more at once when it is made smaller', async () => {
  const { parts } = await open('ring');
  await step(opened, 1000);
  await parts
    .moment(/unmasked/)
    .last()
    .waitFor();
  const options = parts.moments.getByRole('option');
  const before = await options.count();
  await parts.button('Smaller').click();
  await expect.poll(() => options.count()).toBeGreaterThan(before);
  await parts.button('Larger').click();
  await expect.poll(() => options.count()).toBe(before);
});

it('shows only what a filter lets through, and says what is wrong with one', async () => {
  const { page, parts } = await open('unmask');
  await step(opened, 300);
  await parts
    .moment(/domain 0 port 21/)
    .first()
    .waitFor();
  const filter = page.getByRole('searchbox', { name: 'Filter' });
  await filter.fill('domain:7');
  await parts
    .moment(/port 21/)
    .first()
    .waitFor({ state: 'detached' });
  expect(await parts.moment(/domain 7/).count()).toBeGreaterThan(0);
  await filter.fill('port:x');
  await page.getByRole('alert').filter({ hasText: 'port' }).waitFor();
  await filter.fill('');
  await page.getByRole('combobox', { name: 'Kind' }).selectOption({ label: 'read' });
  await parts
    .moment(/unmasked/)
    .first()
    .waitFor({ state: 'detached' });
  expect(await parts.moment(/read by/).count()).toBeGreaterThan(0);
});

it.each([
  ['unmask', 2000, /was read .* and the port has not been written back/],
  ['asleep', 2000, /in the ring|unread/],
  ['overflow', 1000, /overflow/],
  ['death', 1000, /destroyed/],
])('marks the stuck port of scenario %s on the map, and says why', async (scenario, time, why) => {
  const { parts } = await open(scenario);
  await step(opened, time);
  await parts.view('Map');
  const stuck = parts.stuck.getByRole('button').filter({ hasText: /^d0:20/ });
  await stuck.waitFor();
  expect(await stuck.innerText()).toMatch(why);
  expect(await parts.mapChannel(0, 20).getAttribute('aria-label')).toMatch(/stuck/);
  await stuck.click();
  const reason = parts.details.getByRole('region', { name: 'Why' });
  expect(await reason.innerText()).toMatch(why);
});

it('marks nothing where all is well', async () => {
  const { page, parts } = await open('ring');
  await step(opened, 1000);
  await parts.view('Map');
  await page.getByText('No port is stuck').waitFor();
  expect(await parts.mapChannel(0, 20).getAttribute('aria-label')).not.toMatch(/stuck/);
});

it('shows late EOIs that are put off', async () => {
  const { page, parts } = await open('storm');
  await step(opened, 1030);
  await page.getByRole('searchbox', { name: 'Filter' }).fill('kind:deferred');
  await parts
    .moment(/deferred/)
    .first()
    .waitFor();
  await parts.view('Map');
  await expect.poll(() => parts.mapChannel(0, 619).getAttribute('aria-label')).toMatch(/deferred/);
});

it('counts merged events in the table of channels, sorted and filtered', async () => {
  const { page, parts } = await open('busy');
  await step(opened, 1000);
  await parts.view('Channels');
  await expect.poll(() => parts.rows(/back-end/).count()).toBe(1);
  const all = await parts.rows().count();
  expect(all).toBeGreaterThan(10);
  const heading = page.getByRole('columnheader', { name: 'Merged' });
  await heading.getByRole('button').click();
  expect(await heading.getAttribute('aria-sort')).toBe('ascending');
  await heading.getByRole('button').click();
  expect(await heading.getAttribute('aria-sort')).toBe('descending');
  await expect.poll(() => parts.rows().first().innerText()).toMatch(/back-end/);
  await page.getByRole('searchbox', { name: 'Filter' }).fill('front-end');
  await expect.poll(() => parts.rows().count()).toBe(1);
  await page.getByText(`1 of ${all} channels`).waitFor();
});

it('plots rates', async () => {
  const { page, parts } = await open('ring');
  await page.getByRole('button', { name: 'Start the host' }).click();
  await parts.view('Rates');
  const chart = page.getByRole('figure', { name: 'Events per second' });
  await chart.locator('canvas').waitFor();
  await expect
    .poll(() => chart.getByRole('row', { name: /^Events/ }).innerText(), { timeout: 10_000 })
    .toMatch(/[1-9]/);
});

it('lets one notify, raise a VIRQ and destroy a domain', async () => {
  const { page, parts } = await open('virq');
  await parts.view('Map');
  await page.getByRole('combobox', { name: 'VIRQ' }).selectOption('11');
  await page.getByRole('button', { name: 'Raise' }).click();
  await page.getByText('Raised VIRQ_ARGO in domain 0.').waitFor();
  await page.getByRole('combobox', { name: 'Domain' }).selectOption('7');
  await page.getByRole('button', { name: 'Raise' }).click();
  await page.getByText(/nobody has it bound, so it was lost/).waitFor();
  await page.getByRole('button', { name: 'Destroy domain 7 …' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Destroy', exact: true }).click();
  await page.getByRole('button', { name: /^Domain 7,/ }).waitFor({ state: 'detached' });
  await parts.view('Sequence');
  await parts.moment('domain 7 destroyed').waitFor();
  await parts
    .moment(/VIRQ 11 to domain 0/)
    .first()
    .waitFor();
});

it('changes from one scenario to another, which the address says', async () => {
  const { page, parts } = await open('ring');
  await step(opened, 100);
  await page
    .getByRole('combobox', { name: 'Scenario' })
    .selectOption({ label: 'A peer that dies' });
  expect(new URL(page.url()).search).toBe('?scenario=death&paused');
  await page.getByRole('heading', { name: 'A peer that dies' }).waitFor();
  await step(opened, 950);
  await parts.moment('domain 7 destroyed').waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'A peer that dies' }).waitFor();
});
