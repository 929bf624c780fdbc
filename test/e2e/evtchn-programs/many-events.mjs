// For each device, a thread sends events on many ports, each with the next number of its port as soon as the last one was seen;
// this one sees that every number comes, once and in order. Arguments: ports, events of each device, devices.
import { once } from 'node:events';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { openEvtchn } from 'xen-evtchn';

/** Sends until there were so many. */
function send({ device, ports, events, sent, seen }) {
  const there = openEvtchn({ device });
  const remotes = ports.map((port) => there.bindInterdomain(0, port));
  const total = remotes.length;
  there.read();
  let left = events;
  while (left > 0) {
    let idle = true;
    for (let index = 0; index < total && left > 0; index++) {
      if (Atomics.load(seen, index) !== sent[index]) continue;
      Atomics.add(sent, index, 1);
      there.notify(remotes[index]);
      left--;
      idle = false;
    }
    if (idle) Atomics.wait(seen, 0, Atomics.load(seen, 0), 1);
  }
}

async function receive(device, count, events) {
  const words = () => new Int32Array(new SharedArrayBuffer(count * 4));
  const [sent, seen] = [words(), words()];
  const here = openEvtchn({ device });
  const ports = Array.from({ length: count }, () => here.bindUnboundPort(0));
  const indexes = new Map(ports.map((port, index) => [port, index]));
  const workerData = { device, ports, events, sent, seen };
  const sender = new Worker(new URL(import.meta.url), { workerData });
  const ended = once(sender, 'exit');
  let total = 0;
  let wrong = 0;
  for await (const port of here) {
    const index = indexes.get(port);
    const number = Atomics.load(sent, index);
    if (number !== seen[index] + 1) wrong++;
    Atomics.store(seen, index, number);
    total++;
    if (total === events) break;
  }
  await ended;
  console.log('events', total, 'wrong', wrong, 'unread', here.read().length);
  here.close();
}

if (isMainThread) {
  const [count, events, ...devices] = process.argv.slice(2);
  await Promise.all(devices.map((device) => receive(device, Number(count), Number(events))));
} else {
  send(workerData);
}
