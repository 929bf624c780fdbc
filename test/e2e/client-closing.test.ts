import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from './client.js';
import { evtchnProgram, saidBy } from './evtchn-program.js';
import { ServedHost } from './served-host.js';

let host: ServedHost;
beforeAll(async () => {
  host = await ServedHost.start();
});
afterAll(() => host.stop());

/** The states of the program, with how many wait. */
const STATES: readonly (readonly [string, number])[] = [
  ['unused', 0],
  ['starting', 1],
  ['pending', 2],
  ['loop', 1],
  ['channel', 2],
  ['told', 1],
  ['missed', 0],
  ['unwatched', 0],
  ['given-up', 0],
  ['continuation', 1],
];

describe.each([
  ['close', 'EBADF'],
  ['twice', 'EBADF'],
  ['signal', 'AbortError'],
  ['dispose', 'EBADF'],
])('a handle that is closed (%s)', (way, reason) => {
  it.each(STATES)('%s: tells those who wait, and leaves nothing', async (state, waiting) => {
    const words = [evtchnProgram('closing'), host.directory, state, way];
    const lines = await saidBy(await Client.start(process.execPath, words));
    const ends = Array(waiting).fill(state === 'loop' ? 'over' : reason);
    expect(lines).toEqual([
      ...(way === 'dispose' ? ['disposed 0'] : []),
      ['ends', ...ends].join(' '),
      'closed true -1',
      `calls${' EBADF'.repeat(7)}`,
      'later EBADF true',
      'left 0',
      'listeners 0',
    ]);
    await host.untilUnused();
  });
});
