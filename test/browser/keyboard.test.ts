import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startChromium } from './chromium.js';
import { step, visitScenario } from './playground-visit.js';
import { startStaticServer } from './static-server.js';
import type { Visit } from './visit.js';

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

const press = async (...keys: string[]): Promise<void> => {
  for (const key of keys) await opened.page.keyboard.press(key);
};

/** What has the focus: its role or tag, its name, and whether one sees that it has it. */
function focused(): Promise<{ what: string; seen: boolean }> {
  return opened.page.evaluate(() => {
    const element: Element = document.activeElement!;
    const label = element.getAttribute('aria-label') ?? element.textContent ?? '';
    const role = element.getAttribute('role') ?? element.tagName.toLowerCase();
    // Around it, around what scrolls it, or, in a drawing, around a shape of it.
    const places = [
      element,
      element.parentElement,
      ...element.querySelectorAll(':scope > :is(rect, .cell-focus)'),
    ];
    const seen = places.some((place) => {
      const { outlineStyle, outlineWidth, stroke } = getComputedStyle(place!);
      if (place instanceof SVGElement && place !== element) return stroke !== 'none';
      return outlineStyle !== 'none' && outlineWidth !== '0px';
    });
    return { what: `${role} ${label.trim().slice(0, 40)}`, seen };
  });
}

/** Presses Tab until something has the focus. @throws Error if it does not come to it */
async function tabTo(what: RegExp): Promise<void> {
  const passed: string[] = [];
  for (let i = 0; i < 60; i++) {
    await press('Tab');
    const at = await focused();
    if (what.test(at.what)) return;
    passed.push(at.what);
  }
  throw new Error(`Tab does not come to ${what}, but to ${passed.join('; ')}`);
}

it('does without a mouse: from an event to its path, its channel, the map, the table and back', async () => {
  opened = await visitScenario(browser, server.url, 'unmask');
  await step(opened, 2000);
  const { page, parts } = opened;
  await parts.moment(/sent/).first().waitFor();
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());

  await tabTo(/^listbox/);
  await press('Home', 'ArrowDown', 'ArrowDown');
  const selected = parts.moments.getByRole('option', { selected: true });
  await selected.waitFor();
  await parts.details.waitFor();
  const first = await selected.getAttribute('aria-label');
  await press('ArrowRight');
  await expect.poll(() => selected.getAttribute('aria-label')).not.toBe(first);
  await press('ArrowLeft');
  await expect.poll(() => selected.getAttribute('aria-label')).toBe(first);
  await tabTo(/^button domain \d, port/);
  await press('Enter');
  await parts.details.getByRole('region', { name: 'Why' }).waitFor();
  await press('Escape');
  await parts.details.waitFor({ state: 'detached' });

  await press('2');
  const stuck = parts.stuck.getByRole('button').first();
  await stuck.waitFor();
  await tabTo(/^button d0:20/);
  await press('Enter');
  await parts.details.getByRole('article', { name: 'Port 20 of domain 0' }).waitFor();
  await press('Escape');
  await tabTo(/^button d0:\d+ interdomain/);
  const cell = (await focused()).what;
  await press('ArrowRight');
  expect((await focused()).what).not.toBe(cell);
  await press('Enter');
  await parts.details.waitFor();

  await press('3');
  await tabTo(/^grid/);
  await press('Home', 'ArrowDown', 'Enter');
  await parts.details.getByRole('article', { name: 'Port 2 of domain 0' }).waitFor();
  await press('4');
  await page.getByRole('figure', { name: 'Events per second' }).waitFor();

  // It pauses for who looks at an event, and is as it was left.
  await press('1');
  await page.getByText(/^Paused/).waitFor();
  await press(' ');
  await page.getByText('Following').waitFor();
  await press(' ');
  await page.getByText(/^Paused/).waitFor();
  await press('[');
  await selected.waitFor();
  await press('-', '-', '+', 'Escape', ' ');
  await page.getByText('Following').waitFor();
  await press('f');
  await page.keyboard.type('port:21');
  await expect.poll(() => parts.moment(/port 20\b/).count()).toBe(0);
  await press('Escape');
  await press('?');
  await page.getByRole('dialog', { name: 'Keys and marks' }).waitFor();
  await press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});

it('changes views by arrow keys on the tabs', async () => {
  opened = await visitScenario(browser, server.url, 'ring');
  const { page } = opened;
  await tabTo(/^tab Sequence/);
  for (const name of ['Map', 'Channels', 'Rates', 'Sequence']) {
    await press('ArrowRight');
    const tab = page.getByRole('tab', { name, selected: true });
    await tab.waitFor();
    expect((await focused()).what).toBe(`tab ${name}`);
    await page.getByRole('tabpanel', { name }).waitFor();
  }
});

it.each(['1', '2', '3', '4'])(
  'shows what has the focus, and lets it go on, in view %s',
  async (view) => {
    opened = await visitScenario(browser, server.url, 'unmask');
    await step(opened, 2000);
    await opened.page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await press(view);
    const hidden: string[] = [];
    let stops = 0;
    for (; stops < 80; stops++) {
      await press('Tab');
      const at = await focused();
      if (at.what.startsWith('body')) break;
      if (!at.seen) hidden.push(at.what);
    }
    expect(stops).toBeGreaterThan(5);
    expect(stops).toBeLessThan(80);
    expect(hidden).toEqual([]);
  },
);
