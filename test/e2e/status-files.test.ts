import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from './client.js';
import { program } from './programs.js';
import { ServedHost } from './served-host.js';

describe('the status files of a domain', () => {
  let host: ServedHost;
  beforeAll(async () => {
    host = await ServedHost.start({ domains: [0, 5] });
  });
  afterAll(() => host.stop());

  it('tell of every open file and channel while a client sleeps, and of none after', async () => {
    const [before, other] = [await host.channels(5), await host.channels(0)];
    const client = await Client.start(program('waiting'), [host.device(5)]);
    expect(await client.line()).toBe('asleep');
    const process = `${client.pid} waiting`;

    const files = await host.files(5);
    expect(files).toHaveLength(2);
    const sleeping = files.find(({ reading }) => reading === '1')!;
    const idle = files.find(({ reading }) => reading === '0')!;
    const common = {
      process,
      uid: '0',
      ports: '1',
      unread: '0',
      ring: '64',
      overflow: 'no',
      restricted: '-',
    };
    expect(sleeping).toMatchObject({ ...common, polled: 'yes' });
    expect(idle).toMatchObject({ ...common, polled: 'no' });

    const known = new Set(before.map(({ port }) => port));
    const channels = (await host.channels(5)).filter(({ port }) => !known.has(port));
    expect(channels).toHaveLength(2);
    const [first, second] = channels;
    const state = {
      state: 'interdomain',
      pending: 'no',
      masked: 'no',
      enabled: 'yes',
      queued: '0',
      process,
    };
    expect(first).toMatchObject({ ...state, peer: `5:${second!.port}`, file: sleeping.file });
    expect(second).toMatchObject({ ...state, peer: `5:${first!.port}`, file: idle.file });
    // Nothing of it shows in another domain.
    expect(await host.files(0)).toEqual([]);
    expect(await host.channels(0)).toEqual(other);

    client.hangUp();
    await client.endedWell();
    await host.untilUnused(5);
    expect(await host.channels(5)).toEqual(before);
  });
});
