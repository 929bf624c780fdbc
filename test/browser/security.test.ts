import { request } from 'node:http';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { need } from '../e2e/need.js';
import { missingRequirements } from '../e2e/requirements.js';
import { ServedHost } from '../e2e/served-host.js';
import { startChromium } from './chromium.js';
import { type Inspecting, inspecting } from './inspecting.js';
import { startStaticServer } from './static-server.js';
import { visit } from './visit.js';

let browser: Browser;

beforeAll(async () => {
  browser = await startChromium();
});
afterAll(() => browser?.close());

/** Status and text of what is answered to a request with exactly these headers. */
function ask(
  url: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<[number, string]> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve([response.statusCode!, text]));
    });
    sent.on('error', reject).end();
  });
}

describe('the page, served by the command', () => {
  let inspect: Inspecting;

  beforeAll(async () => {
    inspect = await inspecting('--playground');
  });
  afterAll(() => inspect?.stop());

  it('is at an address of this machine alone, with a token that nobody guesses', () => {
    const { hostname, pathname } = new URL(inspect.url);
    expect(hostname).toBe('127.0.0.1');
    expect(pathname).toMatch(/^\/[A-Za-z0-9_-]{22,}\/$/);
  });

  it('is not there without the token', async () => {
    for (const wrong of ['', 'x/', `${'A'.repeat(32)}/`, `${'A'.repeat(32)}/api/host`]) {
      const opened = await browser.newPage();
      const response = await opened.goto(new URL(`/${wrong}`, inspect.url).href);
      expect([wrong, response?.status()]).toEqual([wrong, 404]);
      await opened.close();
    }
  });

  it('is not there under a name that was made to lead here', async () => {
    const { pathname } = new URL(inspect.url);
    const [status, text] = await ask(inspect.url, pathname, { Host: 'evil.example' });
    expect(status).toBe(421);
    expect(text).not.toContain('<html');
    // As a browser does it: the name leads to this machine.
    const args = ['--host-resolver-rules=MAP evil.example 127.0.0.1'];
    const lured = await startChromium(args);
    const page = await lured.newPage();
    const { port } = new URL(inspect.url);
    const response = await page.goto(`http://evil.example:${port}${pathname}`);
    expect(response?.status()).toBe(421);
    await lured.close();
  });

  it('asks nothing of anybody else, and breaks none of its policy', async () => {
    const opened = await visit(browser, inspect.url);
    const { page, parts, requests, foreign, complaints } = opened;
    await parts
      .moment(/unmasked/)
      .first()
      .waitFor();
    for (const view of ['Map', 'Channels', 'Rates', 'Sequence'] as const) {
      await parts.view(view);
    }
    await page.getByRole('button', { name: 'Help' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    const response = await page.request.get(inspect.url);
    expect(response.headers()['content-security-policy']).toMatch(
      /^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'$/,
    );
    expect(requests.length).toBeGreaterThan(3);
    for (const url of requests) expect(url.startsWith(inspect.url)).toBe(true);
    expect([foreign, complaints]).toEqual([[], []]);
    await opened.close();
  });

  it('runs no script that is put into it', async () => {
    const opened = await visit(browser, inspect.url);
    await opened.page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "taken over"';
      document.body.append(script);
      const image = document.createElement('img');
      image.src = 'http://192.0.2.1/told';
      document.body.append(image);
    });
    expect(await opened.page.title()).not.toBe('taken over');
    // Each may be told twice: by the page's own policy, and by the server's.
    const broken = () =>
      new Set(opened.complaints.map((text) => /^[a-z-]+-src\S*/.exec(text)?.[0]));
    await expect
      .poll(() => [...broken()].sort())
      .toEqual(expect.arrayContaining(['img-src:', 'script-src-elem:']));
    await opened.close();
  });

  it('cannot be shown inside another page', async () => {
    const server = await startStaticServer();
    const page = await browser.newPage();
    await page.goto(`${server.url}/`);
    await page.setContent(`<iframe src="${inspect.url}"></iframe>`);
    const frame = page.frames()[1];
    await expect.poll(() => frame?.url()).toMatch(/^chrome-error:/);
    await page.close();
    server.close();
  });
});

describe('a served host that a page may change', () => {
  let host: ServedHost;
  let inspect: Inspecting;

  const missing = missingRequirements().join('; ') || undefined;

  beforeAll(async () => {
    if (missing !== undefined) return;
    host = await ServedHost.start({ domains: [0, 7] });
    inspect = await inspecting('--host', host.directory, '--allow-control');
  });
  afterAll(async () => {
    await inspect?.stop();
    await host?.stop();
  });

  it('takes no order from a page of another server, even one that knows the token', async (context) => {
    need(context, missing);
    const server = await startStaticServer();
    const page = await browser.newPage();
    await page.goto(`${server.url}/`);
    const outcome = await page.evaluate(async (url) => {
      const order = (type: string) =>
        fetch(`${url}api/destroy`, {
          method: 'POST',
          headers: { 'Content-Type': type },
          body: '{"domid":7}',
          mode: type === 'text/plain' ? 'no-cors' : 'cors',
        }).then(
          (response) => response.type,
          () => 'refused',
        );
      return [await order('application/json'), await order('text/plain')];
    }, inspect.url);
    // What may be sent without being asked for is sent, and answered by nothing that can be read.
    expect(outcome[0]).toBe('refused');
    const [, text] = await ask(inspect.url, `${new URL(inspect.url).pathname}api/snapshot`);
    const domains = (JSON.parse(text) as { domains: { domid: number }[] }).domains;
    expect(domains.map(({ domid }) => domid)).toEqual([0, 7]);
    await page.close();
    server.close();
  });
});

it('says what it means to listen for other machines', async () => {
  const inspect = await inspecting('--playground', '--listen', '0.0.0.0');
  expect(new URL(inspect.url).hostname).not.toBe('0.0.0.0');
  await expect
    .poll(() => inspect.command.complaints)
    .toMatch(/warning: 0\.0\.0\.0 is open to other machines/);
  const opened = await visit(browser, inspect.url);
  await opened.parts.moments.waitFor();
  expect(opened.foreign).toEqual([]);
  // Browsers trust no address but this machine's own without encryption, and say so.
  for (const complaint of opened.complaints) expect(complaint).toMatch(/origin was untrustworthy/);
  await opened.close();
  await inspect.stop();
});
