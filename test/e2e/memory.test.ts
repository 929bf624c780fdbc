import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, output } from './client.js';
import { program } from './programs.js';
import { ServedHost } from './served-host.js';

const PORTS = 1024;
const EVENTS = 1_000_000;
/** What the server may have more at the end than after the first tenth: eight bytes an event would be more. */
const GROWTH_AT_MOST = 8 << 20;

/** The first processor that we may use. */
function firstProcessor(): number {
  return Number(
    /^Cpus_allowed_list:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1],
  );
}

describe('memory of the server', () => {
  let host: ServedHost;
  beforeAll(async () => {
    host = await ServedHost.start();
  });
  afterAll(() => host.stop());

  it(`stays flat over ${EVENTS} events`, async () => {
    // Server and client on one processor: it is several times as fast where waking another one is slow.
    const processor = firstProcessor();
    await output('taskset', ['--all-tasks', '--cpu-list', '--pid', processor, host.server.pid]);
    const rounds = Math.ceil(EVENTS / PORTS / 10) * 10;
    const client = await Client.start('taskset', [
      '--cpu-list',
      processor,
      program('many-ports'),
      host.device(),
      PORTS,
      rounds,
    ]);
    expect(await client.line()).toBe(`bound ${PORTS}`);
    const resident: number[] = [];
    for (let tenth = 1; tenth <= 10; tenth++) {
      expect(await client.line()).toBe(`events ${(PORTS * rounds * tenth) / 10}`);
      resident.push(host.residentBytes());
    }
    client.say();
    await client.endedWell();
    const first = resident[0]!;
    // Garbage comes and goes; what is kept shows in the least of the last samples too.
    const last = Math.min(...resident.slice(-3));
    console.log(`RSS in MB: ${resident.map((bytes) => (bytes / 2 ** 20).toFixed(1)).join(' ')}`);
    expect(last - first, 'bytes more').toBeLessThan(GROWTH_AT_MOST);
  });
});
