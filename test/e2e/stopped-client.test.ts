import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { output } from './client.js';
import { program } from './programs.js';
import { ServedHost } from './served-host.js';

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
});
