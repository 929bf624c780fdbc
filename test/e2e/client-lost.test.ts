import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Client } from './client.js';
import { saidBy, startScript } from './evtchn-program.js';
import { ServedHost } from './served-host.js';

let host: ServedHost;
beforeEach(async () => {
  host = await ServedHost.start();
});

/** How the device goes away. */
const WAYS: Readonly<Record<string, () => Promise<unknown>>> = {
  'its server is killed': () => {
    host.server.signal('SIGKILL');
    return host.server.ended();
  },
  'its server is stopped': () => {
    host.server.signal('SIGTERM');
    return host.server.ended();
  },
  'it is unmounted by force': () => {
    execFileSync('umount', ['--force', '--lazy', host.directory]);
    return host.server.ended();
  },
};

const GONE = /^(ENOTCONN|ECONNABORTED)$/;
const MESSAGE = /: the device is gone: its server has ended, or its domain$/;
/** Does every call on the handle that is lost. */
const EVERY_CALL = `
  say(here.closed, here.fd);
  const calls = [() => here.notify(port), () => here.unmask(port), () => here.unmask([port]), () => here.tryPending(), () => here.read(),
    () => here.poll(), () => here.bindUnboundPort(0), () => here.unbind(port), () => here.reset(), () => here.channel(port)];
  say(...calls.map(outcome));
  say(await end(here.pending()), await end(here[Symbol.asyncIterator]().next()));
  try { here.read(); } catch (error) { say(error.message); }
  here.close();
  here.close();`;

/** What such a program says after the way that it found the loss. */
async function expectLost(client: Client, first: (line: string) => void): Promise<void> {
  const [line, state, calls, waits, message] = await saidBy(client).then((lines) => lines.slice(1));
  first(line!);
  expect(state).toBe('true -1');
  expect(calls!.split(' ')).toEqual(Array(10).fill(expect.stringMatching(GONE)));
  expect(waits!.split(' ')).toEqual(Array(2).fill(expect.stringMatching(GONE)));
  expect(message).toMatch(MESSAGE);
}

describe.each(Object.entries(WAYS))('when %s', (_, lose) => {
  afterEach(() => {
    host.discard();
  });

  it.each([
    ['here.pending()', 1],
    ['here.pending(), here.pending(), other.channel(0x77).after(0)', 3],
    ['here.channel(port).after(0), here.channel(port).after(3)', 2],
    ['(async () => { for await (const port of here); })()', 1],
    ['here.pending(), other.pending(), third.pending()', 3],
  ])('whoever waits is told: %s', async (waits, count) => {
    const client = await startScript(
      host.directory,
      `await (await warmUp()).close();
      const { here, port } = pair();
      const other = open();
      const third = open();
      const ends = Promise.all([${waits}].map(end));
      await turn();
      say('ready');
      say(...(await ends));
      ${EVERY_CALL}`,
    );
    expect(await client.line()).toBe('ready');
    await lose();
    await expectLost(client, (line) =>
      expect(line.split(' ')).toEqual(Array(count).fill(expect.stringMatching(GONE))),
    );
  });

  it.each([
    'here.notify(port)',
    'here.unmask(port)',
    'here.tryPending()',
    'here.read()',
    'here.bindUnboundPort(0)',
    'await here.pending()',
    'await here.channel(port).after(0)',
    'for await (const port of here);',
  ])('the next call is told if nobody waits: %s', async (call) => {
    const client = await startScript(
      host.directory,
      `import { once } from 'node:events';
      const { here, port } = pair();
      say('ready');
      await once(process.stdin.resume(), 'end');
      try { ${call} } catch (error) { say(error.message); }
      ${EVERY_CALL}`,
    );
    expect(await client.line()).toBe('ready');
    await lose();
    await expectLost(client, (line) => expect(line).toMatch(MESSAGE));
  });
});

it("a port that is not the handle's is no lost device", async () => {
  const client = await startScript(
    host.directory,
    `const { here, there, port, remote, send } = pair();
    const wait = here.pending();
    for (let times = 0; times < 3; times++) {
      for (const other of [remote, 0, 4000, 0xffffffff]) say(outcome(() => here.notify(other)));
      say(outcome(() => here.unbind(remote)), outcome(() => here.unmask([remote, 0])));
    }
    try { here.notify(remote); } catch (error) { say(error.message); }
    say(here.closed);
    send();
    say(await wait === port);
    here.close();
    there.close();`,
  );
  const refused = [...Array(4).fill('ENOTCONN'), 'ENOTCONN '];
  expect(await saidBy(client)).toEqual([
    ...[...refused, ...refused, ...refused],
    'ENOTCONN: Transport endpoint is not connected, ioctl: the port is not bound by this handle',
    'false',
    'true',
  ]);
  await host.stop();
});
