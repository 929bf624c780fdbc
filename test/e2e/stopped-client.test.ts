import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Client, output } from './client.js';
import { program } from './programs.js';
import { ServedHost } from './served-host.js';

/** State of a process: R, S, T, … */
function stateOf(pid: number): string {
  return /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))![1]!;
}

describe('clients stopped with SIGSTOP', () => {
  let host: ServedHost;
  beforeAll(async () => {
    host = await ServedHost.start();
  });
  afterAll(() => host.stop());

  it('hold nobody up, and find their events when they are continued', async () => {
    const said = await output(program('stopped-client'), [host.device()], { deadline: 40_000 });
    expect(said).toMatch(/^others 4000 events$/m);
    expect(said).toMatch(/^went on$/m);
    await host.untilUnused();
  });

  it('go on where they were when it is the server that was stopped', async () => {
    const client = await Client.start(program('crowd'), [host.device(), 8, 2000]);
    expect(await client.line()).toBe('all 8');
    client.say();
    for (let times = 0; times < 5; times++) {
      host.server.signal('SIGSTOP');
      await vi.waitFor(() => expect(stateOf(host.server.pid)).toBe('T'), { interval: 5 });
      host.server.signal('SIGCONT');
    }
    expect(await client.line()).toBe('exchanged 16000');
    await client.endedWell();
    await host.untilUnused();
  });
});
