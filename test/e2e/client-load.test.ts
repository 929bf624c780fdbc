import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from './client.js';
import { evtchnProgram, saidBy } from './evtchn-program.js';
import { ServedHost } from './served-host.js';

const HANDLES = 200;
const CHANNELS = 1000;
const EVENTS = 1_000_000;
const PORTS = 512;
/** How long it is watched, and what processor time it may use, in milliseconds: one tick of the clock. */
const WATCHED = 3000;
const USED_AT_MOST = 10;

let host: ServedHost;
beforeAll(async () => {
  host = await ServedHost.start();
});
afterAll(() => host.stop());

/** V8 would collect garbage by itself while a program is asleep, some seconds after it did something. */
const OPTIONS = ['--no-memory-reducer'];

function start(name: string, ...words: (string | number)[]): Promise<Client> {
  return Client.start(process.execPath, [...OPTIONS, evtchnProgram(name), ...words]);
}

describe('a program with many handles', () => {
  it(`waits on ${HANDLES} with one thread, is woken by each, and uses no time while none has an event`, async () => {
    const client = await start('many-handles', host.directory, HANDLES);
    for (let round = 1; round <= 3; round++) {
      expect(await client.line()).toBe(`waiting ${HANDLES} threads 1`);
      expect(await client.line()).toBe(`woken ${HANDLES}`);
    }
    expect(await client.line()).toBe('asleep');
    const used = async () => {
      client.say();
      return Number(await client.line());
    };
    // The first has code compiled that the second finds.
    await used();
    const before = await used();
    await pause(WATCHED);
    expect((await used()) - before, `milliseconds in ${WATCHED}`).toBeLessThan(USED_AT_MOST);
    client.hangUp();
    expect(await client.line()).toBe('ends 1');
    expect(await client.line()).toBe('left 0 0');
    await client.endedWell();
    await host.untilUnused();
  });

  it(`waits on ${CHANNELS} channels of one, each for its own events`, async () => {
    const lines = await saidBy(await start('many-channels', host.directory, CHANNELS));
    expect(lines).toEqual(['round 1: 1', 'round 2: 2', 'round 3: 3', 'others EBADF']);
    await host.untilUnused();
  });

  it(`has ${EVENTS} events of ${PORTS} ports, each in its order, and none is lost`, async () => {
    const other = await ServedHost.start();
    const words = [PORTS / 2, EVENTS / 2, host.device(), other.device()];
    const client = await start('many-events', ...words);
    client.hangUp();
    const each = `events ${EVENTS / 2} wrong 0 unread 0\n`;
    expect(await client.endedWell(200_000)).toBe(each + each);
    await host.untilUnused();
    await other.stop();
  }, 240_000);

  it.each([1, 2, 3])('that wait in every way at once lose no event: seed %d', async (seed) => {
    const client = await start('mixed-waiting', host.directory, 5000, seed);
    expect(await saidBy(client)).toEqual(['wrong 0']);
    await host.untilUnused();
  });
});
