import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from './client.js';
import { program } from './programs.js';
import { ServedHost } from './served-host.js';

/** How long it is watched, in milliseconds, and what it may use: 1 % would be three ticks. */
const WATCHED = 3000;
const TICKS_AT_MOST = 1;
/** Its garbage collector may look in once. */
const SLEEPS_AT_MOST = 10;

/** Watches the server for a while, in which it must do nothing. */
async function expectIdle(host: ServedHost): Promise<void> {
  const [ticks, sleeps] = [host.ticks(), host.sleeps()];
  await pause(WATCHED);
  expect(host.ticks() - ticks, `ticks in ${WATCHED} ms`).toBeLessThanOrEqual(TICKS_AT_MOST);
  expect(host.sleeps() - sleeps, `sleeps in ${WATCHED} ms`).toBeLessThanOrEqual(SLEEPS_AT_MOST);
}

describe('an idle server', () => {
  let host: ServedHost;
  beforeAll(async () => {
    host = await ServedHost.start({ domains: [0, 1] });
  });
  afterAll(() => host.stop());

  it('uses no processor time while clients sleep in the device', async () => {
    const clients: Client[] = [];
    for (const domain of [0, 1]) {
      for (let count = 0; count < 3; count++) {
        const client = await Client.start(program('waiting'), [host.device(domain)]);
        expect(await client.line()).toBe('asleep');
        clients.push(client);
      }
    }
    // The four threads of each: the read is parked, the other three wait for readiness.
    const files = await host.files();
    expect(files.filter(({ reading, polled }) => reading === '1' && polled === 'yes')).toHaveLength(
      3,
    );
    const { threads } = host.resources();

    await expectIdle(host);

    expect(host.resources().threads).toBe(threads);
    for (const client of clients) client.hangUp();
    for (const client of clients) await client.endedWell();
    await host.untilUnused();
  });

  it('falls asleep again after a storm of events', async () => {
    const storm = await Client.start(program('storm'), [host.device()]);
    expect(await storm.line()).toBe('storming');
    storm.hangUp();
    await storm.endedWell();
    await host.untilUnused();

    await expectIdle(host);
  });
});
