import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Client } from '../e2e/client.js';
import { need } from '../e2e/need.js';
import { program } from '../e2e/programs.js';
import { missingRequirements } from '../e2e/requirements.js';
import { COMMAND, ServedHost } from '../e2e/served-host.js';
import { startChromium } from './chromium.js';
import { type Inspecting, inspecting } from './inspecting.js';
import { type ObedientPair, startPair } from './obedient.js';
import { type Visit, visit } from './visit.js';

const missing = missingRequirements().join('; ') || undefined;

let browser: Browser;
let host: ServedHost;
let inspect: Inspecting;
let opened: Visit;

beforeAll(async () => {
  browser = await startChromium();
});
afterAll(() => browser?.close());

/** Serves a host, and shows it with these further options. */
async function show(...options: string[]): Promise<Visit> {
  host = await ServedHost.start({ domains: [0, 7] });
  inspect = await inspecting('--host', host.directory, ...options);
  opened = await visit(browser, inspect.url);
  await opened.parts.connection.filter({ hasText: 'live' }).waitFor();
  return opened;
}

/** Ends all of it, and sees that nothing was wrong meanwhile. */
async function over(): Promise<void> {
  await opened.close();
  await inspect.stop();
  await host.stop();
  expect([opened.foreign, opened.complaints]).toEqual([[], []]);
}

async function endPair({ back, front }: ObedientPair): Promise<void> {
  await back.end();
  await front.end();
}

beforeEach((context) => need(context, missing));

describe('a served host with two real programs', () => {
  let pair: ObedientPair;

  beforeEach(async () => {
    await show();
    pair = await startPair(host.directory);
  });
  afterEach(async () => {
    if (pair !== undefined) await endPair(pair);
    await over();
  });

  it('is shown live: notify, read and unmask, with the path of an event', async () => {
    const { back, front, backPort, frontPort } = pair;
    const { parts } = opened;
    await front.do('notify', frontPort);
    expect(await back.do('pending')).toBe(backPort);
    await back.do('unmask', backPort);
    const sent = parts
      .moment(
        new RegExp(
          `sent from domain 7 port ${frontPort} \\(obedient \\d+\\) to domain 0 port ${backPort}: queued for obedient \\d+`,
        ),
      )
      .first();
    await sent.waitFor();
    await parts.moment(new RegExp(`domain 0 port ${backPort}: read by obedient`)).waitFor();
    await parts.moment(new RegExp(`domain 0 port ${backPort}: .*unmasked`)).waitFor();
    await sent.click();
    const texts = await parts.details
      .getByRole('list')
      .first()
      .getByRole('listitem')
      .allInnerTexts();
    const steps = texts.map((text) => /^[a-z]+/.exec(text)?.[0]);
    expect(steps).toEqual(['sent', 'queued', 'read', 'enabled', 'unmasked']);
    for (const text of texts.slice(1)) expect(text).toMatch(/at once|\+\d+(\.\d+)?\s?(µs|ms|s)/);
  });

  it('has its stuck port marked, with why; and no mark when it is over', async () => {
    const { back, front, backPort, frontPort } = pair;
    const { page, parts } = opened;
    await parts.view('Map');
    await parts.mapChannel(0, backPort).waitFor();
    await page.getByText('No port is stuck').waitFor();
    await front.do('notify', frontPort);
    await back.do('pending');
    await front.do('notify', frontPort);
    // Read and not written back, with another event behind it.
    const stuck = parts.stuck.getByRole('button').filter({ hasText: `d0:${backPort}` });
    await stuck.waitFor();
    expect(await stuck.innerText()).toMatch(/was read .* by obedient .*has not been written back/);
    await back.do('unmask', backPort);
    await back.do('pending');
    await back.do('unmask', backPort);
    await page.getByText('No port is stuck').waitFor();
  });

  it('is in the table of channels, with its processes', async () => {
    const { page, parts } = opened;
    await parts.view('Channels');
    await page.getByRole('searchbox', { name: 'Filter' }).fill('obedient');
    await expect.poll(() => parts.rows().count()).toBe(2);
    await page.getByRole('radio', { name: 'Open files' }).check();
    await expect.poll(() => parts.rows(/obedient/).count()).toBe(2);
  });

  it('has no controls, and takes no orders, unless that is allowed', async () => {
    const { page, parts } = opened;
    await parts.view('Map');
    await parts.mapChannel(0, pair.backPort).click();
    await parts.details.waitFor();
    expect(await page.getByRole('button', { name: /Notify|Raise|Destroy/i }).count()).toBe(0);
    const response = await page.request.post(`${inspect.url}api/notify`, {
      data: { domid: 7, port: pair.frontPort },
    });
    expect([response.status(), await response.json()]).toEqual([
      403,
      { error: expect.stringContaining('--allow-control') },
    ]);
    // Nothing came of it: the next event is the one that is sent now.
    await parts.view('Sequence');
    expect(await parts.moment(/sent from domain 7/).count()).toBe(0);
  });

  it('is seen in two browsers at once', async () => {
    const { back, front, backPort, frontPort } = pair;
    const other = await visit(browser, inspect.url);
    await other.parts.connection.filter({ hasText: 'live' }).waitFor();
    await other.parts.moments.waitFor();
    await front.do('notify', frontPort);
    await back.do('pending');
    await back.do('unmask', backPort);
    for (const { parts } of [opened, other]) {
      await parts
        .moment(new RegExp(`sent from domain 7 port ${frontPort}`))
        .first()
        .waitFor();
      await parts
        .moment(new RegExp(`domain 0 port ${backPort}: read`))
        .first()
        .waitFor();
    }
    expect([other.foreign, other.complaints]).toEqual([[], []]);
    await other.close();
  });
});

