// Several handles, each waiting in every way there is, one after another as a seed says, for ports whose next event is sent when
// the last one was seen: if one is lost, nothing more comes. Arguments: the place of the host, events of each handle, seed.
import { setImmediate as turn } from 'node:timers/promises';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { openEvtchn } from 'xen-evtchn';
import { device } from './prelude.mjs';

const HANDLES = 4;
const PORTS = 4;

/** Numbers from 0 up to 1, the same for the same seed (xorshift). */
function random(seed) {
  let state = seed || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Sends the next event of a port when its last was seen, until there were enough. */
function send({ path, ports, sent, seen, over }) {
  const there = openEvtchn({ device: path });
  const remotes = ports.map((port) => there.bindInterdomain(0, port));
  while (Atomics.load(over, 0) === 0) {
    const waiting = remotes.filter((remote, index) => {
      if (Atomics.load(seen, index) !== sent[index]) return false;
      Atomics.add(sent, index, 1);
      there.notify(remote);
      return true;
    });
    if (waiting.length === 0) Atomics.wait(over, 0, 0, 1);
  }
}

const words = (count) => new Int32Array(new SharedArrayBuffer(count * 4));

async function receive(events, next) {
  const [sent, seen, over] = [words(PORTS), words(PORTS), words(1)];
  const path = device();
  const here = openEvtchn({ device: path });
  const ports = Array.from({ length: PORTS }, () => here.bindUnboundPort(0));
  const options = { workerData: { path, ports, sent, seen, over } };
  const sender = new Worker(new URL(import.meta.url), options);
  let total = 0;
  let wrong = 0;

  /** Sees the event of a port, which must be the next. */
  const see = (port) => {
    const index = ports.indexOf(port);
    if (sent[index] !== seen[index] + 1) wrong++;
    Atomics.store(seen, index, sent[index]);
    total++;
  };
  const take = (port) => {
    if (port === undefined) return;
    see(port);
    here.unmask(port);
  };
  /** When a wait is given up. */
  const times = [
    queueMicrotask,
    setImmediate,
    (give) => setTimeout(give, 1),
    lateButBeforeItIsHeard,
  ];
  const ways = [
    async () => take(await here.pending()),
    async () => {
      const giving = new AbortController();
      const wait = here.pending({ signal: giving.signal });
      times[Math.floor(next() * times.length)](() => giving.abort());
      await wait.then(take, () => {});
      // An event of which there is word by now is heard of while nobody waits.
      if (next() < 0.5) await turn();
    },
    async () => {
      take(here.tryPending());
      here.read(2).forEach(take);
      await turn();
    },
    async () => {
      let left = 3;
      for await (const port of here) {
        see(port);
        left--;
        if (left === 0) break;
      }
    },
    async () => {
      const channel = here.channel(ports[Math.floor(next() * PORTS)]);
      let count = 0;
      while (count < 3) {
        count = await channel.after(count);
        see(channel.port);
      }
      channel.close();
      here.unmask(channel.port);
    },
  ];
  while (total < events) await ways[Math.floor(next() * ways.length)]();
  Atomics.store(over, 0, 1);
  Atomics.notify(over, 0);
  await new Promise((resolve) => sender.on('exit', resolve));
  here.close();
  return wrong;
}

/** Blocks while an event is likely to come, which the waiting thread tells and this one has not heard. */
function lateButBeforeItIsHeard(give) {
  queueMicrotask(() => {
    Atomics.wait(words(1), 0, 0, 1);
    give();
  });
}

if (isMainThread) {
  const [events, seed] = process.argv.slice(3).map(Number);
  const receiving = Array.from({ length: HANDLES }, (_, index) =>
    receive(events, random(seed + index)),
  );
  console.log(`wrong ${(await Promise.all(receiving)).reduce((sum, wrong) => sum + wrong)}`);
} else {
  send(workerData);
}
