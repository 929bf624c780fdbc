// Closes a handle in the state and in the way that its arguments name, and says what became of whoever waited and what is left.
import { getEventListeners } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { dispose, end, outcome, pair, resources, untilAsleep, warmUp } from './prelude.mjs';

/** Makes the state; returns promises of those who wait. */
const states = {
  unused: () => [],
  starting: ({ here }) => [here.pending()],
  pending: async ({ here, thread }) => {
    const waits = [here.pending(), here.pending()];
    untilAsleep(await thread());
    return waits;
  },
  loop: async ({ here, thread }) => {
    const over = (async () => {
      for await (const _port of here);
      return 'over';
    })();
    untilAsleep(await thread());
    return [over];
  },
  channel: async ({ here, port, thread }) => {
    const channel = here.channel(port);
    const waits = [channel.after(0), channel.after(5)];
    untilAsleep(await thread());
    return waits;
  },
  told: async ({ here, send, thread }) => {
    const waits = [here.pending()];
    const tids = await thread();
    await turn();
    send();
    untilAsleep(tids);
    return waits;
  },
  missed: async ({ here, port, send, thread }) => {
    const tids = await thread();
    const wait = here.pending();
    send();
    await wait;
    here.unmask(port);
    send();
    untilAsleep(tids);
    return [];
  },
  unwatched: async ({ here, port, send, thread }) => {
    const tids = await thread();
    const wait = here.pending();
    send();
    await wait;
    for (let event = 0; event < 20; event++) {
      here.unmask(port);
      send();
      untilAsleep(tids);
      here.read();
    }
    return [];
  },
  'given-up': async ({ here, thread }) => {
    const giving = new AbortController();
    const given = end(here.pending({ signal: giving.signal }));
    untilAsleep(await thread());
    giving.abort();
    await given;
    return [];
  },
  continuation: async ({ here, send }) => {
    const first = here.pending();
    const second = here.pending();
    send();
    await first;
    return [second];
  },
};

const ways = {
  close: ({ here }) => here.close(),
  twice: ({ here }) => {
    here.close();
    here.close();
  },
  signal: ({ closing }) => closing.abort(),
  dispose: async ({ here, before }) => {
    await dispose(here);
    say('disposed', resources().threads - before.threads);
  },
};

const say = (...words) => console.log(words.join(' '));

const [state, way] = process.argv.slice(3);
await (await warmUp()).close();
const before = resources();
const closing = new AbortController();
const { here, there, port, send } = pair({ signal: closing.signal });

/** Starts the waiting thread on another handle; its id. */
let other;
async function thread() {
  other = await warmUp();
  return other.started;
}

const waits = await states[state]({ here, port, send, thread });
const ends = Promise.all(waits.map(end));
// It is the handle's thread alone that asyncDispose waits for.
if (way === 'dispose') await other?.close();
await ways[way]({ here, closing, before });
say('ends', ...(await ends));
say('closed', here.closed, here.fd);
const calls = [
  () => here.notify(port),
  () => here.unmask(port),
  () => here.tryPending(),
  () => here.read(),
  () => here.bindUnboundPort(0),
  () => here.channel(port),
  () => here.poll(),
];
say('calls', ...calls.map(outcome));
say('later', await end(here.pending()), (await here[Symbol.asyncIterator]().next()).done);
there.close();
await other?.close();
while (resources().threads > before.threads || resources().listeners > before.listeners) {
  await turn();
}
say('left', resources().descriptors - before.descriptors);
say('listeners', getEventListeners(closing.signal, 'abort').length);
