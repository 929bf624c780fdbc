import { afterAll, beforeAll, expect, it } from 'vitest';
import { saidBy, startScript } from './evtchn-program.js';
import { ServedHost } from './served-host.js';

let host: ServedHost;
beforeAll(async () => {
  host = await ServedHost.start();
});
afterAll(() => host.stop());

/** A handle whose ring of 1024 events is too full by one: a port that is unmasked unread may be queued again and again. */
const OVERFLOWN = `
  const { here, there, port, send } = pair();
  const others = Array.from({ length: 10 }, () => here.bindUnboundPort(0));
  const remotes = others.map((other) => there.bindInterdomain(0, other));
  const ports = [port, ...others];
  const first = here.pending();
  send();
  await first;
  for (let events = 0; events <= 1024; events++) {
    here.unmask(port);
    send();
  }
`;

it('tells whoever waits that events were lost, however often they ask', async () => {
  const client = await startScript(
    host.directory,
    `${OVERFLOWN}
    const waits = [here.pending(), here.pending(), here.channel(others[0]).after(0)];
    for (const wait of waits) say(await end(wait));
    say(await end(here.pending()), await end(here.channel(port).after(0)));
    say(outcome(() => here.tryPending()), outcome(() => here.read()), here.poll());
    const loop = here[Symbol.asyncIterator]();
    say(await end(loop.next()));
    await here.pending().catch((error) => say(error.message));
    say(outcome(() => here.unmask(port)), here.closed);
    here.close();
    there.close();`,
  );
  expect(await saidBy(client)).toEqual([
    'EFBIG',
    'EFBIG',
    'EFBIG',
    'EFBIG EFBIG',
    'EFBIG EFBIG 8',
    'EFBIG',
    'EFBIG: File too large, read: events were lost: reset(), then unmask every port and look at what each stands for',
    ' false',
  ]);
});

it('goes on after a reset, without an event lost once every port is unmasked', async () => {
  const client = await startScript(
    host.directory,
    `${OVERFLOWN}
    say(await end(here.pending()));
    // Masked, or in the ring that was too full: these come again.
    remotes.forEach((remote) => there.notify(remote));
    send();
    here.reset();
    say(outcome(() => here.tryPending()));
    const waits = ports.map(() => here.pending());
    here.unmask(ports);
    remotes.forEach((remote) => there.notify(remote));
    send();
    say((await Promise.all(waits)).sort((a, b) => a - b).join() === ports.sort((a, b) => a - b).join());
    const next = here.pending();
    here.unmask(ports);
    send();
    say(await next === port);
    here.close();
    there.close();`,
  );
  expect(await saidBy(client)).toEqual(['EFBIG', '', 'true', 'true']);
});
