import { beforeEach, describe, expect, it } from 'vitest';
import { Client } from './client.js';
import { program } from './programs.js';
import { COMMAND, ServedHost } from './served-host.js';

describe('a server that is told to stop', () => {
  let host: ServedHost;
  beforeEach(async () => {
    host = await ServedHost.start();
  });

  it('ends well while clients sleep in the device: they get an error', async () => {
    const client = await Client.start(program('waiting'), [host.device()]);
    expect(await client.line()).toBe('asleep');
    await host.stop();
    expect((await client.ended()).status).toBe(1);
  });

  it('ends well while programs run on it', async () => {
    const client = await Client.start(process.execPath, [
      ...[COMMAND, 'run', '--host', host.directory, '--', program('waiting'), '/dev/xen/evtchn'],
    ]);
    expect(await client.line()).toBe('asleep');
    await host.stop();
    expect((await client.ended()).status).toBe(1);
  });

  it('ends well while another mount namespace keeps its mount', async () => {
    const holder = await Client.start('unshare', [
      ...['--mount', '--propagation', 'private', 'sh', '-c', 'echo holding; read line'],
    ]);
    expect(await holder.line()).toBe('holding');
    await host.stop();
    holder.say();
    await holder.endedWell();
  });
});
