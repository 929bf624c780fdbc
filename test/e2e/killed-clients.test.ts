import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { output } from './client.js';
import { program } from './programs.js';
import { ServedHost } from './served-host.js';

const KILLS = 500;

describe('clients killed with SIGKILL', () => {
  let host: ServedHost;
  beforeAll(async () => {
    host = await ServedHost.start();
    // Whatever the server makes at its first client, a thread or a file, it has now.
    await output(program('loopback'), [host.device()]);
    await host.untilUnused();
  });
  afterAll(() => host.stop());

  it.each([
    ['asleep in read', 'read'],
    ['asleep in poll', 'poll'],
    ['asleep in select', 'select'],
    ['asleep in epoll_wait', 'epoll'],
    ['stopped', 'stopped'],
    ['in the middle of ioctls', 'ioctl'],
    ['with threads in all of these', 'threads'],
    ['opening and closing the device', 'churn'],
  ])(`leave nothing behind, %s, ${KILLS} times in a row`, async (_, kind) => {
    const channels = await host.channels();
    const resources = host.resources();
    const port = await output(program('loopback'), [host.device()]);

    const said = await output(program('kills'), [host.device(), kind, KILLS], { deadline: 30_000 });

    expect(said).toBe(`killed ${KILLS}\n`);
    await host.untilUnused();
    expect(await host.channels()).toEqual(channels);
    expect(host.resources()).toEqual(resources);
    // The next bind gets the lowest port again.
    expect(await output(program('loopback'), [host.device()])).toBe(port);
  });
});
