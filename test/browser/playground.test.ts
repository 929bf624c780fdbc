import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startChromium } from './chromium.js';
import { startStaticServer } from './static-server.js';
import { type Visit, visit } from './visit.js';

let browser: Browser;
let server: Awaited<ReturnType<typeof startStaticServer>>;

beforeAll(async () => {
  [browser, server] = await Promise.all([startChromium(), startStaticServer()]);
});
afterAll(async () => {
  server?.close();
  await browser?.close();
});

const open = (search = ''): Promise<Visit> =>
  visit(browser, `${server.url}/playground.html${search}`);

it('needs no more than a server of files', async () => {
  const { page, foreign, complaints, close } = await open();
  await page.getByRole('combobox', { name: 'Scenario' }).waitFor();
  await page.getByRole('button', { name: 'Stop the host' }).waitFor();
  expect(foreign).toEqual([]);
  expect(complaints).toEqual([]);
  await close();
});
