import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
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

async function open(options: BrowserContextOptions = {}, scenario = 'unmask'): Promise<Visit> {
  opened = await visitScenario(browser, server.url, scenario, options);
  await step(opened, 2000);
  await opened.parts.moment(/sent/).first().waitFor();
  return opened;
}

const VIEWS = ['Sequence', 'Map', 'Channels', 'Rates'] as const;

/** Texts that one sees, with their contrast to what is behind them; those that are hard to read. */
function faintTexts(): Promise<string[]> {
  return opened.page.evaluate(() => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 1;
    const context = canvas.getContext('2d', { willReadFrequently: true })!;
    /** A colour laid over another, as red, green and blue. */
    const over = (colour: string, under: number[]): number[] => {
      context.fillStyle = `rgb(${under.join(' ')})`;
      context.fillRect(0, 0, 1, 1);
      context.fillStyle = colour;
      context.fillRect(0, 0, 1, 1);
      return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
    };
    const light = (rgb: number[]): number => {
      const [r, g, b] = rgb.map((value) => {
        const share = value / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
    };
    const behind = (element: Element | null): number[] =>
      element === null
        ? [255, 255, 255]
        : over(getComputedStyle(element).backgroundColor, behind(element.parentElement));
    const faint: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement!;
      const text = node.textContent!.trim();
      const { color, fill, visibility } = getComputedStyle(element);
      const { width, height } = element.getBoundingClientRect();
      const disabled = element.closest(':disabled, option, select, .sr-only') !== null;
      if (text === '' || visibility === 'hidden' || width <= 1 || height <= 1 || disabled) continue;
      const ground = behind(element);
      const ink = over(element instanceof SVGElement ? fill : color, ground);
      const [high, low] = [light(ink), light(ground)].sort((a, b) => b - a);
      const contrast = (high! + 0.05) / (low! + 0.05);
      // Text in a drawing may be on a shape of its own, which this does not see.
      if (contrast < (element instanceof SVGElement ? 1.5 : 4.5))
        faint.push(`${contrast.toFixed(1)} ${text}`);
    }
    return [...new Set(faint)];
  });
}

const ground = (): Promise<string> =>
  opened.page.evaluate(() => getComputedStyle(document.body).backgroundColor);

describe.each(['light', 'dark'] as const)('%s', (colorScheme) => {
  it('is as the system has it, and can be read in every view', async () => {
    const { parts } = await open({ colorScheme });
    const [red] = /\d+/.exec(await ground()) ?? [];
    if (colorScheme === 'light') expect(Number(red)).toBeGreaterThan(200);
    else expect(Number(red)).toBeLessThan(60);
    for (const view of VIEWS) {
      await parts.view(view);
      expect([view, await faintTexts()]).toEqual([view, []]);
    }
  });
});

it('is light or dark as one chooses, against the system, and stays so', async () => {
  const { page } = await open({ colorScheme: 'light' });
  const light = await ground();
  const button = page.getByRole('button', { name: /^Theme:/ });
  await button.click();
  await button.click();
  await page.getByRole('button', { name: /^Theme: dark/ }).waitFor();
  const dark = await ground();
  expect(dark).not.toBe(light);
  await page.reload();
  await page.getByRole('button', { name: /^Theme: dark/ }).waitFor();
  expect(await ground()).toBe(dark);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.getByRole('button', { name: /^Theme: dark/ }).click();
  await page.getByRole('button', { name: /^Theme: auto/ }).waitFor();
  expect(await ground()).toBe(dark);
});

it('moves nothing where the system asks for less motion', async () => {
  const { page, parts } = await open({ reducedMotion: 'reduce' });
  for (const view of VIEWS) {
    await parts.view(view);
    const moving = await page.evaluate(() =>
      document
        .getAnimations()
        .filter((animation) => Number(animation.effect?.getComputedTiming().duration) > 1)
        .map((animation) => (animation as CSSAnimation).animationName ?? 'transition'),
    );
    expect([view, moving]).toEqual([view, []]);
  }
});

it.each([
  ['a small window', 480, 700],
  ['a large one', 2560, 1440],
])('fits into %s', async (_, width, height) => {
  const { page, parts } = await open({ viewport: { width, height } });
  for (const view of VIEWS) {
    await parts.view(view);
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect([view, beyond]).toEqual([view, 0]);
  }
  await parts.view('Map');
  await parts.stuck.getByRole('button').first().click();
  await parts.details.getByRole('button', { name: 'Close details' }).click();
});

/** What somebody would miss who cannot see the page. */
function barriers(): Promise<string[]> {
  return opened.page.evaluate(() => {
    const found: string[] = [];
    const seen = (element: Element): boolean => element.getClientRects().length > 0;
    const describe = (element: Element): string => element.outerHTML.slice(0, 120);
    const named = (element: Element): string => {
      const ids = element.getAttribute('aria-labelledby')?.split(' ') ?? [];
      const texts = ids.map((id) => document.getElementById(id)?.textContent ?? '');
      const labels = [...((element as HTMLInputElement).labels ?? [])].map(
        (label) => label.textContent,
      );
      const own = [
        element.getAttribute('aria-label'),
        element.getAttribute('title'),
        element.textContent,
      ];
      return [...texts, ...labels, ...own].join('').trim();
    };
    const controls =
      'button, select, input, summary, a[href], [role=button], [role=tab], [role=option], [role=grid], [role=listbox], [role=tabpanel], dialog, section, aside, figure, [role=group], [role=toolbar]';
    for (const element of document.querySelectorAll(controls)) {
      if (seen(element) && named(element) === '') found.push(`no name: ${describe(element)}`);
    }
    for (const element of document.querySelectorAll('svg')) {
      const hidden = element.closest('[aria-hidden=true]') !== null;
      const told = hidden || element.matches('[role]') || element.querySelector('[role]') !== null;
      if (seen(element) && !told) found.push(`neither hidden nor told: ${describe(element)}`);
    }
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) found.push(`twice: ${id}`);
    for (const attribute of [
      'aria-controls',
      'aria-labelledby',
      'aria-describedby',
      'aria-activedescendant',
    ]) {
      for (const element of document.querySelectorAll(`[${attribute}]`)) {
        // A tab controls a panel that is there once it is chosen.
        if (element.getAttribute('aria-selected') === 'false') continue;
        for (const id of element.getAttribute(attribute)!.split(' ')) {
          if (document.getElementById(id) === null) found.push(`${attribute} of nothing: ${id}`);
        }
      }
    }
    for (const element of document.querySelectorAll('[aria-hidden=true]')) {
      const inside = element.querySelector('button, select, input, a[href], [tabindex="0"]');
      if (inside !== null) found.push(`hidden, and takes the focus: ${describe(inside)}`);
    }
    if (document.querySelectorAll('h1').length !== 1) found.push('not one h1');
    if (document.querySelectorAll('main').length !== 1) found.push('not one main');
    if (document.documentElement.lang === '') found.push('no language');
    if (document.title === '') found.push('no title');
    return found;
  });
}

it('tells who cannot see it what is there, in every view', async () => {
  const { page, parts } = await open();
  for (const view of VIEWS) {
    await parts.view(view);
    expect([view, await barriers()]).toEqual([view, []]);
  }
  await parts.view('Map');
  await parts.stuck.getByRole('button').first().click();
  await parts.details.waitFor();
  expect(await barriers()).toEqual([]);
  await page.getByRole('button', { name: 'Help' }).click();
  expect(await barriers()).toEqual([]);
});
