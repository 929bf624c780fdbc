import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { browserOpener } from '../../../src/inspect/browser.js';
import { type InspectOptions, inspect } from '../../../src/inspect/inspect.js';
import { EmbeddedHost } from './embedded-host.js';
import { ask, FILES, Listener } from './page.js';

const OPTIONS: InspectOptions = {
  files: FILES,
  control: false,
  version: '1.2.3',
  address: '127.0.0.1',
  port: 0,
  exposed: false,
};

/** An inspect that runs, until it is stopped or its host ends. */
class Running {
  readonly said: string[] = [];
  readonly opened: string[] = [];
  readonly ended: Promise<void>;
  readonly url: Promise<string>;
  stop = (): void => {};

  constructor(options: InspectOptions) {
    const stopped = new Promise<void>((resolve) => {
      this.stop = resolve;
    });
    let print = (_line: string): void => {};
    this.url = new Promise((resolve) => {
      print = resolve;
    });
    this.ended = inspect(options, {
      print,
      say: (line) => this.said.push(line),
      open: (url) => this.opened.push(url),
      stopped,
    });
  }
}

it('prints the address of a page, and serves it until it is stopped', async () => {
  const host = new EmbeddedHost();
  const running = new Running({ ...OPTIONS, host });
  const url = await running.url;
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[A-Za-z0-9_-]{22,}\/$/);
  expect((await ask(url, new URL(url).pathname)).status).toBe(200);
  const listener = await Listener.open(url);
  running.stop();
  await running.ended;
  await listener.ended();
  expect(listener.messages.at(-1)?.data).toEqual({ why: 'xen-evtchn inspect was stopped' });
  expect(running.opened).toEqual([url]);
  expect(running.said).toEqual(['/srv/xen, to look at only; Ctrl-C ends it']);
});

it('ends with its host, and says so here and there', async () => {
  const host = new EmbeddedHost();
  const running = new Running({ ...OPTIONS, host, control: true });
  const listener = await Listener.open(await running.url);
  host.end();
  await running.ended;
  await listener.ended();
  expect(listener.messages.at(-1)?.data).toEqual({ why: '/srv/xen has ended' });
  expect(running.said).toEqual([
    '/srv/xen, which the page may change; Ctrl-C ends it',
    '/srv/xen has ended',
  ]);
});

it('says what it means to listen for other machines', async () => {
  const host = new EmbeddedHost();
  const running = new Running({ ...OPTIONS, host, exposed: true });
  await running.url;
  running.stop();
  await running.ended;
  expect(running.said[0]).toMatch(
    /^warning: 127\.0\.0\.1 is open to other machines.*not.*encrypted.*see this host/,
  );
});

it('serves the playground without any host', async () => {
  const running = new Running(OPTIONS);
  const url = await running.url;
  expect((await ask(url, new URL(url).pathname)).status).toBe(200);
  running.stop();
  await running.ended;
  expect(running.said[0]).toMatch(/^the playground/);
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xen-evtchn-open-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An xdg-open that does as told. */
function opener(script: string): string {
  const file = join(folder, 'xdg-open');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return folder;
}

it('opens an address in a browser', async () => {
  const path = opener(`printf %s "$1" > ${folder}/part && mv ${folder}/part ${folder}/given`);
  browserOpener(path, () => {})('http://127.0.0.1:1/x/');
  await vi.waitFor(() => {
    expect(readFileSync(join(folder, 'given'), 'utf8')).toBe('http://127.0.0.1:1/x/');
  });
});

it('says that no browser could be opened', async () => {
  const said: string[] = [];
  browserOpener(opener('exit 3'), (line) => said.push(line))('http://127.0.0.1:1/x/');
  await vi.waitFor(() => {
    expect(said).toEqual(['xdg-open ended with status 3: open the address yourself']);
  });
  expect(() => browserOpener('/nowhere', () => {})).toThrow(/no xdg-open.*xdg-utils/);
});
