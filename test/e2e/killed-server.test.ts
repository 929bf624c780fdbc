import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, output } from './client.js';
import { program } from './programs.js';
import { ServedHost } from './served-host.js';

/** What every call of a client may answer once the server is gone. */
const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  read: ['ECONNABORTED', 'ENOTCONN'],
  poll: ['POLLERR'],
  select: ['ready'],
  epoll: ['EPOLLERR'],
  'epoll-edge': ['EPOLLERR'],
  ioctl: ['ECONNABORTED', 'ENOTCONN'],
  write: ['ECONNABORTED', 'ENOTCONN'],
  open: ['ECONNABORTED', 'ENOTCONN'],
};

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
      const client = await Client.start(program('server-death'), [host.device(), host.pid]);
      const results: Record<string, string> = {};
      for (let line = await client.line(); line !== 'dead'; line = await client.line()) {
        const [name, result, milliseconds] = line.split(' ');
        results[name!] = result!;
        expect(Number(milliseconds), line).toBeLessThan(1000);
      }
      expect(Object.keys(results)).toEqual(Object.keys(ANSWERS));
      for (const [name, result] of Object.entries(results)) expect(ANSWERS[name]).toContain(result);
      expect((await server.ended()).status).toBe(128 + 9);

      await host.restart();
      client.say();
      expect(await client.line()).toBe('anew');
      await client.endedWell();
      await output(program('loopback'), [host.device()]);
    },
  );
});
