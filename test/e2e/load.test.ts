import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, output } from './client.js';
import { program } from './programs.js';
import { ServedHost } from './served-host.js';

const FILES = 1000;
const PORTS = 10_000;
const PROCESSES = 64;

let host: ServedHost;
beforeAll(async () => {
  host = await ServedHost.start({ domains: [0, 1, 2] });
});
afterAll(() => host.stop());

describe('under load', () => {
  it(`serves ${FILES} open files, each woken by an event of its own`, async () => {
    const client = await Client.start(program('many-files'), [host.device(), FILES]);
    expect(await client.line()).toBe(`open ${FILES}`);
    const files = await host.files();
    expect(files).toHaveLength(FILES);
    expect(new Set(files.map(({ process }) => process))).toEqual(
      new Set([`${client.pid} many-files`]),
    );
    expect(files.every(({ ports }) => ports === '2')).toBe(true);
    client.say();
    expect(await client.line()).toBe(`woken ${FILES}`);
    await client.endedWell();
    await host.untilUnused();
  });

  it(`serves ${PORTS} bound ports of one domain`, async () => {
    const rounds = 3;
    const before = await host.channels();
    const client = await Client.start(program('many-ports'), [host.device(), PORTS, rounds]);
    expect(await client.line()).toBe(`bound ${PORTS}`);
    for (let round = 1; round <= rounds; round++) {
      expect(await client.line()).toBe(`events ${round * PORTS}`);
    }
    const bound = (await host.channels()).filter(({ process }) => process?.endsWith(' many-ports'));
    expect(bound).toHaveLength(PORTS);
    expect(bound.every(({ state, queued }) => state === 'interdomain' && queued === '0')).toBe(
      true,
    );
    const [file] = await host.files();
    expect(file).toMatchObject({
      ports: String(PORTS),
      unread: '0',
      ring: '16384',
      overflow: 'no',
    });
    client.say();
    await client.endedWell();
    await host.untilUnused();
    expect(await host.channels()).toEqual(before);
  });

  it(`serves ${PROCESSES} client processes at once`, async () => {
    const rounds = 500;
    const client = await Client.start(program('crowd'), [host.device(1), PROCESSES, rounds]);
    expect(await client.line()).toBe(`all ${PROCESSES}`);
    const processes = (await host.files(1)).map(({ process }) => process);
    expect(new Set(processes).size).toBe(PROCESSES);
    client.say();
    expect(await client.line()).toBe(`exchanged ${PROCESSES * rounds}`);
    await client.endedWell();
    await host.untilUnused(1);
  });

  it('goes on for one domain during an event storm of another, and loses nothing of either', async () => {
    const events = 2000;
    const measure = () => output(program('latency'), [host.device(2), events]);
    const calm = await measure();
    const storm = await Client.start(program('storm'), [host.device(1)]);
    expect(await storm.line()).toBe('storming');
    const stormy = await measure();
    storm.hangUp();
    // It ends only when the last of everything it has sent was seen.
    const said = await storm.line();
    await storm.endedWell();
    for (const line of [calm, stormy])
      expect(line).toMatch(/^latency us p50 \d+ p99 \d+ max \d+\n$/);
    console.log(`calm: ${calm.trimEnd()}; in a storm: ${stormy.trimEnd()}; the storm: ${said}`);
  });
});