describe('with --allow-control', () => {
  beforeEach(() => show('--allow-control'));
  afterEach(() => over());

  it('notify wakes a program that is blocked in xenevtchn_pending', async () => {
    const pair = await startPair(host.directory);
    const { page, parts } = opened;
    pair.back.begin('pending');
    await parts.view('Map');
    // The front end's port sends.
    await parts.mapChannel(7, pair.frontPort).click();
    await parts.details.getByRole('button', { name: 'Notify' }).click();
    expect(await pair.back.answer()).toBe(pair.backPort);
    await page
      .getByRole('status')
      .filter({ hasText: /notif|sent/i })
      .first()
      .waitFor();
    await pair.back.do('unmask', pair.backPort);
    await endPair(pair);
  });

  it('raises a VIRQ that a program has bound, and says of another that it is lost', async () => {
    const pair = await startPair(host.directory);
    const { page, parts } = opened;
    const port = await pair.back.do('virq', 11);
    pair.back.begin('pending');
    await parts.view('Map');
    await parts.mapChannel(0, port).waitFor();
    await page.getByRole('combobox', { name: 'VIRQ' }).selectOption('11');
    await page.getByRole('button', { name: 'Raise' }).click();
    expect(await pair.back.answer()).toBe(port);
    await page.getByText('Raised VIRQ_ARGO in domain 0.').waitFor();
    await pair.back.do('unmask', port);
    await endPair(pair);
  });

  it('destroys a domain, after a question, under a program in it', async () => {
    const pair = await startPair(host.directory);
    const { page, parts } = opened;
    await parts.view('Map');
    await page.getByRole('combobox', { name: 'Domain' }).selectOption('7');
    const button = page.getByRole('button', { name: 'Destroy domain 7 …' });
    await button.click();
    const dialog = page.getByRole('dialog', { name: 'Destroy domain 7?' });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await button.click();
    await dialog.getByRole('button', { name: 'Destroy', exact: true }).click();
    await page.getByRole('button', { name: /^Domain 7,/ }).waitFor({ state: 'detached' });
    pair.front.begin('notify', pair.frontPort);
    expect(await pair.front.client.line()).toMatch(/^errno/);
    const stuck = parts.stuck.getByRole('button').filter({ hasText: `d0:${pair.backPort}` });
    await stuck.waitFor();
    expect(await stuck.innerText()).toContain('destroyed');
    await endPair(pair);
  });
});

describe('the end', () => {
  beforeEach(() => show());

  it('of a host that is killed is told by the page, and by the command, which ends', async () => {
    host.server.signal('SIGKILL');
    await opened.parts.connection.filter({ hasText: /^ended: / }).waitFor();
    const { status, stderr } = await inspect.command.ended();
    expect(status).toBe(0);
    expect(stderr).toContain(`${host.directory} has ended`);
    await opened.close();
    host.discard();
  });

  it('of a host that is stopped in good order is told likewise', async () => {
    await host.stop();
    await opened.parts.connection.filter({ hasText: /has ended$/ }).waitFor();
    expect((await inspect.command.ended()).status).toBe(0);
    await opened.close();
  });

  it('of a host that nobody looks at ends the command, too', async () => {
    await opened.close();
    await host.stop();
    const { status, stderr } = await inspect.command.ended();
    expect([status, stderr]).toEqual([0, expect.stringContaining('has ended')]);
  });

  it('of the command is told by the page', async () => {
    await inspect.stop();
    await opened.parts.connection
      .filter({ hasText: 'ended: xen-evtchn inspect was stopped' })
      .waitFor();
    await opened.close();
    await host.stop();
  });

  it('of the command by force is told by the page after a while', async () => {
    inspect.command.signal('SIGKILL');
    await inspect.command.ended();
    await opened.parts.connection
      .filter({ hasText: 'ended: the inspector does not answer' })
      .waitFor();
    await opened.close();
    await host.stop();
  });
});

it('shows the private host of a running "xen-evtchn run", found by its process', async () => {
  const words = ['run', '--domain', 0, program('obedient')];
  const run = await Client.start(process.execPath, [COMMAND, ...words]);
  run.say('unbound 7');
  const port = Number(await run.line());
  inspect = await inspecting('--pid', String(run.pid));
  opened = await visit(browser, inspect.url);
  await opened.parts.view('Map');
  await opened.parts.mapChannel(0, port).waitFor();
  run.hangUp();
  await run.endedWell();
  await opened.parts.connection.filter({ hasText: /^ended: / }).waitFor();
  expect((await inspect.command.ended()).status).toBe(0);
  await opened.close();
});
