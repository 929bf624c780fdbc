import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, output } from './client.js';
import { program } from './programs.js';
import { ServedHost } from './served-host.js';

/** Starts clients that wait in every way, and ends what they wait in. @returns the result of each, by its name */
async function resultsOf(client: Client): Promise<Record<string, string>> {
  const results: Record<string, string> = {};
  for (let line = await client.line(); line !== 'dead'; line = await client.line()) {
    const [name, result, milliseconds] = line.split(' ');
    results[name!] = result!;
    expect(Number(milliseconds), line).toBeLessThan(1000);
  }
  return results;
}

const GONE = expect.stringMatching(/^(ECONNABORTED|ENOTCONN)$/);

describe('a server killed with SIGKILL', () => {
  let host: ServedHost;
  beforeAll(async () => {
    host = await ServedHost.start();
  });
  afterAll(() => host.stop());

  // More than once: what a client is doing at that moment differs.
  it.each([1, 2, 3])(
    'gives its clients an error within a second, and the next one serves (%i)',
    async () => {
      expect(host.pid).toBe(host.server.pid);
      const { server } = host;
      const client = await Client.start(program('sudden-end'), [host.device(), host.pid]);
      expect(await resultsOf(client)).toEqual({
        read: GONE,
        poll: 'POLLERR',
        select: 'ready',
        epoll: 'EPOLLERR',
        'epoll-edge': 'EPOLLERR',
        ioctl: GONE,
        write: GONE,
        open: GONE,
      });
      expect((await server.ended()).status).toBe(128 + 9);

      await host.restart();
      client.say();
      expect(await client.line()).toBe('anew ENOTCONN');
      await client.endedWell();
      await output(program('loopback'), [host.device()]);
      await host.untilUnused();
    },
  );
});

describe('a domain that is destroyed', () => {
  let host: ServedHost;
  beforeAll(async () => {
    host = await ServedHost.start({ domains: [0, 6] });
  });
  afterAll(() => host.stop());

  it.each([1, 2, 3])('gives its clients an error at once, and can be made anew (%i)', async () => {
    const before = await host.channels(6);
    const folder = dirname(host.device(6));
    const client = await Client.start(program('sudden-end'), [host.device(6), folder]);
    expect(await resultsOf(client)).toEqual({
      read: 'ENODEV',
      poll: 'POLLERR',
      select: 'ready',
      epoll: 'EPOLLERR',
      'epoll-edge': 'EPOLLERR',
      ioctl: 'ENODEV',
      write: 'ENODEV',
      open: 'ENOENT',
    });

    mkdirSync(folder);
    client.say();
    expect(await client.line()).toBe('anew ENODEV');
    await client.endedWell();
    await host.untilUnused(6);
    expect(await host.channels(6)).toEqual(before);
  });
});
