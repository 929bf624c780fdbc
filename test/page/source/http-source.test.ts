import { beforeEach, describe, expect, it } from 'vitest';
import type { SourceBatch } from '../../../page/src/source/host-source.js';
import { type HttpPlatform, HttpSource } from '../../../page/src/source/http-source.js';

/** A stream of events that a test sends. */
class Events {
  readonly url: string;
  closed = false;
  readonly #listeners = new Map<string, (event: { data: string }) => void>();

  constructor(url: string) {
    this.url = url;
  }

  addEventListener(name: string, listener: (event: { data: string }) => void): void {
    this.#listeners.set(name, listener);
  }

  close(): void {
    this.closed = true;
  }

  send(name: string, data: unknown): void {
    if (!this.closed) this.#listeners.get(name)?.({ data: JSON.stringify(data) });
  }
}

/** A browser whose server and time are a test's. */
class Browser implements HttpPlatform {
  readonly asked: { url: string; request: RequestInit | undefined }[] = [];
  readonly streams: Events[] = [];
  answer: (url: string) => Response = () => Response.json({ name: '/srv/xen', control: true });
  #now = 0;
  #timers: { at: number; callback: () => void }[] = [];

  async fetch(url: string, request?: RequestInit): Promise<Response> {
    this.asked.push({ url, request });
    return this.answer(url);
  }

  openEvents(url: string): EventSource {
    const events = new Events(url);
    this.streams.push(events);
    return events as unknown as EventSource;
  }

  setTimeout(callback: () => void, milliseconds: number): number {
    const timer = { at: this.#now + milliseconds, callback };
    this.#timers.push(timer);
    return timer as unknown as number;
  }

  clearTimeout(timer: number | undefined): void {
    this.#timers = this.#timers.filter((each) => (each as unknown) !== timer);
  }

  pass(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.clearTimeout(next as unknown as number);
      this.#now = next.at;
      next.callback();
    }
    this.#now = end;
  }

  get timers(): number {
    return this.#timers.length;
  }

  get stream(): Events {
    return this.streams.at(-1)!;
  }
}

let browser: Browser;
let batches: SourceBatch[];
let ends: string[];

beforeEach(() => {
  browser = new Browser();
  batches = [];
  ends = [];
});

async function follow(): Promise<() => void> {
  const source = await HttpSource.open(browser);
  return source.follow(
    (batch) => batches.push(batch),
    (why) => ends.push(why),
  );
}

const BATCH: SourceBatch = { records: [], events: 1, shown: 1, dropped: 0 };

it('asks the server that the page is from, by relative addresses', async () => {
  const source = await HttpSource.open(browser);
  expect(source.name).toBe('/srv/xen');
  browser.answer = () => Response.json({ version: 1, domains: [] });
  expect(await source.snapshot()).toEqual({ version: 1, domains: [] });
  expect(browser.asked.map(({ url }) => url)).toEqual(['api/host', 'api/snapshot']);
});

it('steers the host where that is allowed', async () => {
  const { control } = await HttpSource.open(browser);
  browser.answer = () => new Response(null, { status: 204 });
  await control!.notify(7, 9);
  await control!.raiseVirq(7, 11, 0);
  await control!.destroyDomain(7);
  const orders = browser.asked
    .slice(1)
    .map(({ url, request }) => [url, request?.method, request?.body]);
  expect(orders).toEqual([
    ['api/notify', 'POST', '{"domid":7,"port":9}'],
    ['api/virq', 'POST', '{"domid":7,"virq":11,"vcpu":0}'],
    ['api/destroy', 'POST', '{"domid":7}'],
  ]);
  for (const { request } of browser.asked.slice(1)) {
    expect(request?.headers).toEqual({ 'Content-Type': 'application/json' });
  }
});

it('has no control where there is none', async () => {
  browser.answer = () => Response.json({ name: '/srv/xen', control: false });
  expect((await HttpSource.open(browser)).control).toBeUndefined();
});

describe('what goes wrong', () => {
  it('is told in the words of the server', async () => {
    const source = await HttpSource.open(browser);
    browser.answer = () => Response.json({ error: 'there is no domain 9' }, { status: 409 });
    await expect(source.control!.notify(9, 1)).rejects.toThrow(/^there is no domain 9$/);
  });

  it('is told where the server has no words for it', async () => {
    browser.answer = () => new Response('Not found', { status: 404 });
    await expect(HttpSource.open(browser)).rejects.toThrow('the inspector answers 404');
  });

  it('is told where nothing answers', async () => {
    browser.answer = () => {
      throw new TypeError('Failed to fetch');
    };
    await expect(HttpSource.open(browser)).rejects.toThrow('has xen-evtchn inspect ended?');
  });
});

describe('following', () => {
  it('hands batches on', async () => {
    const stop = await follow();
    expect(browser.stream.url).toBe('api/events');
    browser.stream.send('beat', {});
    browser.stream.send('batch', { ...BATCH, dropped: 4 });
    expect(batches).toEqual([{ ...BATCH, dropped: 4 }]);
    stop();
    expect(browser.stream.closed).toBe(true);
    expect(browser.timers).toBe(0);
  });

  it('ends with the host, and says why', async () => {
    await follow();
    browser.stream.send('end', { why: '/srv/xen has ended' });
    expect(ends).toEqual(['/srv/xen has ended']);
    expect(browser.stream.closed).toBe(true);
    browser.pass(100_000);
    expect([browser.streams.length, ends.length]).toEqual([1, 1]);
  });

  it('connects anew when the connection is lost, and says that something is missing', async () => {
    await follow();
    browser.stream.send('beat', {});
    browser.stream.send('error', {});
    expect(browser.stream.closed).toBe(true);
    browser.pass(300);
    expect(browser.streams).toHaveLength(2);
    browser.stream.send('beat', {});
    browser.stream.send('batch', BATCH);
    browser.stream.send('batch', BATCH);
    expect(batches.map(({ dropped }) => dropped)).toEqual([1, 0]);
    expect(ends).toEqual([]);
  });

  it('takes silence for a lost connection', async () => {
    await follow();
    for (let i = 0; i < 10; i++) {
      browser.pass(2000);
      browser.stream.send('beat', {});
    }
    expect(browser.streams).toHaveLength(1);
    browser.pass(9000);
    expect(browser.streams.length).toBeGreaterThan(1);
  });

  it('gives up after a while, less and less eager', async () => {
    await follow();
    const opened: number[] = [];
    for (let time = 0; ends.length === 0 && time < 60_000; time += 50) {
      if (!browser.stream.closed) {
        opened.push(time);
        browser.stream.send('error', {});
      }
      browser.pass(50);
    }
    expect(ends).toEqual(['the inspector does not answer: has xen-evtchn inspect ended?']);
    const pauses = opened.slice(1).map((time, index) => time - opened[index]!);
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
    expect(pauses.length).toBeGreaterThanOrEqual(4);
    expect(browser.timers).toBe(0);
  });
});
