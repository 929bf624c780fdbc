import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from './client.js';
import { evtchnProgram, saidBy } from './evtchn-program.js';
import { ServedHost } from './served-host.js';

let host: ServedHost;
beforeAll(async () => {
  host = await ServedHost.start();
});
afterAll(() => host.stop());

const ANSWERED = Array(3).fill('answered 2');

describe('handles in two workers and the main thread', () => {
  it.each([
    ['are terminated while they wait', 'terminate', [...ANSWERED, 'at once true', 'ends 1 1']],
    ['end by themselves', 'three', [...ANSWERED, 'ends 0 0']],
    ['end by process.exit while they wait', 'exit', ['ends 3 3']],
    ['end by an error while they wait', 'error', ['ends 1 boom 1 boom']],
  ])('work at once, and leave nothing when they %s', async (_, way, lines) => {
    const words = [evtchnProgram('workers'), host.directory, way];
    const client = await Client.start(process.execPath, words);
    expect(await saidBy(client)).toEqual([...lines, 'left 0 0']);
    await host.untilUnused();
  });

  it('do not keep the process from its end', async () => {
    const words = [evtchnProgram('workers'), host.directory, 'leave'];
    const begin = performance.now();
    const client = await Client.start(process.execPath, words);
    expect(await saidBy(client)).toEqual([...ANSWERED, 'threads 5']);
    expect(performance.now() - begin).toBeLessThan(5000);
    await host.untilUnused();
  });
});
