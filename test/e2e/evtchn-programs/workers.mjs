// Handles in the main thread and in workers at once; then the workers end as the argument says.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { device, dispose, open, resources, warmUp } from './prelude.mjs';

const say = (...words) => console.log(words.join(' '));
const way = process.argv[3];
const WORKERS = 2;
const EVENTS = 3;

/** Starts a worker that is connected to a port of the handle. */
async function start(handle, what) {
  const port = handle.bindUnboundPort(0);
  const workerData = { device: device(), peer: port, what };
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), { workerData });
  await once(worker, 'message');
  return { worker, port };
}

await (await warmUp()).close();
// What Node starts once with a first worker.
await new Worker('', { eval: true }).terminate();
const before = resources();
const here = open();
const what = way === 'terminate' || way === 'leave' ? 'echo' : way;
const started = await Promise.all(Array.from({ length: WORKERS }, () => start(here, what)));
/** Status of its end, and what the error was. */
const ends = started.map(
  ({ worker }) =>
    new Promise((resolve) => {
      let what = '';
      worker.on('error', ({ message }) => {
        what = ` ${message}`;
      });
      worker.on('exit', (status) => resolve(`${status}${what}`));
    }),
);
const rounds = what === 'echo' || what === 'three' ? EVENTS : 0;
for (let count = 0; count < rounds; count++) {
  for (const { port } of started) here.notify(port);
  const answered = new Set();
  for (let left = WORKERS; left > 0; left--) {
    const port = await here.pending();
    here.unmask(port);
    answered.add(port);
  }
  say('answered', answered.size);
}
if (rounds === 0) for (const { port } of started) here.notify(port);
if (way === 'leave') {
  say('threads', resources().threads - before.threads);
  process.exit();
}
if (way === 'terminate') {
  const begin = performance.now();
  await Promise.all(started.map(({ worker }) => worker.terminate()));
  say('at once', performance.now() - begin < 1000);
}
say('ends', ...(await Promise.all(ends)));
await dispose(here);
const after = resources();
say('left', after.threads - before.threads, after.descriptors - before.descriptors);
