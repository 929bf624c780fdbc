import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { PageParts } from './page-parts.js';

/** What a page must not do; filled in as it happens. */
export interface Offences {
  /** Requests to anything but the server the page is from. */
  readonly foreign: string[];
  /** Errors and warnings in the console, exceptions, and breaches of the policy. */
  readonly complaints: string[];
}

/** A page that is watched from its first request on. */
export interface Visit extends Offences {
  readonly page: Page;
  /** Its parts, as who cannot see it finds them. */
  readonly parts: PageParts;
  /** All that was asked for, by address. */
  readonly requests: readonly string[];
  /** Ends it. */
  close(): Promise<void>;
}

/** How a page is opened. */
export interface VisitOptions extends BrowserContextOptions {
  /** Its time stands still but for what the test says (`page.clock`). */
  readonly stillTime?: boolean;
}

/** Opens a page, in a browser profile of its own. */
export async function visit(
  browser: Browser,
  url: string,
  { stillTime = false, ...options }: VisitOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  if (stillTime) {
    await page.clock.install({ time: 0 });
    await page.clock.pauseAt(1000);
  }
  const requests: string[] = [];
  const foreign: string[] = [];
  const complaints: string[] = [];
  const { origin } = new URL(url);
  context.on('request', (request) => {
    requests.push(request.url());
    const own = request.url().startsWith(`${origin}/`) || request.url().startsWith('data:');
    if (!own) foreign.push(request.url());
  });
  page.on('websocket', (socket) => foreign.push(socket.url()));
  page.on('pageerror', (error) => complaints.push(String(error.stack ?? error)));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  await page.exposeFunction('reportViolation', (text: string) => complaints.push(text));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const report = (globalThis as unknown as { reportViolation(text: string): void })
        .reportViolation;
      report(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}`);
    });
  });
  await page.goto(url);
  const parts = new PageParts(page);
  return { page, parts, requests, foreign, complaints, close: () => context.close() };
}
